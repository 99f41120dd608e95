import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { ScadaError } from '../../../src/core/errors.ts';
import type { Moments } from '../../../src/detector-kit/moments.ts';

/** Number of attempts, each with ten times the ridge of the previous one. */
const tries = 6;

/**
 * The first `top` rows of the inverse of the mean moments + diag(ridge + noise). A Cholesky factor that fails is tried again
 * with ten times the ridge.
 * @param noise variance of rounding, by column
 * @throws ScadaError INTERNAL if the matrix is not positive definite even then
 */
export function inverseTop(moments: Moments, ridge: number, noise: Float64Array, top: number): Float64Array {
  const { size } = moments;
  for (let used = ridge, attempt = 0; attempt < tries; attempt++, used *= 10) {
    const matrix = symmetric(moments);
    for (let i = 0; i < size; i++) matrix.set(i, i, matrix.get(i, i) + used + (noise[i] ?? 0));
    const factor = new CholeskyDecomposition(matrix);
    if (factor.isPositiveDefinite()) return Float64Array.from(factor.solve(Matrix.eye(size, top)).transpose().to1DArray());
  }
  throw new ScadaError('fatal', 'INTERNAL', 'the covariance of a group of tags cannot be inverted', {
    hint: 'calibrate from longer or more varied normal operation',
  });
}

/** Full matrix of the mean moments. */
export function symmetric({ size, sums, rows }: Moments): Matrix {
  const matrix = new Matrix(size, size);
  for (let i = 0; i < size; i++)
    for (let j = i; j < size; j++) {
      const mean = (sums[i * size + j] as number) / Math.max(1, rows);
      matrix.set(i, j, mean);
      matrix.set(j, i, mean);
    }
  return matrix;
}

/**
 * out = A·x for the first `rows` rows of a row-major matrix with `columns` columns. Four sums at once: each addition of one sum waits for the
 * one before.
 */
export function multiply(a: Float64Array, rows: number, columns: number, x: Float64Array, out: Float64Array): void {
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const [first, second, third, fourth] = [i * columns, (i + 1) * columns, (i + 2) * columns, (i + 3) * columns];
    let [one, two, three, four] = [0, 0, 0, 0];
    for (let j = 0; j < columns; j++) {
      const value = x[j] as number;
      one += (a[first + j] as number) * value;
      two += (a[second + j] as number) * value;
      three += (a[third + j] as number) * value;
      four += (a[fourth + j] as number) * value;
    }
    out[i] = one;
    out[i + 1] = two;
    out[i + 2] = three;
    out[i + 3] = four;
  }
  for (; i < rows; i++) {
    const start = i * columns;
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += (a[start + j] as number) * (x[j] as number);
    out[i] = sum;
  }
}
