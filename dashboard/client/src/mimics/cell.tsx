import { createMemo, For, Show, type JSX } from 'solid-js';
import type { TagInfo } from '../../../protocol.ts';
import { worstOf } from '../pure/urgency.ts';
import { useStation } from '../store/station.ts';
import { Badge } from '../ui/badge.tsx';
import { Value } from '../ui/value.tsx';
import './mimic.css';

/** Where a cell stands in the drawing's own measure. */
export type Place = readonly [x: number, y: number];
export const drawing = { width: 1400, height: 560 } as const;

const placed = ([x, y]: Place): JSX.CSSProperties => ({
  left: `${((x / drawing.width) * 100).toFixed(2)}%`,
  top: `${((y / drawing.height) * 100).toFixed(2)}%`,
});

/** A tag of the drawing as HTML over it, so that text never scales: a button that opens its detail. */
export function Cell(props: {
  readonly tag: TagInfo;
  readonly at: Place;
  readonly align?: 'left' | 'centre' | 'right' | 'above';
  /** Another label than tag and short name. */
  readonly label?: JSX.Element;
  /** Alerts on these tags too stand in the badge. */
  readonly also?: readonly string[];
  readonly more?: readonly TagInfo[];
  readonly hideValue?: boolean;
}) {
  const { alerts, go } = useStation();
  const worst = createMemo(() => {
    const names = [props.tag.name, ...(props.also ?? [])];
    return worstOf(alerts.open().filter((alert) => alert.tags.some((tag) => names.includes(tag))))[0];
  });
  return (
    <button
      type="button"
      class="mimic-cell"
      classList={{ right: props.align === 'right', centre: props.align === 'centre', above: props.align === 'above' }}
      style={placed(props.at)}
      data-object
      title={props.tag.description}
      onClick={() => go({ page: 'tag', tag: props.tag.name })}
    >
      <span class="head">
        <Show when={worst()}>{(alert) => <Badge priority={alert().priority} state={alert().state} size={20} />}</Show>
        {props.label ?? `${props.tag.name} ${props.tag.short}`}
      </span>
      <Show when={props.hideValue !== true}>
        <Value tag={props.tag} />
      </Show>
      <Show when={(props.more ?? []).length > 0}>
        <span class="more">
          <For each={props.more}>{(tag) => <Value tag={tag} wordless />}</For>
        </span>
      </Show>
    </button>
  );
}

export function Words(props: { readonly at: Place; readonly children: JSX.Element }) {
  return (
    <span class="mimic-words" style={placed(props.at)}>
      {props.children}
    </span>
  );
}
