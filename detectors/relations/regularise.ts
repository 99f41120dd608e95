import { mean, sampleStandardDeviation } from 'simple-statistics';
import { block, inverseTop, type Moments, without } from './linear.ts';

/** Tried in turn, on the scale of correlations. */
const ridges = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
const usualRidge = 1e-4;

/** An inverse covariance from all rows, and one from the rows outside of each fold. */
export interface CrossPrecision {
  readonly lags: number;
  readonly ridge: number;
  /** Its first d rows, row-major. */
  readonly whole: Float64Array;
  readonly left: readonly Float64Array[];
}

/**
 * Inverse covariances of a row and its lags, with the number of lags and the ridge that predict best what was not learned. What
 * is within a standard error of the best can not be told from it: then more lags are taken, which follow slow change, and the
 * smaller ridge, which sees fainter relations.
 * @param parts moments of a row and `mostLags` lags, by fold
 * @param noise variance of rounding, by tag
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
      errors: some.map((part, fold) => logError(part, left[fold] as Float64Array, d)),
      whole: () => inverseTop(without(some, -1), ridge, rounding, d),
    };
  };
  const byLags = Array.from({ length: mostLags + 1 }, (_, back) => fit(mostLags - back, usualRidge));
  const { lags } = firstAmongEquals(byLags);
  const { ridge, left, whole } = firstAmongEquals(ridges.map((one) => fit(lags, one)));
  return { lags, ridge, left, whole: whole() };
}

interface Fit {
  readonly lags: number;
  readonly ridge: number;
  readonly left: readonly Float64Array[];
  /** By fold that was kept out. */
  readonly errors: readonly number[];
  readonly whole: () => Float64Array;
}

/** The first fit whose errors are within a standard error of the best one's. */
function firstAmongEquals(fits: readonly Fit[]): Fit {
  const best = fits.reduce((a, b) => (mean(b.errors) < mean(a.errors) ? b : a));
  const isEqual = ({ errors }: Fit): boolean => {
    const more = errors.map((error, fold) => error - (best.errors[fold] as number));
    return mean(more) <= (more.length < 2 ? 0 : sampleStandardDeviation(more) / Math.sqrt(more.length));
  };
  return fits.find(isEqual) ?? best;
}

/**
 * Mean over the tags of the logarithm of the squared error. With p the row of tag j in P its error on a row y is p·y / Pⱼⱼ, and
 * the mean square over rows with moments G is pᵀGp / Pⱼⱼ².
 */
function logError(part: Moments, precision: Float64Array, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) {
    const p = precision.subarray(j * part.size, (j + 1) * part.size);
    sum += Math.log(Math.max(quadratic(part, p) / Math.max(1, part.rows) / (p[j] as number) ** 2, 1e-300));
  }
  return sum / d;
}

/** pᵀGp of moments whose upper triangle is kept. */
function quadratic({ size, sums }: Moments, p: Float64Array): number {
  let total = 0;
  for (let i = 0; i < size; i++) {
    let row = 0.5 * (sums[i * size + i] as number) * (p[i] as number);
    for (let k = i + 1; k < size; k++) row += (sums[i * size + k] as number) * (p[k] as number);
    total += 2 * row * (p[i] as number);
  }
  return total;
}
