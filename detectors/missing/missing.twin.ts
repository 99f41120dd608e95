import { twinGrade } from '../../test/support/detectors.ts';

/** A value of a tag of a device whose tags are all read each second. */
export interface Arrival {
  readonly tag: number;
  readonly time: number;
}

const awayMs = 3_000;

/** Stretches during which the device was there, in order of time. */
function stretchesOf(arrivals: readonly Arrival[]): Arrival[][] {
  const parts: Arrival[][] = [];
  for (const arrival of arrivals) {
    const last = parts.at(-1)?.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
    if (arrival.time - last > awayMs) parts.push([]);
    parts.at(-1)?.push(arrival);
  }
  return parts;
}

/** Times at which a tag of a stretch was seen: when the stretch began, and whenever it had a value. */
const seenIn = (stretch: readonly Arrival[], tag: number): number[] => [
  stretch[0]?.time ?? Number.NaN,
  ...stretch.filter((arrival) => arrival.tag === tag).map(({ time }) => time),
];

/** What a tick at `time` shows after `scored`, when `learned` was normal. */
export function twin(learned: readonly Arrival[], scored: readonly Arrival[], time: number, tags: readonly number[]): number {
  const now = stretchesOf(scored).at(-1) ?? [];
  if (!(time - (now.at(-1)?.time ?? Number.NEGATIVE_INFINITY) <= awayMs)) return 0;
  const ratios = tags.map((tag) => {
    const gaps = stretchesOf(learned).flatMap((stretch) => {
      const seen = seenIn(stretch, tag);
      return seen.slice(1).map((at, i) => at - (seen[i] ?? 0));
    });
    const seen = seenIn(now, tag);
    const patience = seen.length === 1 ? 2 : 1;
    return (time - (seen.at(-1) ?? 0)) / (patience * Math.max(awayMs, ...gaps));
  });
  return twinGrade(Math.max(...ratios));
}
