import type { Tag } from '../../../../../src/core/tag.ts';

/** Ends of the vertical scale of a pen, in its unit. */
export type PenScale = readonly [low: number, high: number];

/** A pen that a user has chosen. */
export interface PenChoice {
  readonly tag: string;
  /** Absent while the scale follows the values. */
  readonly scale?: PenScale;
}

/** Pens of one trend page: more would leave each pane a few lines of text high. */
export const mostPens = 6;
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

/** Pens as text, for the browser's storage. */
export const pensText = (pens: readonly PenChoice[]): string => JSON.stringify(pens);

/** Pens of a stored text; undefined for any other text. */
export function parsePens(text: string | null): readonly PenChoice[] | undefined {
  try {
    const found: unknown = JSON.parse(text ?? '');
    if (!Array.isArray(found)) return undefined;
    const pens = found.filter(isChoice).slice(0, mostPens);
    return pens.length === found.length ? pens : undefined;
  } catch {
    return undefined;
  }
}

function isChoice(value: unknown): value is PenChoice {
  if (typeof value !== 'object' || value === null || !('tag' in value) || typeof value.tag !== 'string') return false;
  if (!('scale' in value)) return true;
  const { scale } = value;
  return Array.isArray(scale) && scale.length === 2 && scale.every(Number.isFinite) && scale[0] < scale[1];
}
