import { inverse, Matrix } from 'ml-matrix';
import { expect, test } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { type Fold, lagMoments } from './crossfit.ts';
import { regularise } from './regularise.ts';

const d = 3;

/** Three tags; the third is the second delayed by `delay` rows. */
function running(rows: number, delay: number, noise: number, seed: number): Float64Array[] {
  const random = new Random(seed);
  const z = Array.from({ length: rows }, () => Float64Array.from({ length: d }, () => random.normal()));
  return z.map((row, t) => row.with(2, (z[t - delay]?.[1] ?? 0) + noise * random.normal()));
}

const foldsOf = (rows: readonly Float64Array[]): Fold[] =>
  [0, 1, 2, 3].map((fold) => [rows.slice((fold * rows.length) / 4, ((fold + 1) * rows.length) / 4)]);

const chosen = (rows: readonly Float64Array[], most: number) =>
  regularise(lagMoments(foldsOf(rows), d, most), d, most, new Float64Array(d));

test('each matrix is the direct inverse over the rows of the other folds', () => {
  const folds = foldsOf(running(400, 1, 0.3, 1));
  const { lags, ridge, left, whole } = regularise(lagMoments(folds, d, 2), d, 2, new Float64Array(d));
  const size = d * (lags + 1);
  const plain = (except: number): Float64Array => {
    const y = folds.flatMap((fold, index) =>
      index === except
        ? []
        : fold.flatMap((stretch) =>
            stretch
              .slice(2)
              .map((_, t) => Array.from({ length: lags + 1 }, (_, lag) => [...(stretch[t + 2 - lag] ?? [])]).flat()),
          ),
    );
    const all = new Matrix(y);
    const gram = all.transpose().mmul(all).div(y.length).add(Matrix.eye(size).mul(ridge));
    return Float64Array.from(
      inverse(gram)
        .subMatrix(0, d - 1, 0, size - 1)
        .to1DArray(),
    );
  };
  [whole, ...left].forEach((matrix, index) => {
    const expected = plain(index - 1);
    matrix.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 6));
  });
});

test('the number of lags equals the delay in the data', () => {
  expect(chosen(running(2_000, 3, 0.1, 2), 4).lags).toBeGreaterThanOrEqual(3);
  expect(chosen(running(2_000, 3, 0.1, 2), 2).lags).toBeLessThanOrEqual(2);
});

test('a relation without noise takes the smallest ridge', () => {
  expect(chosen(running(2_000, 1, 1e-4, 3), 1).ridge).toBe(1e-6);
});
