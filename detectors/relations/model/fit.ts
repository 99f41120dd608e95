import { Columns } from '../../../src/detector-kit/columns.ts';
import { independentValues } from '../../../src/detector-kit/bound.ts';
import { bounded } from '../../../src/detector-kit/intake.ts';
import { blankRows, columnOf, picked } from '../../../src/detector-kit/rows.ts';
import { BlockMeans, growthOf } from '../../../src/detector-kit/wander.ts';
import { inTop } from './bank.ts';
import { type Fold, lagMoments, lagOutOfFold, type Residuals } from './crossfit.ts';
import { absorbMsOf, horizonMs } from './ageing.ts';
import type { GroupBaseline, TrackBaseline, TrackKind } from './baseline.ts';
import { largestLasting } from './lasting.ts';
import { leakInto, standardise } from './model.ts';
import { type References, fitReferences, fitTrack } from './reference.ts';
import { fitObserver, observerOutOfFold } from './observer.ts';
import { regularise } from './regularise.ts';
import { unsettledRows } from './residuals.ts';
import { type LearnedRows, otherStates, type StateOf, without } from './states.ts';

export interface FitOptions {
  readonly mostLags: number;
  readonly folds: number;
  /** Share of normal rows that may exceed each statistic, and then their maximum. */
  readonly alpha: number;
  /** Number of rows of the whole calibration; the given rows may be a part of them. */
  readonly wholeRows: number;
  readonly periodMs: number;
  /** By column: true if the column is used only if it was both on and off, and nothing else. */
  readonly onOff?: readonly boolean[];
  /** True if lasting residuals of measurements are judged as well. */
  readonly lasting?: boolean;
  /** State of the switches in a row: states in which other relations hold are left out. Only without lags. */
  readonly stateOf?: StateOf;
}

/** A tag with values in less than this share of rows is excluded. */
const leastPresent = 0.5;
/** Minimum number of rows per tag for learning relations. */
const rowsPerTag = 3;
/** Minimum number of independent values of a tag; with fewer it has not shown its full drift. */
const fewestIndependent = 30;

/** Learns the relations of a group; undefined if there are too few rows or fewer than two varying tags. */
export function fitGroup(rows: LearnedRows, names: readonly string[], options: FitOptions): GroupBaseline | undefined {
  const stretches = rows.stretches();
  const all = stretches.flat();
  const columns = names.map((name, column) => ({ name, column, ...describe(all, column) }));
  const present = columns.filter(
    ({ present, column }) =>
      present >= leastPresent * rows.length && (options.onOff?.[column] !== true || isOnOff(stretches, column)),
  );
  const varying = present.filter(({ deviation, mean }) => deviation > 1e-9 * Math.max(1, Math.abs(mean)));
  const d = varying.length;
  if (d < 2 || rows.length < rowsPerTag * d) return undefined;
  const mean = Float64Array.from(varying, (column) => column.mean);
  const deviation = Float64Array.from(varying, (column) => column.deviation);
  const noise = Float64Array.from(varying, ({ step, deviation: sd }) => (step / sd) ** 2 / 12);
  const pick = varying.map(({ column }) => column);
  const standard = stretches.map((stretch) => {
    const rows = blankRows(stretch.length, d);
    rows.forEach((z, row) => {
      standardise(picked(stretch[row] as Float64Array, pick), mean, deviation, z);
      // in learning, missing values are replaced by the mean
      for (let j = 0; j < d; j++) if (Number.isNaN(z[j])) z[j] = 0;
    });
    return rows;
  });
  const folds = splitFolds(standard, rows.length, options.folds);
  // each row is judged with the previous one, so that stays of a single row cannot be learned
  if (folds.some((_, kept) => rowsAfter(folds.toSpliced(kept, 1).flat(), 1) < d)) return undefined;
  const most = lagsWithin(folds, lagsFor(options.wholeRows, d, options.mostLags));
  const precision = regularise(lagMoments(folds, d, most), d, most, noise);
  const { lags } = precision;
  const lagU = lagOutOfFold(folds, precision.left, d, lags);
  const { stateOf, ...ofAnyState } = options;
  const others = stateOf === undefined ? new Set<string>() : otherStates(lagU, settledStates(all.map(stateOf), folds, lags));
  if (stateOf !== undefined && others.size > 0) return fitGroup(without(rows, others, stateOf), names, ofAnyState);
  const streams: { kind: TrackKind; rows: readonly (readonly Float64Array[])[][] }[] = [{ kind: 'lag', rows: lagU }];
  streams.push({ kind: 'leaky', rows: lagU.map((fold) => fold.map((stretch) => leakyOf(stretch, d))) });
  // only a few tags may still drift: fewer than the mean of the largest surprises contains
  const observer = wanderingTags(standard, d).filter(Boolean).length < inTop(d) ? fitObserver(folds, d) : undefined;
  if (observer !== undefined) streams.push({ kind: 'observer', rows: observerOutOfFold(folds, observer, d, lags) });
  const fitted = streams.map(({ kind, rows: residuals }) => fitTrack(kind, residuals, d));
  const references: References = fitReferences(fitted, options.alpha);
  const spanMs = Math.max(rows.length, options.wholeRows) * options.periodMs;
  const means = new BlockMeans(new Columns(d));
  for (const row of lagU.flat(2)) for (let j = 0; j < d; j++) means.add(j, row[j] as number);
  return {
    tags: varying.map(({ name }) => name),
    mean: [...mean],
    deviation: [...deviation],
    absorbMs: absorbMsOf(spanMs),
    growth: varying.map((_, j) => growthOf(means.of(j), spanMs, horizonMs)),
    periodMs: options.periodMs,
    rows: rows.seen,
    lags,
    precision: [...precision.whole],
    observer: observer === undefined ? undefined : { weights: [...observer.weights], precision: [...observer.precision] },
    tracks: fitted.map(
      (track, k): TrackBaseline => ({
        kind: track.kind,
        scale: track.scale,
        tails: track.tails,
        normal: track.normal,
        largest: track.largest,
        reference: references.tracks[k] ?? [],
      }),
    ),
    threshold: references.threshold,
    calm: references.calm,
    ...(options.lasting === true ? { lasting: lastingOf(lagU, varying, options.onOff) } : {}),
  };
}

/**
 * By tag: true if normal operation has not shown its drifts and its range, because it wandered too slowly. Sums of residuals detect
 * every drift that was not shown.
 */
const wanderingTags = (stretches: readonly (readonly Float64Array[])[], d: number): boolean[] =>
  Array.from({ length: d }, (_, j) => {
    const places = independentValues(stretches.map((stretch) => columnOf(stretch, j)));
    return places < fewestIndependent;
  });

/** Most lags for the size of the calibration: three rows per unknown of each regression. */
const lagsFor = (rows: number, d: number, most: number): number => Math.max(0, Math.min(most, Math.floor(rows / (3 * d)) - 1));

/** States of the rows that have residuals: the first ones of each stretch of a fold have none. */
function settledStates(states: readonly string[], folds: readonly Fold[], lags: number): string[] {
  let row = 0;
  return folds.flat().flatMap(({ length }) => states.slice(row + unsettledRows(lags), (row += length)));
}

/** Number of rows with at least `lags` others before them in their stretch. */
const rowsAfter = (stretches: Fold, lags: number): number =>
  stretches.reduce((sum, { length }) => sum + Math.max(0, length - lags), 0);

/**
 * Maximum number of lags for which half of the rows of each fold have a complete past: a stay in a mode may be shorter than the
 * maximum.
 */
function lagsWithin(folds: readonly Fold[], most: number): number {
  let lags = most;
  while (lags > 0 && folds.some((fold) => 2 * rowsAfter(fold, lags) < rowsAfter(fold, 0))) lags--;
  return lags;
}

/** Contiguous folds; a stretch that crosses a border is cut there. */
function splitFolds(stretches: readonly (readonly Float64Array[])[], rows: number, count: number): Fold[] {
  const folds: Fold[] = Array.from({ length: count }, () => []);
  let row = 0;
  for (const stretch of stretches) {
    let from = 0;
    while (from < stretch.length) {
      const fold = Math.min(count - 1, Math.floor((row * count) / rows));
      const border = fold === count - 1 ? rows : Math.ceil(((fold + 1) * rows) / count);
      const to = Math.min(stretch.length, from + border - row);
      folds[fold]?.push(stretch.slice(from, to));
      row += to - from;
      from = to;
    }
  }
  return folds.filter((fold) => fold.length > 0);
}

interface Description {
  readonly present: number;
  readonly mean: number;
  readonly deviation: number;
  /** Smallest usual step between values; 0 if there are few. */
  readonly step: number;
}

const fewValues = 20;
const stepQuantile = 0.05;

function describe(rows: readonly Float64Array[], column: number): Description {
  const values = columnOf(rows, column)
    .map(bounded)
    .filter((value) => !Number.isNaN(value));
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  const sorted = values.slice().sort();
  const distinct = sorted.filter((value, i) => value !== sorted[i - 1]);
  const gaps = distinct
    .slice(1)
    .map((value, i) => value - (distinct[i] as number))
    .sort();
  const step = distinct.length <= fewValues ? 0 : (gaps[Math.floor(stepQuantile * gaps.length)] ?? 0);
  return { present: values.length, mean, deviation: Math.sqrt(variance), step };
}

/** Largest lasting residual of each measurement. The switches define the state in which the others are judged. */
function lastingOf(
  residuals: Residuals,
  varying: readonly { readonly name: string; readonly column: number }[],
  onOff: readonly boolean[] = [],
): Record<string, number> {
  const largest = largestLasting(residuals, varying.length);
  return Object.fromEntries(
    varying.flatMap(({ name, column }, j) => (onOff[column] === true ? [] : [[name, largest[j] as number]])),
  );
}

function leakyOf(stretch: readonly Float64Array[], d: number): Float64Array[] {
  const sum = new Float64Array(d);
  const sums = blankRows(stretch.length, d);
  stretch.forEach((u, row) => {
    leakInto(sum, u, row === 0);
    sums[row]?.set(sum);
  });
  return sums;
}

/** True if the values of a column are 0 and 1. */
function isOnOff(stretches: readonly (readonly Float64Array[])[], column: number): boolean {
  const values = new Set<number>();
  for (const stretch of stretches)
    for (const row of stretch) {
      const value = row[column] as number;
      if (value === 0 || value === 1) values.add(value);
      else if (!Number.isNaN(value)) return false;
    }
  return values.size === 2;
}
