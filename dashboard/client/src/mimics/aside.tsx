import { createMemo, Show, type Accessor } from 'solid-js';
import type { Alert } from '../../../../src/core/alert.ts';
import type { TagInfo } from '../../../api/index.ts';
import { useApp } from '../store/app-context.ts';
import { MaintenanceMark, useMaintenance } from '../ui/maintenance-mark.tsx';
import { shared } from '../text.ts';

/** Why an object is not watched as usual: out of service or under maintenance, suppressed by design, shelved (ISA-18.2 states). */
export type Aside = 'I' | 'H' | 'G';

/** Out of service before suppressed before shelved, as in the state of an alert. */
const order: readonly Aside[] = ['I', 'H', 'G'];

/** Follows maintenance of the tags and the hidden alerts among these. */
export function useAside(tags: readonly TagInfo[], alerts: Accessor<readonly Alert[]>): Accessor<Aside | undefined> {
  const maintenance = useMaintenance(() => tags);
  return createMemo(() =>
    maintenance() === undefined ? order.find((state) => alerts().some((alert) => alert.state === state)) : 'I',
  );
}

/** The reason as words beside a symbol or value: the mark of the maintenance, otherwise the state of the hidden alert. */
export function AsideWords(props: { readonly tags: readonly TagInfo[]; readonly aside: Aside | undefined }) {
  const { health } = useApp();
  const maintained = createMemo(() =>
    props.tags.find((tag) => health.health()?.maintenance.some(({ place: { kind, id } }) => tag[kind] === id)),
  );
  return (
    <Show
      when={maintained()}
      fallback={<Show when={props.aside}>{(state) => <small class="maintenance-mark">{shared.note.badge[state()]}</small>}</Show>}
    >
      {(tag) => <MaintenanceMark of={tag()} />}
    </Show>
  );
}

const glyphs: Readonly<Record<Aside, string>> = { I: 'M-6 -6 6 6M-6 6 6 -6', H: 'M-6 6 6 -6', G: 'M0 -8V0H6' };

/** Stripes over a symbol, with the mark of the state at its corner: cross, stroke or clock, as on a badge. */
export function AsideOverlay(props: { readonly width: number; readonly height: number; readonly aside: Aside }) {
  const [x, y] = [props.width / 2 + 5, props.height / 2 + 5];
  return (
    <g class={`aside aside-${props.aside}`}>
      <rect class="aside-stripes" x={-x} y={-y} width={2 * x} height={2 * y} fill="url(#aside-stripes)" />
      <circle class="aside-mark" cx={x} cy={-y} r="12" />
      <path class="aside-glyph" transform={`translate(${x} ${-y})`} d={glyphs[props.aside]} />
    </g>
  );
}

/** Definition of the stripes, once in a drawing. */
export const AsideStripes = () => (
  <defs>
    <pattern id="aside-stripes" width="10" height="10" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <path class="aside-stripe" d="M0 0V10" />
    </pattern>
  </defs>
);
