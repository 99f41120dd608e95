import { Quality } from '../../src/core/quality.ts';
import { type Sample, twinGrade } from '../../test/support/detectors.ts';

/** A value of a tag of a device whose tags are all read each second. */
export interface Arrival {
  readonly tag: number;
  readonly time: number;
}

const awayMs = 3_000;

/** The samples with a value. */
const valued = (samples: readonly Sample[]): Arrival[] =>
  samples.flatMap(({ tag = 0, time, value, quality = 0 }) =>
    Number.isFinite(value) && (quality === Quality.Good || quality === Quality.UncertainEngineeringUnitsExceeded)
      ? [{ tag, time }]
      : [],
  );

const latest = (times: readonly number[]): number => times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

/** Stretches during which the device was present, in order of arrival. */
function stretchesOf(arrivals: readonly Arrival[]): Arrival[][] {
  const parts: Arrival[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const arrival of arrivals) {
    if (arrival.time - last > awayMs) parts.push([]);
    parts.at(-1)?.push(arrival);
    last = Math.max(last, arrival.time);
  }
  return parts;
}

/** Times at which a tag of a stretch was seen: the start of the stretch, and each value that was not older than the previous one. */
function seenIn(stretch: readonly Arrival[], tag: number): number[] {
  const seen = [stretch[0]?.time ?? Number.NaN];
  for (const arrival of stretch) if (arrival.tag === tag && arrival.time >= (seen.at(-1) ?? 0)) seen.push(arrival.time);
  return seen;
}

/** Surprise of a tick at `time` after `scored`, with `learned` as normal operation; NaN if no tag is known. */
export function twin(
  learned: readonly Sample[],
  tags: readonly number[],
  minSamples: number,
): (scored: readonly Sample[], time: number) => number {
  const normal = stretchesOf(valued(learned));
  const known = tags.flatMap((tag) => {
    const gaps = normal.flatMap((stretch) => {
      const seen = seenIn(stretch, tag);
      return seen.slice(1).map((at, i) => at - (seen[i] ?? 0));
    });
    const steps = gaps.filter((ms) => ms > 0);
    return steps.length >= minSamples ? [{ tag, usual: Math.max(awayMs, ...steps) }] : [];
  });
  return (scored, time) => {
    if (known.length === 0) return Number.NaN;
    const arrivals = valued(scored);
    if (!(time - latest(arrivals.map((arrival) => arrival.time)) <= awayMs)) return 0;
    const now = stretchesOf(arrivals).at(-1) ?? [];
    const ratios = known.map(({ tag, usual }) => {
      const seen = seenIn(now, tag);
      const patience = seen.length === 1 ? 2 : 1;
      const ms = time - (seen.at(-1) ?? 0);
      return ms > awayMs ? ms / (patience * usual) : 0;
    });
    return twinGrade(Math.max(0, ...ratios));
  };
}
