/** A symmetric matrix of sums of products, row-major; only the upper triangle is kept. */
export interface Moments {
  readonly size: number;
  readonly sums: Float64Array;
  rows: number;
}

export const noMoments = (size: number): Moments => ({ size, sums: new Float64Array(size * size), rows: 0 });

/** Adds y·yᵀ. */
export function addRow(moments: Moments, y: Float64Array): void {
  const { size, sums } = moments;
  for (let i = 0; i < size; i++) {
    const yi = y[i] as number;
    if (yi === 0) continue;
    const start = i * size;
    for (let j = i; j < size; j++) (sums[start + j] as number) += yi * (y[j] as number);
  }
  moments.rows++;
}

/** The moments of the first `size` columns. */
export function block(moments: Moments, size: number): Moments {
  const sums = new Float64Array(size * size);
  for (let i = 0; i < size; i++) sums.set(moments.sums.subarray(i * moments.size, i * moments.size + size), i * size);
  return { size, sums, rows: moments.rows };
}

/** The moments of all parts but one. */
export function without(parts: readonly Moments[], left: number): Moments {
  const size = parts[0]?.size ?? 0;
  const rest = noMoments(size);
  parts.forEach((part, index) => {
    if (index === left) return;
    rest.rows += part.rows;
    for (let i = 0; i < part.sums.length; i++) (rest.sums[i] as number) += part.sums[i] as number;
  });
  return rest;
}

/** Sum of the products of two columns. */
export const productOf = ({ size, sums }: Moments, i: number, j: number): number =>
  sums[Math.min(i, j) * size + Math.max(i, j)] as number;
