import type { Tag } from '../../../../../src/core/tag.ts';
import type { PenChoice } from '../../../../../src/core/trend-pens.ts';

/** Ends of the vertical scale of a pen, in its unit. */
export type PenScale = readonly [low: number, high: number];

/** Line styles: more lines in one pane could not be told apart. */
const mostPerPane = 4;

/** Pens with one scale above each other's time axis. */
export interface TrendPane<T> {
  readonly tags: readonly T[];
  readonly scale: PenScale | undefined;
}

/** Groups pens into panes by unit and scale, in the order of the first pen of each. States have a pane of their own. */
export function panesOf<T extends Tag>(
  tags: readonly T[],
  scaleOf: (tag: string) => PenScale | undefined,
): readonly TrendPane<T>[] {
  const panes: { tags: T[]; scale: PenScale | undefined; key: string }[] = [];
  for (const tag of tags) {
    const scale = scaleOf(tag.name);
    const key = tag.kind === 'discrete' ? `states ${tag.name}` : `${tag.unit} ${scale?.join(' ') ?? 'automatic'}`;
    const open = panes.find((pane) => pane.key === key && pane.tags.length < mostPerPane);
    if (open !== undefined) open.tags.push(tag);
    else panes.push({ tags: [tag], scale, key });
  }
  return panes;
}

/** Pens after a change of one of them; the scale is removed if undefined. */
export const withScale = (pens: readonly PenChoice[], tag: string, scale: PenScale | undefined): readonly PenChoice[] =>
  pens.map((pen) => (pen.tag === tag ? { tag, ...(scale === undefined ? {} : { scale }) } : pen));
