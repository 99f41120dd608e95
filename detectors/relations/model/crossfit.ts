import { addRow, type Moments, noMoments } from '../../../src/detector-kit/moments.ts';
import { blankRows } from '../../../src/detector-kit/rows.ts';
import { LagResiduals, unsettledRows } from './residuals.ts';

/** A contiguous part of normal operation: standardised rows in consecutive stretches. */
export type Fold = (readonly Float64Array[])[];

/** Residuals by fold, stretch, row. */
export type Residuals = readonly (readonly Float64Array[])[][];

/** Moments of a row and its lags, by fold. */
export function lagMoments(folds: readonly Fold[], d: number, lags: number): Moments[] {
  const size = d * (lags + 1);
  const y = new Float64Array(size);
  return folds.map((fold) => {
    const moments = noMoments(size);
    for (const stretch of fold)
      stretch.forEach((z, row) => {
        y.copyWithin(d, 0, size - d);
        y.set(z);
        if (row >= lags) addRow(moments, y);
      });
    return moments;
  });
}

/** Lag residuals of each fold by the precision of the others, from the first row of each stretch with a complete past. */
export function lagOutOfFold(folds: readonly Fold[], left: readonly Float64Array[], d: number, lags: number): Residuals {
  const mask = new Uint8Array(d);
  return folds.map((fold, index) => {
    const precision = left[index];
    if (precision === undefined) return [];
    const residuals = new LagResiduals({ tags: d, lags, precision });
    return fold.map((stretch) => {
      const rows = blankRows(stretch.length, d);
      stretch.forEach((z, row) => {
        residuals.push(z, mask, row === 0);
        rows[row]?.set(residuals.u);
      });
      return rows.slice(unsettledRows(lags));
    });
  });
}
