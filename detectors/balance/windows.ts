import { addRow, type Moments, noMoments } from '../../src/detector-kit/moments.ts';

/** Consecutive rows, and the cumulated sum of each column since the first of them. */
export interface Stretch {
  readonly rows: readonly Float64Array[];
  readonly sums: readonly Float64Array[];
}

/** @param flows flow since the previous row, by row and column */
export function stretchOf(rows: readonly Float64Array[], flows: readonly Float64Array[]): Stretch {
  const sums: Float64Array[] = [];
  flows.forEach((row, t) => {
    const sum = sums[t - 1];
    sums.push(sum === undefined ? new Float64Array(row.length) : row.map((value, i) => (sum[i] as number) + value));
  });
  return { rows, sums };
}

/** Flow since the previous row, by the trapezoidal rule: a flow is known at the rows, and changes between them. */
export const flowedSince = (value: number, before: number | undefined): number =>
  before === undefined || Number.isNaN(before) ? value : (value + before) / 2;

/** Consecutive rows, each extended by the flows since the previous row. */
export const withFlows = (rows: readonly Float64Array[]): Float64Array[] =>
  rows.map((row, t) => Float64Array.from([...row, ...row.map((value, i) => flowedSince(value, rows[t - 1]?.[i]))]));

/** Positions of the length, the sums and the changes in the moments of windows. */
export const lengthPlace = 0;
export const sumPlace = (column: number): number => 1 + column;
export const changePlace = (column: number, columns: number): number => 1 + columns + column;

/** Windows with a larger overlap add little information. */
const overlap = 0.75;

/**
 * Moments of windows of a given number of rows, by the contiguous fold in which they end: their length, and the sum and change of
 * each column.
 */
export function windowMoments(stretches: readonly Stretch[], columns: number, length: number, folds: number): Moments[] {
  const parts = Array.from({ length: folds }, () => noMoments(1 + 2 * columns));
  const total = stretches.reduce((sum, { rows }) => sum + rows.length, 0);
  const step = Math.max(1, Math.round((1 - overlap) * length));
  const y = new Float64Array(1 + 2 * columns);
  let before = 0;
  for (const { rows, sums } of stretches) {
    for (let t = length; t < rows.length; t += step) {
      const [now, then, sum, sumThen] = [rows[t], rows[t - length], sums[t], sums[t - length]] as Float64Array[];
      if (now === undefined || then === undefined || sum === undefined || sumThen === undefined) continue;
      y[lengthPlace] = length;
      for (let i = 0; i < columns; i++) {
        y[sumPlace(i)] = (sum[i] as number) - (sumThen[i] as number);
        y[changePlace(i, columns)] = (now[i] as number) - (then[i] as number);
      }
      const fold = Math.min(folds - 1, Math.floor(((before + t) * folds) / total));
      addRow(parts[fold] as Moments, y);
    }
    before += rows.length;
  }
  return parts;
}
