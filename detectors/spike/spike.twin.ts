import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const window = 7;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** Height and deviation of the last but one of every `window` samples. */
function spikes(samples: readonly Sample[]): { time: number; height: number; deviation: number }[] {
  return stretches(samples).flatMap((stretch) =>
    stretch.flatMap(({ time }, i) => {
      if (i + 1 < window) return [];
      const values = stretch.slice(i + 1 - window, i + 1).map(({ value }) => value);
      const centre = median(values);
      const [before = 0, candidate = 0, after = 0] = values.slice(-3);
      const gaps = [centre, before, after].map((other) => (candidate < centre ? other - candidate : candidate - other));
      const isClose = time - (stretch[i - 2]?.time ?? 0) <= 4_000;
      const deviation = 1.4826 * median(values.map((value) => Math.abs(value - centre)));
      return [{ time, height: isClose ? Math.max(0, Math.min(...gaps)) : 0, deviation }];
    }),
  );
}

export function twin(learned: readonly Sample[], scored: readonly Sample[]): { time: number; surprise: number }[] {
  const normal = spikes(learned);
  const heights = normal.filter(({ height }) => height > 0).map(({ height }) => height);
  const roots = heights.map(Math.sqrt);
  if (roots.length === 0) return [];
  const step = heights.length < 100 ? 0 : Math.min(...heights);
  const noise = 4 * (roots.reduce((sum, root) => sum + root, 0) / roots.length) ** 2;
  const highest = Math.max(...normal.map(({ height, deviation }) => height / (deviation + noise)));
  return spikes(scored).map(({ time, height, deviation }) => {
    const ratio = (of: number): number => of / (deviation + noise) / highest;
    return { time, surprise: twinGrade(ratio(height) > 1 ? Math.max(1, ratio(height - step)) : ratio(height)) };
  });
}
