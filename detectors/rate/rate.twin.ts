import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

/** Rates per second of every sample from the whole of its stretch; scans of 1 s, window of 8. */
function rates(samples: readonly Sample[]): { time: number; step: number; slope: number }[] {
  return stretches(samples).flatMap((stretch) =>
    stretch.map(({ time, value }, i) => {
      const over = (back: number): number => {
        const past = stretch[i - back];
        return past === undefined ? 0 : Math.abs(value - past.value) / Math.max((time - past.time) / 1_000, back);
      };
      return { time, step: over(1), slope: over(8) };
    }),
  );
}

export function twin(learned: readonly Sample[], scored: readonly Sample[]): { time: number; surprise: number }[] {
  const normal = rates(learned);
  const step = Math.max(...normal.map((one) => one.step));
  const slope = Math.max(...normal.map((one) => one.slope));
  const ratio = (rate: number, most: number): number => (most > 0 ? rate / Math.max(most, 5e-6) : 0);
  return rates(scored).map((one) => ({
    time: one.time,
    surprise: twinGrade(Math.max(ratio(one.step, step), ratio(one.slope, slope))),
  }));
}
