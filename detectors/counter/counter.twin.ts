import { counting, type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const window = 12;
const spans = [2 ** 15, 2 ** 16, 2 ** 31, 2 ** 32, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9].toSorted((a, b) => a - b);

/** Count between two samples, NaN for a fall. */
function counted(before: number, value: number): number {
  if (value >= before) return value - before;
  const span = spans.find((one) => before < one && value >= 0 && value + one - before <= one / 100);
  return span === undefined ? Number.NaN : value + span - before;
}

/** Rates per second of every sample from the whole of its stretch; scans of 1 s. */
function rates(samples: readonly Sample[]) {
  return stretches(samples).flatMap((stretch) => {
    const totals = [0];
    stretch.slice(1).forEach(({ value }, i) => totals.push((totals[i] ?? 0) + (counted(stretch[i]?.value ?? 0, value) || 0)));
    return stretch.map(({ time, value }, i) => {
      const before = stretch[i - 1];
      const over = (back: number): number | undefined => {
        const past = stretch[i - back];
        return past === undefined
          ? undefined
          : ((totals[i] ?? 0) - (totals[i - back] ?? 0)) / Math.max((time - past.time) / 1_000, back);
      };
      const fell = before !== undefined && Number.isNaN(counted(before.value, value));
      return { time, fell, step: over(1) ?? 0, slope: over(window) };
    });
  });
}

/** Bounds of the count per sum of a measurement over the last 60 intervals, by the time of the counter's sample; one decimal of 0.001. */
function boundsPerSum(samples: readonly Sample[], measurements: readonly Sample[]): Map<number, readonly [number, number]> {
  const measured = counting(measurements).map((one) => ({ ...one, value: Math.max(0, one.value) }));
  const isStale = (ms: number): boolean => !(Math.abs(ms) <= 3_000);
  return new Map(
    stretches(samples).flatMap((stretch) => {
      const counts = stretch.map(({ value }, i) => (i === 0 ? 0 : counted(stretch[i - 1]?.value ?? 0, value)));
      return stretch.flatMap(({ time }, i) => {
        const past = stretch.slice(Math.max(0, i - 60), i + 1);
        const from = past[0]?.time ?? 0;
        const lastAt = (at: number) => measured.findLast((one) => one.time <= at);
        const isWhole =
          past.length === 61 &&
          past.every((one) => !isStale(one.time - (lastAt(one.time)?.time ?? Number.NaN))) &&
          !counts.slice(i - 59, i + 1).some(Number.isNaN) &&
          !measured.some((one) => one.gap && one.time > from && one.time <= time);
        if (!isWhole) return [];
        let [sum, changed] = [0, 0];
        measured.forEach((one, k) => {
          const before = measured[k - 1];
          if (before === undefined || one.time <= from || one.time > time) return;
          const half = (one.time - before.time) / 2_000;
          sum += half * (one.value + before.value);
          changed += half * Math.abs(one.value - before.value);
        });
        for (const [at, sign] of [[from, -1] as const, [time, 1] as const]) {
          const last = lastAt(at);
          sum += (sign * (last?.value ?? 0) * (at - (last?.time ?? 0))) / 1_000;
        }
        const count = counts.slice(i - 59, i + 1).reduce((all, one) => all + one, 0);
        const [fewest, greatest] = [Math.max(0, sum - changed), sum + changed];
        const least = Math.max(0, count - 0.001) / Math.max(greatest, Number.MIN_VALUE);
        return [[time, [least, fewest > 0 ? (count + 0.001) / fewest : Number.POSITIVE_INFINITY]] as const];
      });
    }),
  );
}

/** Computed once for each pair of streams: it takes most of the time of a comparison of many. */
const computed = new WeakMap<Streams, ReturnType<typeof boundsPerSum>>();
const boundsOf = (streams: Streams): ReturnType<typeof boundsPerSum> => {
  const bounds = computed.get(streams) ?? boundsPerSum(streams.counter, streams.measured);
  computed.set(streams, bounds);
  return bounds;
};

/** Surprise of the count against the sum of the measurement, by time. */
function sumSurprises(learned: Streams, scored: Streams): ((time: number) => number) | undefined {
  const known = [...boundsOf(learned).values()].filter(([least, most]) => least > 0 && most < Number.POSITIVE_INFINITY);
  const low = Math.min(...known.map(([, most]) => most));
  const high = Math.max(...known.map(([least]) => least));
  const spread = Math.sqrt(Math.max(1, high / low));
  if (known.length < 100 || spread > 1.25) return undefined;
  const watched = boundsOf(scored);
  const middle = Math.sqrt(low * high);
  return (time) => {
    const [least, most] = watched.get(time) ?? [0, Number.POSITIVE_INFINITY];
    const off = Math.max(least / middle, Math.min(1, most / middle), 1e-3);
    return Math.abs(Math.log(Math.min(off, 1e3))) / Math.log(Math.max(spread, 1.02));
  };
}

/** A counter, and the measurement that it sums up. */
export interface Streams {
  readonly counter: readonly Sample[];
  readonly measured: readonly Sample[];
}

/** Reference implementation with a measurement: computed from all data at once. */
export function twinOfSum(learned: Streams, scored: Streams): { time: number; surprise: number }[] {
  return twin(learned.counter, scored.counter, sumSurprises(learned, scored));
}

/** @param sumAt surprise of the count against a measurement, by time; it replaces that of the pace */
export function twin(
  learned: readonly Sample[],
  scored: readonly Sample[],
  sumAt?: (time: number) => number,
): { time: number; surprise: number }[] {
  const normal = rates(learned);
  const falls = normal.filter(({ fell }) => fell).length;
  const step = Math.max(...normal.map((one) => one.step));
  const slopes = normal.flatMap(({ slope }) => (slope === undefined ? [] : [slope]));
  const most = Math.max(0, ...slopes);
  const fastest = most || step;
  const slowest = Math.min(...slopes);
  return rates(scored).map((one) => {
    const fell = one.fell ? Math.log((normal.length + 1) / (falls + 1)) : 0;
    const fast =
      step === 0 ? (one.step > 0 ? Math.log(normal.length + 1) : 0) : Math.max(one.step / step, (one.slope ?? 0) / fastest);
    const reach = Math.max(Math.log(most / slowest) / 2, Math.log(1.1));
    const pace = Math.log(Math.max(one.slope ?? 0, slowest / 1_000) / Math.sqrt(slowest * most));
    const odd = one.slope === undefined || !(slowest > 0 && slopes.length > 0) ? 0 : Math.abs(pace) / reach;
    return { time: one.time, surprise: twinGrade(Math.max(fell, fast, sumAt === undefined ? odd : sumAt(one.time))) };
  });
}
