import { inverse, Matrix } from 'ml-matrix';

/** More tags than this are no longer an answer to the question which ones lie. */
const most = 5;
/** A residual of so many times its usual size is still usual. */
const usual = 3;

/** A tag whose value the others do not believe, and by how much it is off when none of the suspects is believed. */
export interface Suspect {
  readonly tag: number;
  /** Standardised; positive when the value is too high. */
  readonly off: number;
}

/**
 * A few tags without which the row is usual, found one by one: always the one whose freedom lowers yᵀPy most, by
 * (P·y)ⱼ² / Pⱼⱼ once those before it are free (reconstruction-based contribution; Alcala and Qin, Automatica 45 (2009) 1593). The
 * When all are found,
 * those that need not be free are believed again. The values of all suspects J at which yᵀPy is least are y_J − P_JJ⁻¹·(P·y)_J.
 * @param precision P of the row's own values, row-major d × d
 * @param product (P·y) of the row's own values
 * @param scale usual size of (P·y)ⱼ / √Pⱼⱼ
 */
export function suspectsOf(precision: Float64Array, product: Float64Array, scale: ArrayLike<number>): Suspect[] {
  const d = product.length;
  const p = precision.slice();
  const left = product.slice();
  const chosen: number[] = [];
  while (chosen.length < most) {
    let next = -1;
    let largest = 0;
    for (let j = 0; j < d; j++) {
      if (chosen.includes(j)) continue;
      const drop = (left[j] as number) ** 2 / (p[j * d + j] as number);
      if (drop <= largest || drop <= (usual * (scale[j] as number)) ** 2) continue;
      next = j;
      largest = drop;
    }
    if (next < 0) break;
    chosen.push(next);
    free(p, left, next);
  }
  // one that was chosen before the others may be none once they are free
  for (;;) {
    if (chosen.length === 0) return [];
    const own = inverse(new Matrix(chosen.map((i) => chosen.map((j) => precision[i * d + j] as number))));
    const off = own.mmul(Matrix.columnVector(chosen.map((j) => product[j] as number))).to1DArray();
    const rises = off.map((value, i) => value ** 2 / own.get(i, i) / (usual * (scale[chosen[i] as number] as number)) ** 2);
    const least = rises.indexOf(Math.min(...rises));
    if ((rises[least] as number) > 1) return chosen.map((tag, i) => ({ tag, off: off[i] as number }));
    chosen.splice(least, 1);
  }
}

/** Takes a tag's value out of what is judged: the Schur complement of its entry. */
function free(p: Float64Array, left: Float64Array, j: number): void {
  const d = left.length;
  const pivot = p[j * d + j] as number;
  const row = p.slice(j * d, (j + 1) * d);
  const residual = left[j] as number;
  for (let i = 0; i < d; i++) {
    if (i === j) continue;
    const weight = (p[i * d + j] as number) / pivot;
    (left[i] as number) -= weight * residual;
    for (let k = 0; k < d; k++) (p[i * d + k] as number) -= weight * (row[k] as number);
  }
}
