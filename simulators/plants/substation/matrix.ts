/** Square complex matrix, row by row. */
export interface ComplexMatrix {
  readonly size: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function zeros(size: number): ComplexMatrix {
  return { size, re: new Float64Array(size * size), im: new Float64Array(size * size) };
}

/**
 * Inverse by Gauss-Jordan elimination with row pivoting. An admittance matrix of energised nodes is never singular: each is
 * connected with a source.
 */
export function inverse(matrix: ComplexMatrix): ComplexMatrix {
  const n = matrix.size;
  const a = { re: matrix.re.slice(), im: matrix.im.slice() };
  const out = zeros(n);
  for (let i = 0; i < n; i++) out.re[i * n + i] = 1;
  const at = (values: Float64Array, i: number): number => values[i] ?? 0;
  const swap = (values: Float64Array, i: number, j: number): void => {
    for (let k = 0; k < n; k++) {
      const kept = at(values, i * n + k);
      values[i * n + k] = at(values, j * n + k);
      values[j * n + k] = kept;
    }
  };
  for (let column = 0; column < n; column++) {
    let pivot = column;
    const size = (row: number): number => Math.hypot(at(a.re, row * n + column), at(a.im, row * n + column));
    for (let row = column + 1; row < n; row++) if (size(row) > size(pivot)) pivot = row;
    if (pivot !== column) for (const values of [a.re, a.im, out.re, out.im]) swap(values, pivot, column);
    const [pr, pi] = [at(a.re, column * n + column), at(a.im, column * n + column)];
    const square = pr * pr + pi * pi;
    for (const m of [a, out]) {
      for (let k = 0; k < n; k++) {
        const [xr, xi] = [at(m.re, column * n + k), at(m.im, column * n + k)];
        m.re[column * n + k] = (xr * pr + xi * pi) / square;
        m.im[column * n + k] = (xi * pr - xr * pi) / square;
      }
    }
    for (let row = 0; row < n; row++) {
      const [fr, fi] = [at(a.re, row * n + column), at(a.im, row * n + column)];
      if (row === column || (fr === 0 && fi === 0)) continue;
      for (const m of [a, out]) {
        for (let k = 0; k < n; k++) {
          const [xr, xi] = [at(m.re, column * n + k), at(m.im, column * n + k)];
          m.re[row * n + k] = at(m.re, row * n + k) - (fr * xr - fi * xi);
          m.im[row * n + k] = at(m.im, row * n + k) - (fr * xi + fi * xr);
        }
      }
    }
  }
  return out;
}
