import { counting, type Sample } from '../../test/support/detectors.ts';

/** Tags 0 and 1 are the drives that are counted together, tag 2 is their companion. */
const members = [0, 1];
const companion = 2;
const longestVisitMs = 86_400_000;

/** Content of a batch, and the state after it. */
interface Moment {
  readonly time: number;
  /** Number of running drives; undefined until each was seen. */
  readonly state: number | undefined;
  /** True if a drive was away until now. */
  readonly returns: boolean;
  /** True if every drive was seen within three scans. */
  readonly known: boolean;
  /** The companion's value, if the batch contains it, and true if it had been away. */
  readonly value: number | undefined;
  readonly gap: boolean;
  /** True if the companion was seen within three scans. */
  readonly fresh: boolean;
}

/** Batches with counted samples; the samples of each have the same time. */
function moments(batches: readonly (readonly Sample[])[], scanMs: number): Moment[] {
  const rows = batches.flatMap((list, batch) => list.map((sample) => ({ ...sample, batch })));
  const brought = [...members, companion].map((tag) => {
    const counted = counting(
      rows.filter((row) => row.tag === tag),
      scanMs,
    );
    return new Map(counted.map((row) => [row.batch, row]));
  });
  const last = brought.map((): Sample | undefined => undefined);
  return batches.flatMap((list, batch) => {
    const time = list[0]?.time ?? Number.NaN;
    const now = brought.map((samples) => samples.get(batch));
    if (now.every((sample) => sample === undefined)) return [];
    now.forEach((sample, tag) => (last[tag] = sample ?? last[tag]));
    const isFresh = (tag: number): boolean => time - (last[tag]?.time ?? Number.NEGATIVE_INFINITY) <= 3 * scanMs;
    return {
      time,
      state: members.every((tag) => last[tag] !== undefined) ? members.filter((tag) => last[tag]?.value === 1).length : undefined,
      returns: members.some((tag) => now[tag]?.gap === true),
      known: members.every(isFresh),
      value: now[companion]?.value,
      gap: now[companion]?.gap === true,
      fresh: isFresh(companion),
    };
  });
}

/** Complete stays in a state; the return of a drive separates them too. */
function stays(all: readonly Moment[]): Moment[][] {
  const parts: Moment[][] = [];
  all.forEach((moment, i) => {
    if (moment.returns || all[i - 1]?.state !== moment.state || i === 0) parts.push([]);
    parts.at(-1)?.push(moment);
  });
  return parts;
}

/** A stay as visits of a day at most. */
function visitsOf<T extends { readonly time: number }>(stay: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (const moment of stay) {
    if (!(moment.time - (parts.at(-1)?.[0]?.time ?? Number.NEGATIVE_INFINITY) < longestVisitMs)) parts.push([]);
    parts.at(-1)?.push(moment);
  }
  return parts;
}

/** The companion's value at each moment of a stay; undefined if it is neither learned nor judged. */
const settled = (stay: readonly Moment[], settleMs: number): (number | undefined)[] =>
  stay.map(({ time, known, value }) => (known && time - (stay[0]?.time ?? 0) > settleMs ? value : undefined));

const isThere = (value: number | undefined): value is number => value !== undefined;

/** The most extreme of the visits' extremes, and the scale of the tail from the five most extreme. */
interface Edge {
  readonly at: number;
  readonly scale: number;
  readonly others: number;
}

function edgeOf(extremes: readonly number[], direction: 1 | -1, step: number): Edge {
  const kept = extremes.toSorted((a, b) => direction * (a - b)).slice(0, 5);
  const last = kept.at(-1) ?? 0;
  const excess = kept.slice(0, -1).map((one) => Math.abs(one - last));
  const others = Math.max(1, excess.length);
  return { at: kept[0] ?? Number.NaN, scale: step + excess.reduce((sum, one) => sum + one, 0) / others, others };
}

/** −ln of the survival of the Lomax distribution, from 1 at the edge on. */
const surpriseOf = (beyond: number, { scale, others }: Edge): number =>
  beyond > 0 ? 1 + others * Math.log(1 + beyond / scale / others) : Math.max(0, 1 + beyond / scale);

export interface TwinOptions {
  readonly settleMs: number;
  readonly minVisits: number;
  readonly narrower: number;
  readonly step: number;
  readonly scanMs?: number;
}

/**
 * Reference implementation for two drives with one companion, computed from all data at once. One surprise for each batch that
 * can be judged.
 */
export function twin(
  learned: readonly (readonly Sample[])[],
  { settleMs, minVisits, narrower, step, scanMs = 1_000 }: TwinOptions,
): (watched: readonly (readonly Sample[])[]) => { time: number; surprise: number }[] {
  const normal = moments(learned, scanMs);
  const past = stays(normal).flatMap((stay) => {
    const values = settled(stay, settleMs);
    const timed = stay.map(({ time, state }, i) => ({ time, state, value: values[i] }));
    return visitsOf(timed).map((visit) => ({ state: visit[0]?.state, values: visit.map(({ value }) => value).filter(isThere) }));
  });
  const all = normal.flatMap(({ value }) => value ?? []);
  const [least, greatest] = [Math.min(...all), Math.max(...all)];
  const share = narrower * (greatest - least);
  const judges = [0, 1, 2].map((state) => {
    const visits = past.filter((visit) => visit.state === state && visit.values.length > 0);
    const low = edgeOf(
      visits.map(({ values }) => Math.min(...values)),
      1,
      step,
    );
    const high = edgeOf(
      visits.map(({ values }) => Math.max(...values)),
      -1,
      step,
    );
    const isEnough = visits.length >= minVisits;
    const [below, above] = [isEnough && low.at - least > share, isEnough && greatest - high.at > share];
    const surprise = (value: number): number => {
      const within = Math.max(least, Math.min(value, greatest));
      return Math.max(below ? surpriseOf(low.at - within, low) : 0, above ? surpriseOf(within - high.at, high) : 0);
    };
    return { judged: below || above, surprise };
  });
  if (!judges.some(({ judged }) => judged)) return () => [];
  return (watched) =>
    stays(moments(watched, scanMs)).flatMap((stay) => {
      const values = settled(stay, settleMs);
      const judge = judges[stay[0]?.state ?? -1];
      return stay.flatMap(({ time, known, fresh }, i) => {
        if (!known) return [];
        // values before the companion's return are dropped
        const from = stay.findLastIndex(({ gap }, k) => gap && k <= i);
        const [a = 0, b = 0, c = 0] = values
          .slice(Math.max(0, from), i + 1)
          .filter(isThere)
          .slice(-3)
          .map((value) => judge?.surprise(value) ?? 0);
        return { time, surprise: fresh ? ([a, b, c].toSorted((x, y) => x - y)[1] ?? 0) : 0 };
      });
    });
}
