import { createMemo, For, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { type MimicObject, mimicSize, type MimicPoint, tagsOfObject } from '../../../../src/core/mimic.ts';
import type { Alert } from '../../../../src/core/alert.ts';
import type { TagInfo } from '../../../api/index.ts';
import { expectedOf } from '../pure/alerts/alert-words.ts';
import { worstOf } from '../pure/alerts/urgency.ts';
import { shownValue } from '../pure/state/freshness.ts';
import { isRunning } from '../../../../src/core/running.ts';
import { useApp } from '../store/app-context.ts';
import { Badge } from '../ui/badge.tsx';
import { type LiveTag, useLiveTag, Value, valueText } from '../ui/value.tsx';
import { type Aside, AsideOverlay, AsideWords } from './aside.tsx';
import { angles, symbols, symbolSizes, turned, type SymbolState } from './symbols.tsx';
import { texts } from './text.ts';

export type TagOf = (name: string) => TagInfo;

/** An object with its live state. */
export interface ShownObject {
  readonly object: MimicObject;
  readonly state: () => SymbolState;
  /** State in words: of the tag, of a fault, or of the age of its values. */
  readonly word: () => string;
  readonly level: () => number | undefined;
  readonly expected: () => number | undefined;
}

/** Follows the tags of an object for the current component. */
export function useObject(object: MimicObject, tagOf: TagOf): ShownObject {
  const { alerts } = useApp();
  const follow = (name: string | undefined) => {
    if (name === undefined) return undefined;
    const tag = tagOf(name);
    return { tag, live: useLiveTag(tag) };
  };
  const [state, fault, level] = [object.state, object.fault, object.level].map(follow);
  const others = object.values.map((name) => useLiveTag(tagOf(name)));
  const isKnown = ({ freshness }: LiveTag): boolean => freshness() === 'good' || freshness() === 'uncertain';
  const isFaulty = (): boolean => fault !== undefined && isKnown(fault.live) && fault.live.sample().value !== 0;
  const isOn = (tag: TagInfo, value: number): boolean => {
    if (object.on !== undefined) return object.on.includes(value);
    return tag.kind === 'discrete' ? isRunning(tag, value) : value > 0;
  };
  const shareOf = (tag: TagInfo, value: number): number | undefined => {
    const { low, high } = tag.range ?? { low: 0, high: Number.NaN };
    const share = (value - low) / (high - low);
    return Number.isFinite(share) ? share : undefined;
  };
  const expected = createMemo(() => (object.level === undefined ? undefined : expectedOf(alerts.open(), object.level)));
  const unknown = () => [state, level].find((one) => one !== undefined && !isKnown(one.live));
  const stateWord = (): string => {
    if (isFaulty() && fault !== undefined) return named(fault.tag, fault.live.sample().value) ?? texts.label.fault;
    if (state === undefined) return '';
    const { tag, live } = state;
    const { value } = live.sample();
    if (tag.kind !== 'discrete') return `${valueText(tag, value, undefined)} ${tag.unit}`.trim();
    return named(tag, value) ?? (isOn(tag, value) ? texts.label.on : texts.label.off);
  };
  return {
    object,
    state: () => {
      if (isFaulty()) return 'fault';
      if (state !== undefined) {
        if (!isKnown(state.live)) return 'unknown';
        return isOn(state.tag, state.live.sample().value) ? 'on' : 'off';
      }
      return level !== undefined && !isKnown(level.live) ? 'unknown' : 'none';
    },
    word: () => {
      // the last value of a tag that is not known any more is no state, and one age says enough
      const remark = unknown()?.live.remark();
      if (remark !== undefined) return remark;
      const old = others.find((one) => !isKnown(one))?.remark();
      return [stateWord(), old].filter((word) => word !== undefined && word !== '').join(', ');
    },
    level: () => (level !== undefined && isKnown(level.live) ? shareOf(level.tag, shownValue(level.live.sample())) : undefined),
    expected: () =>
      level === undefined || expected() === undefined ? undefined : shareOf(level.tag, expected()?.expected ?? Number.NaN),
  };
}

/** Name of a state, as the first word of a line. */
function named(tag: TagInfo, value: number): string | undefined {
  const name = tag.states?.[String(value)];
  return name === undefined || name === '' ? undefined : `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

const sizeOf = ({ size, symbol }: MimicObject): MimicPoint => size ?? symbolSizes[symbol];

/** The symbol of an object in the drawing. */
export function ObjectSymbol(props: { readonly shown: ShownObject; readonly aside: Aside | undefined }) {
  const { object } = props.shown;
  const [width, height] = sizeOf(object);
  const [x, y] = object.at;
  const angle = turned.includes(object.symbol) ? angles[object.facing] : 0;
  return (
    <g class={`symbol symbol-${object.symbol} ${props.shown.state()}`} transform={`translate(${x} ${y})`}>
      <g transform={`rotate(${angle})`}>
        <Dynamic
          component={symbols[object.symbol]}
          width={width}
          height={height}
          state={props.shown.state()}
          level={props.shown.level()}
          expected={props.shown.expected()}
        />
      </g>
      <Show when={props.shown.state() === 'fault'}>
        <path
          class="cross"
          d={`M${-width / 2} ${-height / 2} ${width / 2} ${height / 2}M${-width / 2} ${height / 2} ${width / 2} ${-height / 2}`}
        />
      </Show>
      <Show when={props.aside}>{(aside) => <AsideOverlay width={width} height={height} aside={aside()} />}</Show>
    </g>
  );
}

/** Position of text over the drawing, in per cent. */
export const placed = ([x, y]: MimicPoint) => ({
  left: `${((x / mimicSize.width) * 100).toFixed(2)}%`,
  top: `${((y / mimicSize.height) * 100).toFixed(2)}%`,
});

/** Name, state and values of an object as a button over the drawing, so that text never scales. Opens the page of its first tag. */
export function ObjectCell(props: {
  readonly shown: ShownObject;
  readonly tagOf: TagOf;
  readonly alerts: readonly Alert[];
  readonly aside: Aside | undefined;
}) {
  const { go } = useApp();
  const { object } = props.shown;
  const tags = tagsOfObject(object);
  const [width, height] = sizeOf(object);
  const worst = createMemo(() => worstOf(props.alerts)[0]);
  const gap = 8;
  const [x, y] = object.at;
  const beside: Readonly<Record<MimicObject['label'], MimicPoint>> = {
    right: [x + width / 2 + gap, y],
    left: [x - width / 2 - gap, y],
    above: [x, y - height / 2 - gap],
    below: [x, y + height / 2 + gap],
  };
  const first = tags[0];
  return (
    <button
      type="button"
      class={`mimic-cell ${object.label}`}
      style={placed(beside[object.label])}
      data-object
      title={tags.map((name) => `${name} ${props.tagOf(name).description}`).join('\n')}
      onClick={() => first !== undefined && go({ page: 'tag', tag: first })}
    >
      <span class="head">
        <Show when={worst()}>{(alert) => <Badge priority={alert().priority} state={alert().state} size={20} />}</Show>
        <b>{object.name}</b>
        <span class="word">{props.shown.word()}</span>
      </span>
      <AsideWords tags={tags.map(props.tagOf)} aside={props.aside} />
      <Show when={object.level}>{(name) => <Value tag={props.tagOf(name())} wordless />}</Show>
      <Show when={object.values.length > 0}>
        <span class="more">
          <For each={object.values}>{(name) => <Value tag={props.tagOf(name)} wordless />}</For>
        </span>
      </Show>
    </button>
  );
}
