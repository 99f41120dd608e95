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

/** A sample of the counter that could be compared, with its count in its stretch. */
interface Compared {
  readonly time: number;
  readonly count: number;
  /** Polls of the measurement around it. */
  readonly before: Sample;
  readonly after: Sample;
}

/** Uncertainty of the sum at a sample of the counter: the whole change between the polls around it. */
const edgeOf = ({ time, before, after }: Compared): number =>
  before === after
    ? (before.value * Math.abs(time - before.time)) / 1_000
    : (Math.abs(after.value - before.value) * (after.time - before.time)) / 1_000;

/** Bounds of the count per sum of a measurement over the last 60 intervals, by the time of the counter's sample; one decimal of 0.001. */
function boundsPerSum(samples: readonly Sample[], measurements: readonly Sample[]): Map<number, readonly [number, number]> {
  const measured = counting(measurements).map((one) => ({ ...one, value: Math.max(0, one.value) }));
  const all = stretches(samples).flatMap((stretch) => {
    let count = 0;
    return stretch.map(({ time, value }, i) => {
      const more = i === 0 ? Number.NaN : counted(stretch[i - 1]?.value ?? 0, value);
      count += more || 0;
      return { time, count, restarts: Number.isNaN(more) };
    });
  });
  // in the order of arrival: measurements before the counter at the same time
  const events = [
    ...measured.map((poll) => ({ time: poll.time, order: 0, poll })),
    ...all.map((sample) => ({ time: sample.time, order: 1, sample })),
  ].toSorted((a, b) => a.time - b.time || a.order - b.order);
  let compared: Compared[] = [];
  let waiting: { readonly time: number; readonly count: number } | undefined;
  let last: Sample | undefined;
  const bounds = new Map<number, readonly [number, number]>();
  for (const event of events) {
    if ('poll' in event) {
      if (event.poll.gap) [compared, waiting] = [[], undefined];
      else if (waiting !== undefined && last !== undefined) compared.push({ ...waiting, before: last, after: event.poll });
      [waiting, last] = [undefined, event.poll];
      continue;
    }
    const { time, count, restarts } = event.sample;
    if (restarts) [compared, waiting] = [[], undefined];
    if (last === undefined || time - last.time > 3_000) {
      [compared, waiting] = [[], undefined];
      continue;
    }
    if (last.time === time) compared.push({ time, count, before: last, after: last });
    else waiting = { time, count };
    const [end, begin] = [compared.at(-1), compared.at(-61)];
    if (end !== undefined && begin !== undefined) bounds.set(time, boundsBetween(begin, end, measured));
  }
  return bounds;
}

function boundsBetween(begin: Compared, end: Compared, measured: readonly Sample[]): readonly [number, number] {
  const sumTo = ({ time, before, after }: Compared): number => {
    const share = before === after ? 0 : (time - before.time) / (after.time - before.time);
    return ((time - before.time) / 2_000) * (2 * before.value + share * (after.value - before.value));
  };
  let [sum, unsure] = [sumTo(end) - sumTo(begin), edgeOf(begin) + edgeOf(end)];
  measured.forEach((one, k) => {
    const before = measured[k - 1];
    if (before === undefined || one.time <= begin.before.time || one.time > end.before.time) return;
    const half = (one.time - before.time) / 2_000;
    sum += half * (one.value + before.value);
    unsure += half * Math.abs(one.value - before.value);
  });
  const count = end.count - begin.count;
  const [fewest, greatest] = [Math.max(0, sum - unsure), sum + unsure];
  const least = Math.max(0, count - 0.00101) / Math.max(greatest, Number.MIN_VALUE);
  return [least, fewest > 0 ? (count + 0.00101) / fewest : Number.POSITIVE_INFINITY];
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
    const quick = Math.max(one.step / step, (one.slope ?? 0) / fastest);
    const isSingle = slowest === 0 && step <= 1;
    const fast = step === 0 ? (one.step > 0 ? Math.log(normal.length + 1) : 0) : isSingle && quick < 1.5 ? 0 : quick;
    const reach = Math.max(Math.log(most / slowest) / 2, Math.log(1.1));
    const pace = Math.log(Math.max(one.slope ?? 0, slowest / 1_000) / Math.sqrt(slowest * most));
    const odd = one.slope === undefined || !(slowest > 0 && slopes.length > 0) ? 0 : Math.abs(pace) / reach;
    return { time: one.time, surprise: twinGrade(Math.max(fell, fast, sumAt === undefined ? odd : sumAt(one.time))) };
  });
}
