import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

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

export function twin(learned: readonly Sample[], scored: readonly Sample[]): { time: number; surprise: number }[] {
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
    return { time: one.time, surprise: twinGrade(Math.max(fell, fast, odd)) };
  });
}
