import { largestEnd, type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const window = 16;

/** Roots of the second differences of a stretch. */
const rootsOf = (stretch: readonly Sample[]): number[] =>
  stretch
    .slice(2)
    .map(({ value }, i) => Math.sqrt(Math.abs(value - 2 * (stretch[i + 1]?.value ?? 0) + (stretch[i]?.value ?? 0))));

interface Known {
  readonly most: number;
  /** Mean logarithm of the roughness in normal operation. */
  readonly centre: number;
}

/** ln of the roughness after every sample that has one; with a learned baseline it restarts where noise has ended. */
function logs(samples: readonly Sample[], known?: Known): { time: number; log: number }[] {
  return stretches(samples).flatMap((stretch) => {
    const bends = rootsOf(stretch).map((root) => Math.min(root, known?.most ?? root));
    const points: { time: number; log: number }[] = [];
    let mean = 0;
    /** Evidence from each value that the noise has ended, since the roughness was last normal. */
    let over: number[] = [];
    bends.forEach((bend, i) => {
      mean += (bend - mean) / Math.min(i + 1, window);
      if (known !== undefined) {
        const [now, usual] = [mean ** 2 + 5e-9, Math.exp(known.centre)];
        const isFar = Math.abs(Math.log(now / usual)) > Math.log(1.5);
        over = isFar ? [...over, Math.min(2, Math.log(now / usual) - (bend ** 2 + 5e-9) * (1 / usual - 1 / now))] : [];
        if (largestEnd(over) > Math.log(1_000)) [mean, over] = [Math.sqrt(usual), []];
      }
      if (i + 1 >= 2 * window) points.push({ time: stretch[i + 2]?.time ?? 0, log: Math.log(mean ** 2 + 5e-9) });
    });
    return points;
  });
}

export function twin(learned: readonly Sample[], scored: readonly Sample[]): { time: number; surprise: number }[] {
  const normal = logs(learned).map(({ log }) => log);
  if (normal.length === 0) return [];
  const centre = normal.reduce((sum, log) => sum + log, 0) / normal.length;
  const high = Math.max(...normal) - centre;
  const low = centre - Math.min(...normal);
  const largest = Math.max(0, ...stretches(learned).flatMap(rootsOf));
  return logs(scored, { most: 2 * largest || Number.POSITIVE_INFINITY, centre }).map(({ time, log }) => ({
    time,
    surprise: twinGrade(Math.abs(log - centre) / Math.max(log > centre ? high : low, Math.log(1.5))),
  }));
}
