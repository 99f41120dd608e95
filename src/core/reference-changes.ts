import type { ReferenceValue } from './reference.ts';

/** Most changed values that a text names. */
const mostNamed = 10;

/** Changed values, or those of a withdrawn set, e.g. `3 values: P1.GAIN 1.2 → 2.5; CL.SP 1 (0.8 to 1.2); without CG.TRIM`. */
export function changesText(before: readonly ReferenceValue[], after: readonly ReferenceValue[]): string {
  const former = new Map(before.map((one) => [one.tag, textOf(one)]));
  const present = new Set(after.map(({ tag }) => tag));
  const changed = after.flatMap((one) => {
    const [was, is] = [former.get(one.tag), textOf(one)];
    return was === is ? [] : [`${one.tag} ${was === undefined ? '' : `${was} → `}${is}`];
  });
  const all = [...changed, ...before.flatMap(({ tag }) => (present.has(tag) ? [] : [`without ${tag}`]))];
  const more = all.length > mostNamed ? ` and ${all.length - mostNamed} more` : '';
  const what = all.length === 0 ? 'as before' : `${all.slice(0, mostNamed).join('; ')}${more}`;
  return `${valueCount(after)}: ${what}`;
}

/** Number of values as text. */
export const valueCount = ({ length }: readonly ReferenceValue[]): string => `${length} ${length === 1 ? 'value' : 'values'}`;

const textOf = ({ value, low, high }: ReferenceValue): string =>
  low === undefined || high === undefined ? String(value) : `${value} (${low} to ${high})`;
