import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { type Moments, productOf, without } from '../../src/detector-kit/moments.ts';
import { lengthPlace } from './windows.ts';

/** Least share of the unexplained part that a term must remove: smaller terms make the entry unreadable. */
export const leastGain = 0.1;
/**
 * A candidate is a combination of the other terms if these leave less than this share of its variance (a variance inflation of
 * 20).
 */
const collinear = 0.05;
/** Ridge that makes the regression solvable for flows that are copies of each other, as a share of their own moments. */
const ridge = 1e-9;

/** Windows of one length: moments of all of them, of each fold, and of all but each fold. */
export interface Windows {
  readonly length: number;
  readonly all: Moments;
  readonly parts: readonly Moments[];
  readonly left: readonly Moments[];
}

export const windowsOf = (length: number, parts: readonly Moments[]): Windows => ({
  length,
  all: without(parts, -1),
  parts,
  left: parts.map((_, fold) => without(parts, fold)),
});

/** Terms of a level, by their index in the moments, and the share of its holdout changes that they explain. */
export interface Choice {
  readonly terms: readonly number[];
  readonly explained: number;
}

/**
 * Selects the few terms that explain most of the changes of a level, by forward selection. Each step takes the term that removes
 * most of the remaining error, until the next one has no benefit on holdout windows.
 */
export function chooseTerms(windows: Windows, level: number, candidates: readonly number[], most: number): Choice {
  const places = [lengthPlace, ...candidates, level];
  const rest = square(windows.all, places);
  const own = places.map((_, i) => rest[i]?.[i] as number);
  takeAway(rest, 0);
  let best: Choice = { terms: [], explained: 0 };
  while (best.terms.length < most) {
    const next = strongest(rest, own);
    if (next === undefined) break;
    takeAway(rest, next);
    const terms = [...best.terms, places[next] as number];
    const explained = explainedBy(windows, level, terms);
    if (1 - explained > (1 - leastGain) * (1 - best.explained)) break;
    best = { terms, explained };
  }
  return best;
}

/** Learns the weights of inputs for a target. */
export type Weigh = (moments: Moments, inputs: readonly number[], target: number) => number[];

/** Share of a level's changes that terms explain on holdout windows; the mean change explains nothing. */
export function explainedBy({ parts, left }: Windows, level: number, terms: readonly number[], weigh: Weigh = regress): number {
  const errorOf = (inputs: readonly number[], by: Weigh): number =>
    parts.reduce((sum, part, fold) => sum + squaredError(part, inputs, level, by(left[fold] as Moments, inputs, level)), 0);
  const unexplained = errorOf([lengthPlace, ...terms], weigh) / errorOf([lengthPlace], regress);
  return Number.isFinite(unexplained) ? 1 - unexplained : 0;
}

/** Least squares of a target on inputs. Inputs that cannot be distinguished are not used. */
export function regress(moments: Moments, inputs: readonly number[], target: number): number[] {
  const matrix = new Matrix(square(moments, inputs).map((row) => [...row]));
  for (let i = 0; i < inputs.length; i++) matrix.set(i, i, matrix.get(i, i) * (1 + ridge));
  const factor = new CholeskyDecomposition(matrix);
  if (!factor.isPositiveDefinite()) return inputs.map(() => 0);
  return factor.solve(Matrix.columnVector(inputs.map((input) => productOf(moments, input, target)))).to1DArray();
}

/** With weights w of inputs x, Σ(y − w·x)² = Σy² − 2 Σ wᵢ Σxᵢy + ΣΣ wᵢwⱼ Σxᵢxⱼ. */
function squaredError(moments: Moments, inputs: readonly number[], target: number, weights: readonly number[]): number {
  let sum = productOf(moments, target, target);
  inputs.forEach((input, i) => {
    const weight = weights[i] as number;
    sum -= 2 * weight * productOf(moments, input, target);
    inputs.forEach((other, j) => (sum += weight * (weights[j] as number) * productOf(moments, input, other)));
  });
  return Math.max(0, sum);
}

const square = (moments: Moments, places: readonly number[]): Float64Array[] =>
  places.map((i) => Float64Array.from(places, (j) => productOf(moments, i, j)));

/** Removes from every column the part that column k explains (a step of Gaussian elimination). */
function takeAway(rest: readonly Float64Array[], k: number): void {
  const pivot = rest[k] as Float64Array;
  const square = pivot[k] as number;
  if (!(square > 0)) return;
  rest.forEach((row, i) => {
    if (i === k) return;
    const share = (row[k] as number) / square;
    for (let j = 0; j < row.length; j++) (row[j] as number) -= share * (pivot[j] as number);
  });
  pivot.fill(0);
}

/** Candidate that removes most of the rest of the last column. */
function strongest(rest: readonly Float64Array[], own: readonly number[]): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (let i = 1; i < rest.length - 1; i++) {
    const row = rest[i] as Float64Array;
    if (!((row[i] as number) > collinear * (own[i] as number))) continue;
    const taken = (row.at(-1) as number) ** 2 / (row[i] as number);
    if (taken > most) [best, most] = [i, taken];
  }
  return best;
}
