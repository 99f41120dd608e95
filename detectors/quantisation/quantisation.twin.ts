import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const window = 32;

interface Point {
  readonly time: number;
  /** True if a window was completed by this sample. */
  readonly ended: boolean;
  /** Smallest change of the open window. */
  readonly smallest: number;
  /** Common step of the last two complete windows. */
  readonly whole: number | undefined;
}

interface Change {
  readonly size: number;
  readonly magnitude: number;
}

function changesOf(samples: readonly Sample[]): Change[] {
  return samples.slice(1).flatMap(({ value }, k) => {
    const before = samples[k]?.value ?? 0;
    const size = Math.abs(value - before);
    const magnitude = Math.max(Math.abs(value), Math.abs(before));
    return size > 1e-6 * magnitude ? [{ size, magnitude }] : [];
  });
}

const smallestOf = (changes: readonly Change[]): number => Math.min(...changes.map(({ size }) => size));

function stepOf(changes: readonly Change[], step = smallestOf(changes)): number {
  const error = (changes.at(-1)?.magnitude ?? 0) / 2 ** 23;
  if (0.1 * step * step < 2 * step * error) return 0;
  const rests = changes
    .filter(({ size }) => size <= (0.1 * step * step) / error)
    .map(({ size }) => Math.abs(size - step * Math.round(size / step)));
  const off = rests.find((rest) => rest > 0.1 * step);
  return off === undefined ? step : stepOf(changes, off);
}

/** State after each sample: all changes so far, divided into windows. */
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
        smallest: smallestOf(windows.at(-1) ?? []),
        whole: whole.length < 2 ? undefined : Math.min(...whole.map((changes) => stepOf(changes))),
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
