import { mean, sampleStandardDeviation } from 'simple-statistics';
import { block, type Moments, without } from '../../../src/detector-kit/moments.ts';
import { inverseTop } from './linear.ts';

/** Tried in turn, on the scale of correlations. */
const ridges = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
const usualRidge = 1e-4;

/** An inverse covariance from all rows, and one for each fold from the rows outside of it. */
export interface CrossPrecision {
  readonly lags: number;
  readonly ridge: number;
  /** Its first d rows, row-major. */
  readonly whole: Float64Array;
  readonly left: readonly Float64Array[];
}

/**
 * Inverse covariances of a row and its lags. The number of lags is the one that predicts holdout rows best. The ridge is the
 * smallest that is not significantly worse than the best, because it detects weaker relations. @param parts moments of a row and
 * `mostLags` lags, by fold @param noise variance of rounding, by tag
 */
export function regularise(parts: readonly Moments[], d: number, mostLags: number, noise: Float64Array): CrossPrecision {
  const fit = (lags: number, ridge: number): Fit => {
    const size = d * (lags + 1);
    const some = parts.map((part) => block(part, size));
    const rounding = Float64Array.from({ length: size }, (_, i) => noise[i % d] ?? 0);
    const left = some.map((_, fold) => inverseTop(without(some, fold), ridge, rounding, d));
    return {
      lags,
      ridge,
      left,
      squares: some.map((part, fold) => meanSquares(part, left[fold] as Float64Array, d)),
      whole: () => inverseTop(without(some, -1), ridge, rounding, d),
    };
  };
  const byLags = Array.from({ length: mostLags + 1 }, (_, lags) => fit(lags, usualRidge));
  const { lags } = leastError(byLags);
  const usual = byLags[lags];
  const { ridge, left, whole } = firstAmongEquals(
    ridges.map((one) => (one === usualRidge && usual !== undefined ? usual : fit(lags, one))),
  );
  return { lags, ridge, left, whole: whole() };
}

interface Fit {
  readonly lags: number;
  readonly ridge: number;
  readonly left: readonly Float64Array[];
  /** Mean squared error by holdout fold and tag. */
  readonly squares: readonly Float64Array[];
  readonly whole: () => Float64Array;
}

/** Mean over the tags of the logarithm of the squared error over all folds. */
const errorOf = ({ squares }: Fit): number =>
  mean(Array.from(squares[0] ?? [], (_, j) => logOf(mean(squares.map((square) => square[j] as number)))));

const leastError = (fits: readonly Fit[]): Fit => fits.reduce((a, b) => (errorOf(b) < errorOf(a) ? b : a));

/** The first fit whose errors are within a standard error, over the folds, of those of the best fit. */
function firstAmongEquals(fits: readonly Fit[]): Fit {
  const best = leastError(fits);
  const isEqual = ({ squares }: Fit): boolean => {
    const more = squares.map(
      (square, fold) => mean(Array.from(square, logOf)) - mean(Array.from(best.squares[fold] ?? [], logOf)),
    );
    return mean(more) <= (more.length < 2 ? 0 : sampleStandardDeviation(more) / Math.sqrt(more.length));
  };
  return fits.find(isEqual) ?? best;
}

const logOf = (square: number): number => Math.log(Math.max(square, 1e-300));

/**
 * Mean squared error of each tag. With p the row of tag j in P, its error on a row y is p·y / Pⱼⱼ. The mean square over rows with
 * moments G is pᵀGp / Pⱼⱼ².
 */
function meanSquares(part: Moments, precision: Float64Array, d: number): Float64Array {
  return Float64Array.from({ length: d }, (_, j) => {
    const p = precision.subarray(j * part.size, (j + 1) * part.size);
    return quadratic(part, p) / Math.max(1, part.rows) / (p[j] as number) ** 2;
  });
}

/** pᵀGp of moments with their upper triangle only. */
function quadratic({ size, sums }: Moments, p: Float64Array): number {
  let total = 0;
  for (let i = 0; i < size; i++) {
    let row = 0.5 * (sums[i * size + i] as number) * (p[i] as number);
    for (let k = i + 1; k < size; k++) row += (sums[i * size + k] as number) * (p[k] as number);
    total += 2 * row * (p[i] as number);
  }
  return total;
}
