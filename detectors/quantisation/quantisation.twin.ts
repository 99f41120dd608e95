import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const window = 32;

interface Point {
  readonly time: number;
  /** A window was whole for the first time. */
  readonly ended: boolean;
  /** Smallest change of the open window. */
  readonly smallest: number;
  /** Smallest change of the last two whole ones. */
  readonly whole: number | undefined;
}

function changesOf(samples: readonly Sample[]): number[] {
  return samples.slice(1).flatMap(({ value }, k) => {
    const before = samples[k]?.value ?? 0;
    const change = Math.abs(value - before);
    return change > 1e-6 * Math.max(Math.abs(value), Math.abs(before)) ? [change] : [];
  });
}

/** After each sample: the changes so far, cut into windows. */
function points(samples: readonly Sample[]): Point[] {
  return stretches(samples).flatMap((stretch) =>
    stretch.map(({ time }, i) => {
      const changes = changesOf(stretch.slice(0, i + 1));
      const windows = Array.from({ length: Math.ceil(changes.length / window) }, (_, k) =>
        changes.slice(k * window, (k + 1) * window),
      );
      const whole = windows.filter(({ length }) => length === window).slice(-2);
      return {
        time,
        ended: changes.length % window === 0 && changesOf(stretch.slice(0, i)).length < changes.length,
        smallest: Math.min(...(windows.at(-1) ?? [])),
        whole: whole.length < 2 ? undefined : Math.min(...whole.flat()),
      };
    }),
  );
}

export function twin(
  learned: readonly Sample[],
  scored: readonly Sample[],
  minWindows: number,
): { time: number; surprise: number }[] {
  const normal = points(learned);
  const full = normal.filter(({ ended }) => ended);
  if (full.length < minWindows) return [];
  const coarsest = Math.max(...full.map(({ smallest }) => smallest));
  const finest = Math.min(...normal.map(({ smallest }) => smallest));
  return points(scored).map(({ time, smallest, whole }) => ({
    time,
    surprise: twinGrade(Math.max(coarsest <= 4 * finest ? finest / smallest : 0, whole === undefined ? 0 : whole / coarsest)),
  }));
}
