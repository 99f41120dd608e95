import { solve } from 'ml-matrix';
import { addRow, type Moments, noMoments, without } from '../../../src/detector-kit/moments.ts';
import { blankRows } from '../../../src/detector-kit/rows.ts';
import type { Fold, Residuals } from './crossfit.ts';
import { inverseTop, multiply, symmetric } from './linear.ts';
import { fillInputs, ObserverResiduals, observerInputs, type ObserverParameters, unsettledRows } from './residuals.ts';

/** An observer from all rows, and one for each fold from the rows outside of it. */
export interface CrossObserver extends Pick<ObserverParameters, 'weights' | 'precision'> {
  readonly left: readonly Pick<ObserverParameters, 'weights' | 'precision'>[];
}

const observerRidge = 1e-3;
/** Maximum loss of prediction by squares, as the mean logarithm of the error ratio. */
const mostHarm = 0.02;

/** The one-step observer with squares; undefined if the squares make the prediction of holdout rows worse. */
export function fitObserver(folds: readonly Fold[], d: number): CrossObserver | undefined {
  const inputs = observerInputs(d);
  const row = new Float64Array(inputs + d);
  const parts = folds.map((fold) => {
    const moments = noMoments(inputs + d);
    for (const stretch of fold)
      for (let t = 1; t < stretch.length; t++) {
        fillInputs(stretch[t - 1] as Float64Array, d, row);
        row.set(stretch[t] as Float64Array, inputs);
        addRow(moments, row);
      }
    return moments;
  });
  const left = folds.map((_, fold) => without(parts, fold));
  const withSquares = left.map((moments) => regress(moments, inputs, d, inputs));
  const linear = left.map((moments) => regress(moments, inputs, d, 1 + d));
  const errors = squaredErrors(folds, withSquares, d);
  const linearErrors = squaredErrors(folds, linear, d);
  let harm = 0;
  for (let j = 0; j < d; j++) harm += 0.5 * Math.log(((errors[j] as number) + 1e-12) / ((linearErrors[j] as number) + 1e-12));
  if (!(harm / d <= mostHarm)) return undefined;
  const sums = folds.map((fold, index) => leakySums(fold, withSquares[index] as Float64Array, d));
  const precision = (rest: Moments): Float64Array => inverseTop(rest, observerRidge * meanDiagonal(rest), new Float64Array(d), d);
  return {
    weights: regress(without(parts, -1), inputs, d, inputs),
    precision: precision(without(sums, -1)),
    left: folds.map((_, fold) => ({ weights: withSquares[fold] as Float64Array, precision: precision(without(sums, fold)) })),
  };
}

/** Observer residuals of each fold by the parameters from the others, for the same rows as the lag residuals. */
export function observerOutOfFold(folds: readonly Fold[], observer: CrossObserver, d: number, lags: number): Residuals {
  return folds.map((fold, index) => {
    const parameters = observer.left[index];
    if (parameters === undefined) return [];
    const residuals = new ObserverResiduals({ tags: d, ...parameters });
    return fold.map((stretch) => {
      const rows = blankRows(stretch.length, d);
      stretch.forEach((z, row) => {
        residuals.push(z, row === 0);
        rows[row]?.set(residuals.u);
      });
      return rows.slice(unsettledRows(lags));
    });
  });
}

/** Ridge weights of each tag on the first `used` inputs, row-major d × inputs; the others are 0. */
function regress(moments: Moments, inputs: number, d: number, used: number): Float64Array {
  const all = symmetric(moments);
  const gram = all.subMatrix(0, used - 1, 0, used - 1);
  for (let i = 1; i < used; i++) gram.set(i, i, gram.get(i, i) * (1 + observerRidge) + 1e-9);
  const solution = solve(gram, all.subMatrix(0, used - 1, inputs, inputs + d - 1));
  const weights = new Float64Array(d * inputs);
  for (let j = 0; j < d; j++) for (let i = 0; i < used; i++) weights[j * inputs + i] = solution.get(i, j);
  return weights;
}

function squaredErrors(folds: readonly Fold[], weights: readonly Float64Array[], d: number): Float64Array {
  const sums = new Float64Array(d);
  folds.forEach((fold, index) => {
    forEachInnovation(fold, weights[index] as Float64Array, d, (innovation) => {
      for (let j = 0; j < d; j++) (sums[j] as number) += (innovation[j] as number) ** 2;
    });
  });
  return sums;
}

/** Moments of the leaky sums of one fold's innovations. */
function leakySums(fold: Fold, weights: Float64Array, d: number): Moments {
  const moments = noMoments(d);
  const residuals = new ObserverResiduals({ tags: d, weights, precision: identity(d) });
  for (const stretch of fold)
    stretch.forEach((z, row) => {
      residuals.follow(z, row === 0);
      if (row > 0) addRow(moments, residuals.sum);
    });
  return moments;
}

const identity = (d: number): Float64Array => Float64Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0));

function forEachInnovation(fold: Fold, weights: Float64Array, d: number, take: (innovation: Float64Array) => void): void {
  const inputs = new Float64Array(observerInputs(d));
  const [predicted, innovation] = [new Float64Array(d), new Float64Array(d)];
  for (const stretch of fold)
    for (let t = 1; t < stretch.length; t++) {
      fillInputs(stretch[t - 1] as Float64Array, d, inputs);
      const z = stretch[t] as Float64Array;
      multiply(weights, d, inputs.length, inputs, predicted);
      for (let j = 0; j < d; j++) innovation[j] = (z[j] as number) - (predicted[j] as number);
      take(innovation);
    }
}

function meanDiagonal({ size, sums, rows }: Moments): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (sums[i * size + i] as number) / Math.max(1, rows);
  return Math.max(1e-12, sum / size);
}
