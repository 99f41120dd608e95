import { For, Show, type JSX } from 'solid-js';

/** One line of the timeline with its name on the left. */
export function Lane(props: { readonly title: string; readonly about: string; readonly children: JSX.Element }) {
  return (
    <div class="lane" role="group" aria-label={props.title}>
      <span class="about">
        {props.title}
        <br />
        {props.about}
      </span>
      <span class="room">{props.children}</span>
    </div>
  );
}

/** Rows that a lane has room for: what comes close together stands below each other. */
const rows = 2;

/** A point on a lane with its words on the side that has room. */
export function LaneMark(props: {
  readonly at: number;
  readonly row: number;
  readonly text: string;
  readonly more: readonly (string | undefined)[];
  readonly done?: boolean;
  readonly round?: boolean;
  /** Instead of the square or round point. */
  readonly children?: JSX.Element;
}) {
  return (
    <span
      class="lane-mark"
      classList={{ end: props.at > 0.55 }}
      style={{ left: `${props.at * 100}%`, top: `${4 + (props.row % rows) * 46}%` }}
      title={props.text}
    >
      <Show when={props.children} fallback={<i classList={{ done: props.done === true, round: props.round === true }} />}>
        {props.children}
      </Show>
      <span>
        <span class="ellipsis">
          {props.text} <For each={props.more.filter(Boolean)}>{(word) => <small class="dim">{word} </small>}</For>
        </span>
      </span>
    </span>
  );
}
