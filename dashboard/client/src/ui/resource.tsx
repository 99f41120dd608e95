import { Match, Show, Switch, type JSX, type Resource } from 'solid-js';
import { ApiError } from '../store/api.ts';
import { Failed, Forbidden, Loading } from './panel.tsx';

/** The states of a panel with an answer of the server: loading, forbidden, failed with a retry, or the content. */
export function Loaded<T>(props: {
  readonly of: Resource<T>;
  readonly retry: () => void;
  readonly cells?: number;
  readonly children: (value: () => NonNullable<T>) => JSX.Element;
}) {
  const failure = (): ApiError | undefined => {
    if (props.of.state !== 'errored') return undefined;
    const thrown: unknown = props.of.error;
    return thrown instanceof ApiError ? thrown : new ApiError('internal', String(thrown));
  };
  return (
    <Switch>
      <Match when={failure()}>
        {(error) => (
          <Show
            when={error().code === 'forbidden'}
            fallback={<Failed text={error().message} hint={error().body?.hint} retry={props.retry} />}
          >
            <Forbidden needs={error().body?.needs} />
          </Show>
        )}
      </Match>
      <Match when={props.of.latest === undefined}>
        <Loading cells={props.cells ?? 3} retry={props.retry} />
      </Match>
      <Match when={props.of.latest as NonNullable<T>}>{(value) => props.children(value)}</Match>
    </Switch>
  );
}
