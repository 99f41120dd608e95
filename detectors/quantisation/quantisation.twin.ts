import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const window = 32;

interface Point {
  readonly time: number;
  /** True if a window was completed by this sample. */
  readonly ended: boolean;
  /** Smallest change of the open window. */
  readonly smallest: number;
  /** Common steps of the last two complete windows. */
  readonly steps: readonly number[];
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

function stepOf(changes: readonly Change[]): number {
  const read = (changes.at(-1)?.magnitude ?? 0) / 2 ** 23;
  return reduced(changes, smallestOf(changes), read, read);
}

function reduced(changes: readonly Change[], step: number, error: number, read: number): number {
  if (0.1 * step * step < 2 * step * error) return 0;
  const off = changes.find(
    ({ size }) => size <= (0.1 * step * step) / error && Math.abs(size - step * Math.round(size / step)) > 0.1 * step,
  );
  if (off === undefined) return step;
  const times = Math.round(off.size / step);
  return reduced(changes, Math.abs(off.size - step * times), read + times * error, read);
}

/** State after each sample: all changes so far, divided into windows. */
function points(samples: readonly Sample[]): Point[] {
  return stretches(samples).flatMap((stretch) =>
    stretch.map(({ time }, i) => {
      const changes = changesOf(stretch.slice(0, i + 1));
      const windows = Array.from({ length: Math.ceil(changes.length / window) }, (_, k) =>
        changes.slice(k * window, (k + 1) * window),
      );
      const complete = windows.filter(({ length }) => length === window).slice(-2);
      return {
        time,
        ended: changes.length % window === 0 && changesOf(stretch.slice(0, i)).length < changes.length,
        smallest: smallestOf(windows.at(-1) ?? []),
        steps: complete.map((changes) => stepOf(changes)),
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
  const finestCommon = Math.min(...full.map(({ steps }) => steps.at(-1) ?? 0));
  return points(scored).map(({ time, smallest, steps }) => {
    const [least, most] = steps.length < 2 ? [0, 0] : [Math.min(...steps), Math.max(...steps)];
    const finer = Math.max(coarsest <= 4 * finest ? finest / smallest : 0, most > 0 ? finestCommon / most : 0);
    return { time, surprise: twinGrade(Math.max(finer, least / coarsest)) };
  });
}
