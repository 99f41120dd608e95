import { createMemo, For, Show } from 'solid-js';
import {
  type Mimic,
  type MimicObject,
  mimicSize,
  type MimicPoint,
  type MimicValue,
  tagsOfObject,
} from '../../../../src/core/mimic.ts';
import type { TagInfo } from '../../../api/index.ts';
import { worstOf } from '../pure/alerts/urgency.ts';
import { useApp } from '../store/app-context.ts';
import { Badge } from '../ui/badge.tsx';
import { Value } from '../ui/value.tsx';
import { AsideStripes, AsideWords, useAside } from './aside.tsx';
import './mimic.css';
import { ObjectCell, ObjectSymbol, placed, type TagOf, useObject } from './object.tsx';

/** The drawing of an area: symbols and pipes as SVG without text, and names and values as HTML over it. */
export function MimicDrawing(props: {
  readonly mimic: Mimic;
  /** Tags of the drawing. */
  readonly tags: readonly TagInfo[];
  /** All tags of the area. */
  readonly area: readonly TagInfo[];
}) {
  const byName = new Map(props.tags.map((tag) => [tag.name, tag]));
  /** @throws Error for a tag that the server does not have */
  const tagOf: TagOf = (name) => {
    const tag = byName.get(name);
    if (tag === undefined) throw new Error(`the drawing needs the tag ${name}`);
    return tag;
  };
  const equipmentOf = (object: MimicObject): string | undefined => {
    const [first] = tagsOfObject(object);
    return first === undefined ? undefined : tagOf(first).equipment;
  };
  /** Tags whose alerts an object shows: also those of its equipment that are not drawn, such as commands, if no other object has it. */
  const alertTags = (object: MimicObject): readonly string[] => {
    const equipment = equipmentOf(object);
    const isAlone = props.mimic.objects.filter((one) => equipmentOf(one) === equipment).length === 1;
    const others = isAlone ? props.area.filter((tag) => tag.equipment === equipment).map(({ name }) => name) : [];
    return [...tagsOfObject(object), ...others];
  };
  const { alerts } = useApp();
  const objects = props.mimic.objects.map((object) => {
    const names = alertTags(object);
    const own = createMemo(() => alerts.open().filter((alert) => alert.tags.some((tag) => names.includes(tag))));
    return { shown: useObject(object, tagOf), alerts: own, aside: useAside(tagsOfObject(object).map(tagOf), own) };
  });
  return (
    <div class="mimic-frame">
      <div class="mimic">
        <svg viewBox={`0 0 ${mimicSize.width} ${mimicSize.height}`} aria-hidden="true">
          <AsideStripes />
          <For each={props.mimic.pipes}>
            {({ through, arrow }) => (
              <>
                <path class="pipe" d={`M${through.map((one) => one.join(' ')).join('L')}`} />
                <Show when={arrow}>
                  <path class="arrow" transform={arrowAt(through)} d="M2 -12 24 0 2 12Z" />
                </Show>
              </>
            )}
          </For>
          <For each={props.mimic.values}>
            {({ at, from }) => (
              <Show when={from}>
                {(start) => (
                  <>
                    <path class="wire" d={wire(start(), at)} />
                    <circle class="tap" cx={start()[0]} cy={start()[1]} r="7" />
                  </>
                )}
              </Show>
            )}
          </For>
          <For each={objects}>{({ shown, aside }) => <ObjectSymbol shown={shown} aside={aside()} />}</For>
        </svg>
        <For each={objects}>
          {({ shown, alerts: own, aside }) => <ObjectCell shown={shown} tagOf={tagOf} alerts={own()} aside={aside()} />}
        </For>
        <For each={props.mimic.values}>{(value) => <ValueCell value={value} tag={tagOf(value.tag)} />}</For>
        <For each={props.mimic.texts}>
          {({ text, at }) => (
            <span class="mimic-words" style={placed(at)}>
              {text}
            </span>
          )}
        </For>
      </div>
    </div>
  );
}

/** A line from a tap to the edge of a value, which is about 180 units wide and 60 high. */
function wire([fromX, fromY]: MimicPoint, [x, y]: MimicPoint): string {
  const length = Math.hypot(x - fromX, y - fromY);
  const space = Math.abs(x - fromX) > Math.abs(y - fromY) ? 90 : 34;
  const share = Math.max(0, length - space) / length;
  return `M${fromX} ${fromY}L${fromX + (x - fromX) * share} ${fromY + (y - fromY) * share}`;
}

/** Place and direction of the arrow at the end of a pipe. */
function arrowAt(through: readonly MimicPoint[]): string {
  const [x, y] = through.at(-1) ?? [0, 0];
  const [fromX, fromY] = through.at(-2) ?? [0, 0];
  return `translate(${x} ${y}) rotate(${Math.round((Math.atan2(y - fromY, x - fromX) * 180) / Math.PI)}) translate(-22 0)`;
}

/** Name of a tag with its short name, unless that repeats the end of the name. */
const headOf = ({ name, short }: TagInfo): string => (name.replaceAll('.', ' ').endsWith(short) ? name : `${name} ${short}`);

/** A tag with its value at its place. Opens the page of the tag. */
function ValueCell(props: { readonly value: MimicValue; readonly tag: TagInfo }) {
  const { alerts, go } = useApp();
  const own = createMemo(() => alerts.open().filter((alert) => alert.tags.includes(props.tag.name)));
  const worst = createMemo(() => worstOf(own())[0]);
  const aside = useAside([props.tag], own);
  return (
    <button
      type="button"
      class="mimic-cell centre"
      style={placed(props.value.at)}
      data-object
      title={props.tag.description}
      onClick={() => go({ page: 'tag', tag: props.tag.name })}
    >
      <span class="head">
        <Show when={worst()}>{(alert) => <Badge priority={alert().priority} state={alert().state} size={20} />}</Show>
        {headOf(props.tag)}
      </span>
      <AsideWords tags={[props.tag]} aside={aside()} />
      <span classList={{ stripes: aside() !== undefined }}>
        <Value tag={props.tag} />
      </span>
    </button>
  );
}
