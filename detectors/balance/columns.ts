import { bounded } from '../../src/detector-kit/intake.ts';
import { columnOf, picked } from '../../src/detector-kit/rows.ts';

/** Statistics of one column of a group's rows in normal operation. */
export interface Described {
  /** Index in the group's rows. */
  readonly column: number;
  readonly mean: number;
  readonly deviation: number;
}

/** A tag with values in less than this share of rows is excluded. */
const leastPresent = 0.5;
/** A tag that changes by less than this share of its value is constant. */
const leastMove = 1e-9;

/** Columns that vary and are mostly present. */
export function varying(stretches: readonly (readonly Float64Array[])[], columns: number): Described[] {
  const rows = stretches.flat();
  return Array.from({ length: columns }, (_, column) => {
    const values = columnOf(rows, column)
      .map(bounded)
      .filter((value) => !Number.isNaN(value));
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
    return { column, mean, deviation, present: values.length };
  }).filter(
    ({ mean, deviation, present }) =>
      present >= leastPresent * rows.length && deviation > leastMove * Math.max(leastMove, Math.abs(mean)),
  );
}

/**
 * Rows of these columns, their values and then their flows, in standard deviations from their means; NaN if a value is missing.
 */
export const standardised = (rows: readonly Float64Array[], columns: readonly Described[]): Float64Array[] =>
  rows.map((row) => {
    const values = new Float64Array(2 * columns.length);
    columns.forEach(({ column, mean, deviation }, i) => {
      values[i] = (bounded(row[column] as number) - mean) / deviation;
      values[columns.length + i] = (bounded(row[row.length / 2 + column] as number) - mean) / deviation;
    });
    return values;
  });

/** Fills missing values with the previous one, or with the next one at the start; with the mean if there is none. */
export function held(rows: readonly Float64Array[]): Float64Array[] {
  const filled = rows.map((row) => row.slice());
  (filled[0] ?? []).forEach((_, i) => {
    let last = filled.find((row) => !Number.isNaN(row[i]))?.[i] ?? 0;
    for (const row of filled) {
      if (Number.isNaN(row[i])) row[i] = last;
      last = row[i] as number;
    }
  });
  return filled;
}

/** Parts of stretches without missing values in the given columns, reduced to these columns. */
export function whole(stretches: readonly (readonly Float64Array[])[], columns: readonly number[]): Float64Array[][] {
  const runs: Float64Array[][] = [];
  for (const stretch of stretches) {
    let goesOn = false;
    for (const row of stretch) {
      const own = picked(row, columns);
      const isWhole = !own.some(Number.isNaN);
      if (isWhole && goesOn) runs.at(-1)?.push(own);
      else if (isWhole) runs.push([own]);
      goesOn = isWhole;
    }
  }
  return runs;
}
