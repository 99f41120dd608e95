import { createSignal, For, Match, onCleanup, Show, Switch, type JSX } from 'solid-js';
import { Button } from './button.tsx';
import './panel.css';
import { type Permission, rolesText } from '../../../../src/core/access.ts';
import { shared } from '../text.ts';
import { formatAge } from '../pure/format.ts';

/** Part of a page with a title. */
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

/** Grey cells of the final size; with a text after two seconds, an error after ten. */
export function Loading(props: { readonly cells?: number; readonly retry?: (() => void) | undefined }) {
  const [seconds, setSeconds] = createSignal(0);
  const timer = setInterval(() => setSeconds((s) => s + 1), 1000);
  onCleanup(() => clearInterval(timer));
  return (
    <Switch>
      <Match when={seconds() >= 10}>
        <Failed text={shared.sentence.noAnswer(formatAge(seconds() * 1000))} retry={props.retry} />
      </Match>
      <Match when={true}>
        <div class="panel-cells" role="status">
          <Show when={seconds() >= 2}>
            <span class="dim">{shared.note.loading(formatAge(seconds() * 1000))}</span>
          </Show>
          <For each={Array.from({ length: props.cells ?? 3 })}>{() => <i />}</For>
        </div>
      </Match>
    </Switch>
  );
}

/** A failure with its remedy. */
export function Failed(props: {
  readonly text: string;
  readonly hint?: string | undefined;
  readonly retry?: (() => void) | undefined;
}) {
  return (
    <div class="panel-state" role="alert">
      <p>
        <b>{props.text.replace(/\.$/, '')}.</b> {props.hint ?? shared.sentence.restWorks}
      </p>
      <Show when={props.retry}>{(retry) => <Button onPress={retry()}>{shared.button.retry}</Button>}</Show>
    </div>
  );
}

/** Empty state: states what would be here and why it is not. */
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
      {props.needs === undefined ? shared.sentence.forbiddenUnknown : shared.sentence.forbidden(rolesText(props.needs))}
    </Empty>
  );
}
