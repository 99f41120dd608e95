import { inverse, Matrix } from 'ml-matrix';
import { expect, test } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { dropsOf, suspectsOf } from './suspects.ts';

const d = 6;

/** A random covariance, its inverse, and a row drawn from it. */
function drawn(seed: number) {
  const random = new Random(seed);
  const root = new Matrix(Array.from({ length: d }, () => Array.from({ length: d }, () => random.normal())));
  const covariance = root.mmul(root.transpose()).add(Matrix.eye(d).mul(0.01));
  const precision = inverse(covariance);
  const row = root.mmul(Matrix.columnVector(Array.from({ length: d }, () => 0.3 * random.normal()))).to1DArray();
  return { precision, row };
}

const productOf = (precision: Matrix, row: readonly number[]): Float64Array =>
  Float64Array.from(precision.mmul(Matrix.columnVector([...row])).to1DArray());

const judged = (precision: Matrix, row: readonly number[]) => {
  const [own, product] = [Float64Array.from(precision.to1DArray()), productOf(precision, row)];
  return suspectsOf(dropsOf(own, [product], d), 1, own, product, new Float64Array(d).fill(1));
};

test.each([1, 2, 3, 4, 5])('values moved by hand are found, with their deviation (seed %i)', (seed) => {
  const { precision, row } = drawn(seed);
  const moved = row.with(1, (row[1] as number) + 40).with(4, (row[4] as number) - 60);
  const suspects = judged(precision, moved);
  expect(suspects.map(({ tag }) => tag).toSorted((a, b) => a - b)).toEqual([1, 4]);
  for (const { tag, off } of suspects) {
    const error = 3 / Math.sqrt(precision.get(tag, tag)) + 5;
    expect(Math.abs(off - (tag === 1 ? 40 : -60))).toBeLessThan(error);
  }
});

test('their implied values minimise yᵀPy: any change makes it larger', () => {
  const { precision, row } = drawn(9);
  const moved = row.with(0, (row[0] as number) + 50).with(3, (row[3] as number) + 30);
  const suspects = judged(precision, moved);
  const corrected = [...moved];
  for (const { tag, off } of suspects) corrected[tag] = (corrected[tag] as number) - off;
  const cost = (y: readonly number[]): number => {
    const column = Matrix.columnVector([...y]);
    return column.transpose().mmul(precision).mmul(column).get(0, 0);
  };
  const least = cost(corrected);
  for (const { tag } of suspects)
    for (const step of [-0.01, 0.01]) expect(cost(corrected.with(tag, (corrected[tag] as number) + step))).toBeGreaterThan(least);
});

test('a usual row has no suspects', () => {
  const { precision, row } = drawn(11);
  expect(judged(precision, row)).toEqual([]);
});

/** Minimum of yᵀPy of a row if the values of some tags are free: P of the others, with those tags' columns projected out. */
function leastOf(precision: Matrix, row: readonly number[], freed: readonly number[]): number {
  const y = Matrix.columnVector([...row]);
  const corrected = [...row];
  if (freed.length > 0) {
    const own = inverse(new Matrix(freed.map((i) => freed.map((j) => precision.get(i, j)))));
    const py = precision.mmul(y).to1DArray();
    own
      .mmul(Matrix.columnVector(freed.map((j) => py[j] ?? 0)))
      .to1DArray()
      .forEach((off, i) => ((corrected[freed[i] as number] as number) -= off));
  }
  const column = Matrix.columnVector(corrected);
  return column.transpose().mmul(precision).mmul(column).get(0, 0);
}

test.each([1, 2, 3])('each drop is the decrease by its tag over the rows, and no other tag would give more (seed %i)', (seed) => {
  const { precision } = drawn(seed);
  const rows = [1, 2, 3].map((more) => drawn(10 * seed + more).row);
  const drops = dropsOf(
    Float64Array.from(precision.to1DArray()),
    rows.map((row) => productOf(precision, row)),
    d,
  );
  const least = (freed: readonly number[]): number => rows.reduce((sum, row) => sum + leastOf(precision, row, freed), 0);
  drops.forEach(({ drop }, i) => {
    const before = drops.slice(0, i).map(({ tag }) => tag);
    const falls = Array.from({ length: d }, (_, j) => (before.includes(j) ? 0 : least(before) - least([...before, j])));
    expect(drop / Math.max(...falls)).toBeCloseTo(1, 5);
  });
  expect(drops.reduce((sum, { drop }) => sum + drop, 0) / least([])).toBeCloseTo(1, 5);
});
