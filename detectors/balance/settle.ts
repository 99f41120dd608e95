import type { Tag } from '../../src/core/tag.ts';
import { type Described, whole } from './columns.ts';
import type { Balance, Horizon } from './schema.ts';
import { explainedBy, leastGain, regress, windowsOf } from './select.ts';
import { sharedGain } from './shared-gain.ts';
import { changePlace, lengthPlace, type Stretch, stretchOf, sumPlace, windowMoments } from './windows.ts';

/** Candidate terms of a balance, as indices into the columns, and the number of rows of the windows in which they are learned. */
export interface Candidate {
  readonly terms: readonly number[];
  readonly length: number;
  /** Set if all terms have one unit and one effect per unit: 1 for those that fill the level, -1 for those that empty it. */
  readonly signs?: readonly number[] | undefined;
  /** True if they have effects of their own near a common one: meters of one unit that do not agree exactly. */
  readonly isNear?: boolean | undefined;
}

export interface Settling {
  /** Index into the columns. */
  readonly level: number;
  readonly candidates: readonly Candidate[];
  /** Rows of the group in each mean. */
  readonly meanOf: number;
  /** Numbers of rows over which the balance may be judged. */
  readonly lengths: readonly number[];
  /** Minimum explained share of the changes: on some holdout windows, and over each number of rows to be judged. */
  readonly bar: number;
  readonly folds: number;
}

/** Minimum number of windows for learning. */
const fewestWindows = 20;
/** Least ratio of the effects per unit of such meters. If they differ by more, the data do not tell one flow from another. */
const leastAlike = 0.75;
/** Minimum standard error, as a share of the standard deviation of the value. */
const finest = 1e-6;

/** A candidate with its explained share and its coefficients, in standard deviations; the level is the first column of its runs. */
interface Tried {
  readonly terms: readonly number[];
  readonly runs: readonly Stretch[];
  readonly by: 'own' | 'near' | 'shared';
  readonly explained: number;
  readonly still: number;
  readonly gains: readonly number[];
}

/**
 * Balance of a level by the candidate that explains most in complete rows: the effect of each term on the level, and the largest
 * imbalance in normal operation over each number of rows. Undefined if none explains enough.
 */
export function settle(
  standard: readonly (readonly Float64Array[])[],
  columns: readonly Described[],
  tags: readonly Tag[],
  { level, candidates, meanOf, lengths, bar, folds }: Settling,
): Balance | undefined {
  const tried = candidates.flatMap((candidate) => attempt(standard, columns, level, candidate, folds) ?? []);
  const best = bestOf(tried);
  if (best === undefined || best.explained < bar) return undefined;
  const own = columns[level] as Described;
  const off = best.runs.map((run) => imbalances(run, best));
  const judged = lengths
    .map((rows) => horizonOf(best.runs, off, rows, own.deviation))
    .filter(({ explained }) => Number.isFinite(explained) && explained >= bar);
  if (judged.length === 0) return undefined;
  const nameOf = ({ column }: Described): string => (tags[column] as Tag).name;
  const flows = best.terms.map((term, i) => {
    const column = columns[term] as Described;
    return { column, gain: ((best.gains[i] as number) * own.deviation) / column.deviation };
  });
  return {
    level: nameOf(own),
    meanOf,
    terms: flows.map(({ column, gain }) => ({ tag: nameOf(column), gain, spread: column.deviation })),
    // the terms were learned as deviations from their means
    constant: best.still * own.deviation - flows.reduce((sum, { gain, column }) => sum + gain * column.mean, 0),
    scale: own.deviation * Math.max(finest, meanRoot(off)),
    horizons: judged,
  };
}

/**
 * The one that explains most. Terms with one effect per unit must explain clearly more than terms with their own effects, and
 * effects near a common one clearly more than both.
 */
function bestOf(tried: readonly Tried[]): Tried | undefined {
  let best: Tried | undefined;
  for (const by of ['own', 'shared', 'near'] as const) {
    const some = tried.filter((one) => one.by === by);
    const most = some.reduce<Tried | undefined>((a, b) => (a === undefined || b.explained > a.explained ? b : a), undefined);
    const isClear = best === undefined || most === undefined || 1 - most.explained < (1 - leastGain) * (1 - best.explained);
    if (isClear) best = most ?? best;
  }
  return best;
}

/** Learns a candidate; undefined if too few windows are complete. */
function attempt(
  standard: readonly (readonly Float64Array[])[],
  columns: readonly Described[],
  level: number,
  { terms, length, signs, isNear = false }: Candidate,
  folds: number,
): Tried | undefined {
  if (terms.length === 0) return undefined;
  const runs = whole(standard, [level, ...terms.map((term) => columns.length + term)]).map((run) => stretchOf(run, run));
  const width = 1 + terms.length;
  const windows = windowsOf(length, windowMoments(runs, width, length, folds));
  if (windows.all.rows < fewestWindows) return undefined;
  const places = terms.map((_, i) => sumPlace(1 + i));
  const change = changePlace(0, width);
  const scales = signs?.map((sign, i) => sign * (columns[terms[i] as number] as Described).deviation);
  const weigh = scales === undefined || isNear ? regress : sharedGain(scales);
  const [still = 0, ...gains] = weigh(windows.all, [lengthPlace, ...places], change);
  const effects = gains.map((gain, i) => gain / (scales?.[i] ?? 1));
  if (isNear && !(Math.min(...effects) >= leastAlike * Math.max(...effects))) return undefined;
  const by = isNear ? 'near' : signs === undefined ? 'own' : 'shared';
  return { terms, runs, by, explained: explainedBy(windows, change, places, weigh), still, gains };
}

/** Cumulated imbalance of the level since the first row. */
function imbalances({ rows, sums }: Stretch, { still, gains }: Tried): Float64Array {
  const first = rows[0]?.[0] ?? 0;
  return Float64Array.from(rows, (row, t) =>
    gains.reduce((rest, gain, i) => rest - gain * (sums[t]?.[1 + i] as number), (row[0] as number) - first - still * t),
  );
}

function horizonOf(runs: readonly Stretch[], off: readonly Float64Array[], rows: number, unit: number): Horizon {
  let furthest = 0;
  let [count, mean, changes, errors] = [0, 0, 0, 0];
  runs.forEach((run, r) => {
    const own = off[r] as Float64Array;
    for (let t = rows; t < own.length; t++) {
      const change = (run.rows[t]?.[0] as number) - (run.rows[t - rows]?.[0] as number);
      const error = (own[t] as number) - (own[t - rows] as number);
      furthest = Math.max(furthest, Math.abs(error));
      count++;
      mean += change;
      changes += change ** 2;
      errors += error ** 2;
    }
  });
  const variation = changes - mean ** 2 / Math.max(1, count);
  const explained = count >= fewestWindows && variation > 0 ? 1 - errors / variation : Number.NEGATIVE_INFINITY;
  return { rows, explained, furthest: unit * Math.max(finest, furthest) };
}

/** Root mean square of the imbalance of one row. */
function meanRoot(off: readonly Float64Array[]): number {
  let [sum, count] = [0, 0];
  for (const own of off)
    for (let t = 1; t < own.length; t++) {
      sum += ((own[t] as number) - (own[t - 1] as number)) ** 2;
      count++;
    }
  return Math.sqrt(sum / Math.max(1, count));
}
