import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const window = 16;

/** Roots of the second differences of a stretch. */
const rootsOf = (stretch: readonly Sample[]): number[] =>
  stretch
    .slice(2)
    .map(({ value }, i) => Math.sqrt(Math.abs(value - 2 * (stretch[i + 1]?.value ?? 0) + (stretch[i]?.value ?? 0))));

/** ln of the roughness after every sample that has one, each from the whole of its stretch, no root counting for more than `most`. */
function logs(samples: readonly Sample[], most: number): { time: number; log: number }[] {
  return stretches(samples).flatMap((stretch) => {
    const bends = rootsOf(stretch).map((root) => Math.min(root, most));
    return bends.flatMap((_, i) => {
      if (i + 1 < 2 * window) return [];
      // the mean of the first `window`, then exponential weights
      const first = bends.slice(0, window).reduce((sum, bend) => sum + bend, 0) / window;
      let mean = first * (1 - 1 / window) ** (i + 1 - window);
      for (let j = window; j <= i; j++) mean += ((bends[j] ?? 0) / window) * (1 - 1 / window) ** (i - j);
      return [{ time: stretch[i + 2]?.time ?? 0, log: Math.log(mean ** 2 + 5e-9) }];
    });
  });
}

export function twin(learned: readonly Sample[], scored: readonly Sample[]): { time: number; surprise: number }[] {
  const normal = logs(learned, Number.POSITIVE_INFINITY).map(({ log }) => log);
  if (normal.length === 0) return [];
  const centre = normal.reduce((sum, log) => sum + log, 0) / normal.length;
  const high = Math.max(...normal) - centre;
  const low = centre - Math.min(...normal);
  const largest = Math.max(0, ...stretches(learned).flatMap(rootsOf));
  return logs(scored, 2 * largest || Number.POSITIVE_INFINITY).map(({ time, log }) => ({
    time,
    surprise: twinGrade(Math.abs(log - centre) / Math.max(log > centre ? high : low, Math.log(1.5))),
  }));
}
