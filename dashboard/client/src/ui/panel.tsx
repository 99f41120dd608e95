import { createSignal, For, Match, onCleanup, Show, Switch, type JSX } from 'solid-js';
import { Button } from './button.tsx';
import './panel.css';
import { type Permission, rolesText } from '../../../../src/core/access.ts';

/** A part of a page with a title. */
export function Panel(props: {
  readonly title?: JSX.Element;
  readonly end?: JSX.Element;
  readonly class?: string;
  readonly label?: string;
  readonly children: JSX.Element;
}) {
  return (
    <section class={`panel ${props.class ?? ''}`} aria-label={props.label}>
      <Show when={props.title !== undefined || props.end !== undefined}>
        <header class="panel-head">
          <h2>{props.title}</h2>
          <Show when={props.end !== undefined}>
            <span class="end">{props.end}</span>
          </Show>
        </header>
      </Show>
      {props.children}
    </section>
  );
}

/** Grey cells of the final size; after two seconds in words, after ten as an error. */
export function Loading(props: { readonly cells?: number; readonly retry?: (() => void) | undefined }) {
  const [seconds, setSeconds] = createSignal(0);
  const timer = setInterval(() => setSeconds((s) => s + 1), 1000);
  onCleanup(() => clearInterval(timer));
  return (
    <Switch>
      <Match when={seconds() >= 10}>
        <Failed text={`No answer for ${seconds()} s`} retry={props.retry} />
      </Match>
      <Match when={true}>
        <div class="panel-cells" role="status">
          <Show when={seconds() >= 2}>
            <span class="dim">Loading, {seconds()} s</span>
          </Show>
          <For each={Array.from({ length: props.cells ?? 3 })}>{() => <i />}</For>
        </div>
      </Match>
    </Switch>
  );
}

/** What failed, and what to do. */
export function Failed(props: {
  readonly text: string;
  readonly hint?: string | undefined;
  readonly retry?: (() => void) | undefined;
}) {
  return (
    <div class="panel-state" role="alert">
      <p>
        <b>{props.text.replace(/\.$/, '')}.</b> {props.hint ?? 'The rest of the page goes on.'}
      </p>
      <Show when={props.retry}>{(retry) => <Button onPress={retry()}>Retry</Button>}</Show>
    </div>
  );
}

/** Says what would be here and why it is not. */
export function Empty(props: { readonly children: JSX.Element }) {
  return (
    <div class="panel-state">
      <p>{props.children}</p>
    </div>
  );
}

export function Forbidden(props: { readonly needs: Permission | undefined }) {
  return (
    <Empty>
      <b>Needs role {props.needs === undefined ? 'with more rights' : rolesText(props.needs)}.</b> Ask an administrator of this
      site.
    </Empty>
  );
}
