import { createMemo, For, Show, type JSX } from 'solid-js';
import type { TagInfo } from '../../../api/index.ts';
import { worstOf } from '../pure/alerts/urgency.ts';
import { useApp } from '../store/app-context.ts';
import { Badge } from '../ui/badge.tsx';
import { Value } from '../ui/value.tsx';
import './mimic.css';

/** Position of a cell in the units of the drawing. */
export type Place = readonly [x: number, y: number];
export const drawing = { width: 1400, height: 560 } as const;

const placed = ([x, y]: Place): JSX.CSSProperties => ({
  left: `${((x / drawing.width) * 100).toFixed(2)}%`,
  top: `${((y / drawing.height) * 100).toFixed(2)}%`,
});

/** A tag of the drawing as an HTML button over it, so that text never scales. Opens the tag page. */
export function Cell(props: {
  readonly tag: TagInfo;
  readonly at: Place;
  readonly align?: 'left' | 'centre' | 'right' | 'above';
  /** Label instead of tag and short name. */
  readonly label?: JSX.Element;
  /** Tags whose alerts the badge shows too. */
  readonly also?: readonly string[];
  readonly more?: readonly TagInfo[];
  readonly hideValue?: boolean;
}) {
  const { alerts, go } = useApp();
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
