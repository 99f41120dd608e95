import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { inverseTop } from '../../../../detectors/relations/model/linear.ts';
import { addRow, noMoments } from '../../../../src/detector-kit/moments.ts';

/** A row and its past under a Gaussian model learned from normal operation: all that a linear defender knows. */
export class Gaussian {
  readonly tags: number;
  readonly lags: number;
  /** Inverse covariance of [z(t), z(t−1) …]. */
  readonly precision: Matrix;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;

  constructor(rows: readonly Float64Array[], lags: number, ridge: number) {
    const tags = rows[0]?.length ?? 0;
    const at = (row: Float64Array, j: number): number => row[j] as number;
    this.tags = tags;
    this.lags = lags;
    this.mean = Float64Array.from({ length: tags }, (_, j) => rows.reduce((sum, row) => sum + at(row, j), 0) / rows.length);
    this.deviation = Float64Array.from({ length: tags }, (_, j) => {
      const square = rows.reduce((sum, row) => sum + (at(row, j) - (this.mean[j] as number)) ** 2, 0) / rows.length;
      // a tag that never moved: any step of it counts in its own unit
      return Math.sqrt(square) > 1e-9 ? Math.sqrt(square) : 1;
    });
    const size = tags * (lags + 1);
    const moments = noMoments(size);
    for (let row = lags; row < rows.length; row++) addRow(moments, this.past(rows, row));
    this.precision = Matrix.from1DArray(size, size, inverseTop(moments, ridge, new Float64Array(size), size));
  }

  /** [z(t), z(t−1) …] of one row; rows before the first stand still. */
  past(rows: readonly Float64Array[], row: number): Float64Array {
    const y = new Float64Array(this.tags * (this.lags + 1));
    for (let lag = 0; lag <= this.lags; lag++) {
      const values = rows[Math.max(0, row - lag)] as Float64Array;
      for (let j = 0; j < this.tags; j++) y[lag * this.tags + j] = this.z(values[j] as number, j);
    }
    return y;
  }

  z(value: number, j: number): number {
    return (value - (this.mean[j] as number)) / (this.deviation[j] as number);
  }

  value(z: number, j: number): number {
    return z * (this.deviation[j] as number) + (this.mean[j] as number);
  }

  /** (P·y)ⱼ of some entries. */
  product(y: Float64Array, entries: readonly number[]): Float64Array {
    return Float64Array.from(entries, (i) => {
      let sum = 0;
      for (let j = 0; j < y.length; j++) sum += this.precision.get(i, j) * (y[j] as number);
      return sum;
    });
  }

  /** Standardised error of predicting each tag from all others and all lags. */
  residuals(y: Float64Array): Float64Array {
    const all = Array.from({ length: this.tags }, (_, j) => j);
    return this.product(y, all).map((value, j) => value / Math.sqrt(this.precision.get(j, j)));
  }
}

/** A quadratic form x'Gx with some fixed entries; factors are cached by the free entries. */
export class Quadratic {
  readonly #g: Matrix;
  readonly #factors = new Map<string, CholeskyDecomposition>();

  constructor(g: Matrix) {
    // an inverse is symmetric up to rounding alone
    this.#g = Matrix.add(g, g.transpose()).mul(0.5);
  }

  /** Minimises x'Gx + 2h'x over the free entries, in place; returns the minimum. */
  minimise(x: Float64Array, h: Float64Array, pinned: Uint8Array): number {
    const free = Array.from(x.keys()).filter((i) => pinned[i] === 0);
    if (free.length > 0) {
      const right = Matrix.columnVector(free.map((i) => -(h[i] as number) - this.#pinnedPart(x, pinned, i)));
      const solution = this.factor(free).solve(right);
      free.forEach((i, index) => {
        x[i] = solution.get(index, 0);
      });
    }
    return this.value(x, h);
  }

  value(x: Float64Array, h: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      let gx = 2 * (h[i] as number);
      for (let j = 0; j < x.length; j++) gx += this.#g.get(i, j) * (x[j] as number);
      sum += gx * (x[i] as number);
    }
    return sum;
  }

  factor(free: readonly number[]): CholeskyDecomposition {
    const key = free.join();
    const known = this.#factors.get(key);
    if (known !== undefined) return known;
    const made = new CholeskyDecomposition(this.#g.selection([...free], [...free]));
    this.#factors.set(key, made);
    return made;
  }

  #pinnedPart(x: Float64Array, pinned: Uint8Array, i: number): number {
    let sum = 0;
    for (let j = 0; j < x.length; j++) if (pinned[j] === 1) sum += this.#g.get(i, j) * (x[j] as number);
    return sum;
  }
}
