import { type Sample, staysNear, stretches, twinGrade } from '../../test/support/detectors.ts';

const scanMs = 1_000;

/** A discrete tag's sample with the properties of its past within the stretch. */
interface Moment {
  readonly time: number;
  readonly value: number;
  /** Time at which the state was entered, or first seen. */
  readonly stayedMs: number;
  /** The previous state, on the first sample of a new one. */
  readonly before: number | undefined;
  /** Duration of the previous state; undefined if its beginning was not seen. */
  readonly beforeMs: number | undefined;
  /** Changes per second over the last eight of the burst up to now; 0 before there were as many. */
  readonly rate: number;
}

/** For each change, the first one of its burst: a stay longer than the eight changes before it begins another. */
function burstBegins(times: readonly number[]): number[] {
  const begins: number[] = [];
  times.forEach((time, k) => {
    const begin = begins[k - 1] ?? 0;
    const last = times[k - 1] ?? time;
    const eighth = k - 8 >= begin ? (times[k - 8] ?? 0) : Number.NEGATIVE_INFINITY;
    begins.push(time - last > last - eighth ? k : begin);
  });
  return begins;
}

function moments(samples: readonly Sample[]): Moment[] {
  return stretches(samples).flatMap((stretch) => {
    const changes = stretch.flatMap(({ value }, i) => (i > 0 && stretch[i - 1]?.value !== value ? [i] : []));
    const begins = burstBegins(changes.map((at) => stretch[at]?.time ?? 0));
    return stretch.map(({ time, value }, i) => {
      const past = changes.filter((at) => at <= i);
      const at = (index: number | undefined): number => stretch[index ?? 0]?.time ?? 0;
      const isChange = past.at(-1) === i;
      const entered = past.at(-2);
      const inBurst = past.slice(begins[past.length - 1] ?? 0);
      const eighth = inBurst.at(-8);
      return {
        time,
        value,
        stayedMs: time - at(past.at(-1)),
        before: isChange ? stretch[i - 1]?.value : undefined,
        beforeMs: isChange && entered !== undefined ? time - at(entered) : undefined,
        rate: eighth === undefined ? 0 : 8_000 / (time - at(eighth)),
      };
    });
  });
}

const trusted = (ratio: number, stays: number): number => (stays === 0 ? 0 : ratio > 1 ? ratio ** (stays / (stays + 4)) : ratio);

/** Streams with more than sixteen states are excluded from this twin. @param sisters what similar equipment has learned */
export function twin(
  learned: readonly Sample[],
  scored: readonly Sample[],
  sisters: readonly (readonly Sample[])[] = [],
): { time: number; surprise: number }[] {
  const past = moments(learned);
  const changes = past.filter(({ before }) => before !== undefined);
  const known = new Set(past.map(({ value }) => value));
  const leaving = (state: number): Moment[] => changes.filter(({ before }) => before === state);
  const longest = (state: number): number =>
    Math.max(
      ...past.filter(({ value }) => value === state).map((one) => one.stayedMs),
      ...leaving(state).map(({ beforeMs }) => beforeMs ?? 0),
    );
  const shortest = (state: number): number =>
    Math.min(...leaving(state).map(({ beforeMs }) => beforeMs ?? Number.POSITIVE_INFINITY));
  /** Stays in a state with a known beginning; those without count if there are no others. */
  const nearExtreme = (state: number, extreme: number, direction: 1 | -1): number => {
    const stays = leaving(state).flatMap(({ beforeMs }) => beforeMs ?? []);
    return stays.length === 0 ? leaving(state).length : staysNear(stays, extreme, direction);
  };
  const fastest = Math.max(0, ...changes.map(({ rate }) => rate));

  const others = sisters.flatMap(moments);
  const isOfSisters = (value: number): boolean => others.some((one) => one.value === value);
  const changedAsSisters = (from: number, to: number): boolean =>
    others.some(({ before, value }) => before === from && value === to);

  return moments(scored).map(({ time, value, stayedMs, before, beforeMs, rate }) => {
    const surprises = [0];
    if (!known.has(value)) surprises.push(isOfSisters(value) ? 0 : Math.log(past.length + 1));
    else surprises.push(trusted(stayedMs / (longest(value) + scanMs), nearExtreme(value, longest(value), 1)));
    if (before !== undefined && known.has(before) && known.has(value)) {
      const left = leaving(before);
      const times = Object.values(Object.groupBy(left, (one) => one.value)).map((same) => same?.length);
      const once = times.filter((count) => count === 1).length;
      if (!left.some((one) => one.value === value) && !changedAsSisters(before, value))
        surprises.push(Math.log((left.length + 1) / (once + 1)));
      if (beforeMs !== undefined)
        surprises.push(trusted((shortest(before) + scanMs) / (beforeMs + scanMs), nearExtreme(before, shortest(before), -1)));
    }
    if (before !== undefined) surprises.push(trusted(rate / Math.max(fastest, 8 / past.length), 1 + changes.length / 8));
    return { time, surprise: twinGrade(Math.max(...surprises.filter((one) => Number.isFinite(one)))) };
  });
}
