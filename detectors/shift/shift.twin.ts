import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const fast = 20;
const slow = 300;

/** Mean after each value of a stretch: of all up to `span` values, exponential after that. */
function means(values: readonly number[], span: number): number[] {
  const all: number[] = [];
  values.forEach((value, i) => {
    const before = all.at(-1) ?? value;
    all.push(before + (value - before) / Math.min(i + 1, span));
  });
  return all;
}

interface Point {
  readonly time: number;
  readonly innovation: number;
  readonly offset: number;
  readonly sum: number;
}

/** Both charts after each sample beyond the first `fast` of its stretch. */
function charts(samples: readonly Sample[], scale: number): Point[] {
  return stretches(samples).flatMap((stretch) => {
    const values = stretch.map(({ value }) => value);
    const level = means(values, slow);
    const recent = means(values, fast);
    const innovations = values.map((value, i) => value - (level[i - 1] ?? value));
    const z = innovations.map((one) => Math.max(-20, Math.min(20, one / scale)));
    // the largest sum of a run that ends here, which is what CUSUM computes
    const run = (sign: number): number[] => {
      const sums: number[] = [];
      for (const one of z) sums.push(Math.max(0, (sums.at(-1) ?? 0) + (scale > 0 ? sign * one - 1 : 0)));
      return sums;
    };
    const [above, below] = [run(1), run(-1)];
    return stretch.flatMap(({ time }, i) =>
      i < fast
        ? []
        : [
            {
              time,
              innovation: innovations[i] ?? 0,
              offset: Math.abs((recent[i] ?? 0) - (level[i] ?? 0)),
              sum: Math.max(above[i] ?? 0, below[i] ?? 0),
            },
          ],
    );
  });
}

export function twin(learned: readonly Sample[], scored: readonly Sample[]): { time: number; surprise: number }[] {
  const roots = charts(learned, 0).map(({ innovation }) => Math.sqrt(Math.abs(innovation)));
  const scale = roots.length === 0 ? 0 : (roots.reduce((sum, root) => sum + root, 0) / roots.length) ** 2;
  const normal = charts(learned, scale);
  const offset = Math.max(0, scale, ...normal.map((one) => one.offset));
  const sum = Math.max(fast, ...normal.map((one) => one.sum));
  return charts(scored, scale).map((one) => ({
    time: one.time,
    surprise: twinGrade(Math.max(offset > 0 ? one.offset / offset : 0, one.sum / sum)),
  }));
}
