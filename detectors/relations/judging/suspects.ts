import { inverse, Matrix } from 'ml-matrix';

/** Maximum number of suspects: a longer list is not useful. */
const most = 5;
/** Residuals up to this multiple of their usual size are normal. */
const usual = 3;

/** A tag whose value does not match the others, and its deviation when none of the suspects is used. */
export interface Suspect {
  readonly tag: number;
  /** Standardised; positive when the value is too high. */
  readonly off: number;
}

/** A tag's part in a deviation of some rows: the decrease of their yᵀPy when it is excluded too. */
export interface Drop {
  readonly tag: number;
  /** ≥ 0, summed over the rows. */
  readonly drop: number;
}

/**
 * Tags without which the rows would be normal, found one by one. Each step takes the tag whose exclusion lowers the sum of yᵀPy
 * over the rows most, by Σ (P·y)ⱼ² / Pⱼⱼ after the exclusion of those before it (reconstruction-based contribution; Alcala and
 * Qin, Automatica 45 (2009) 1593). All drops add up to the decrease by the exclusion of all tags. @param precision P of a row's
 * own values, row-major d × d @param products (P·y) of each row's own values @param count maximum number of tags
 */
export function dropsOf(precision: Float64Array, products: readonly Float64Array[], count: number): Drop[] {
  const d = Math.sqrt(precision.length);
  const p = precision.slice();
  const left = products.map((product) => product.slice());
  const found: Drop[] = [];
  while (found.length < Math.min(count, d)) {
    let next = { tag: -1, drop: 0 };
    for (let j = 0; j < d; j++) {
      if (found.some(({ tag }) => tag === j)) continue;
      const drop = left.reduce((sum, row) => sum + (row[j] as number) ** 2, 0) / (p[j * d + j] as number);
      if (drop > next.drop) next = { tag: j, drop };
    }
    if (next.tag < 0) break;
    found.push(next);
    free(p, left, next.tag);
  }
  return found;
}

/**
 * The first few tags in `drops` without which the last row would be normal. Tags that need not be excluded are then used again.
 * The values of all suspects J that minimise yᵀPy are y_J − P_JJ⁻¹·(P·y)_J. @param rows number of rows in the drops @param
 * product (P·y) of the last row @param scale usual size of (P·y)ⱼ / √Pⱼⱼ
 */
export function suspectsOf(
  drops: readonly Drop[],
  rows: number,
  precision: Float64Array,
  product: Float64Array,
  scale: ArrayLike<number>,
): Suspect[] {
  const d = product.length;
  const bound = (tag: number): number => (usual * (scale[tag] as number)) ** 2;
  const usualFrom = drops.findIndex(({ tag, drop }) => drop <= rows * bound(tag));
  const chosen = drops.slice(0, usualFrom < 0 ? most : Math.min(most, usualFrom)).map(({ tag }) => tag);
  while (chosen.length > 0) {
    const own = inverse(new Matrix(chosen.map((i) => chosen.map((j) => precision[i * d + j] as number))));
    const off = own.mmul(Matrix.columnVector(chosen.map((j) => product[j] as number))).to1DArray();
    const rises = off.map((value, i) => value ** 2 / own.get(i, i) / bound(chosen[i] as number));
    const least = rises.indexOf(Math.min(...rises));
    if ((rises[least] as number) > 1) return chosen.map((tag, i) => ({ tag, off: off[i] as number }));
    chosen.splice(least, 1);
  }
  return [];
}

/** Removes a tag's values from the judged ones: the Schur complement of its entry. */
function free(p: Float64Array, left: readonly Float64Array[], j: number): void {
  const d = Math.sqrt(p.length);
  const pivot = p[j * d + j] as number;
  const row = p.slice(j * d, (j + 1) * d);
  const residuals = left.map((one) => one[j] as number);
  for (let i = 0; i < d; i++) {
    if (i === j) continue;
    const weight = (p[i * d + j] as number) / pivot;
    left.forEach((one, t) => ((one[i] as number) -= weight * (residuals[t] as number)));
    for (let k = 0; k < d; k++) (p[i * d + k] as number) -= weight * (row[k] as number);
  }
}
