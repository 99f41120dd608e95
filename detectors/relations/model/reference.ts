import { independentValues, predictionBound } from '../../../src/detector-kit/bound.ts';
import { blankRows, columnOf } from '../../../src/detector-kit/rows.ts';
import { Bank, statistics } from './bank.ts';
import type { TrackKind } from './baseline.ts';
import type { Residuals } from './crossfit.ts';
import { fitTail, type TailTable, TailTables } from './surprise.ts';

/** A track with its surprises on holdout rows. */
export interface FittedTrack {
  readonly kind: TrackKind;
  readonly scale: number[];
  readonly tails: TailTable[];
  readonly normal: number[];
  readonly largest: number[];
  /** Statistics of the bank, by fold and row. */
  readonly statistics: readonly (readonly Float64Array[])[];
}

export interface References {
  /** Per track and statistic. */
  readonly tracks: number[][];
  readonly threshold: number;
  readonly calm: number;
}

const calmQuantile = 0.97;
const smallestScale = 1e-3;
/** 99 % point of a normal magnitude: the 99 % quantile at scale 1. */
const normal99 = 2.58;
/** Upper bound of the root mean square, as a multiple of the scale from the 99 % quantile. */
const believed = 3;

/** Scale, tail and surprises of one kind of residual, from holdout rows. */
export function fitTrack(kind: TrackKind, residuals: Residuals, d: number): FittedTrack {
  const scale: number[] = [];
  const tails: TailTable[] = [];
  const largest: number[] = [];
  const rowsOfAll = residuals.flat(2);
  for (let j = 0; j < d; j++) {
    const magnitudes = columnOf(rowsOfAll, j).map(Math.abs);
    const sorted = magnitudes.slice().sort();
    const size = scaleOf(magnitudes, sorted);
    scale.push(size);
    for (let i = 0; i < sorted.length; i++) (sorted[i] as number) /= size;
    largest.push(sorted.at(-1) ?? 0);
    tails.push(fitTail(sorted));
  }
  const tables = new TailTables(tails);
  const scales = Float64Array.from(scale);
  const surprises = residuals.map((fold) =>
    fold.map((stretch) => {
      const rows = blankRows(stretch.length, d);
      rows.forEach((surprise, row) => {
        const u = stretch[row] as Float64Array;
        for (let j = 0; j < d; j++) surprise[j] = tables.of(j, Math.abs(u[j] as number) / (scales[j] as number));
      });
      return rows;
    }),
  );
  const normal = new Float64Array(d);
  let rows = 0;
  for (const fold of surprises)
    for (const stretch of fold)
      for (const s of stretch) {
        for (let j = 0; j < d; j++) (normal[j] as number) += s[j] as number;
        rows++;
      }
  for (let j = 0; j < d; j++) (normal[j] as number) /= Math.max(1, rows);
  return {
    kind,
    scale,
    tails,
    largest,
    normal: [...normal],
    statistics: surprises.map((fold) =>
      fold.flatMap((stretch) => {
        const bank = new Bank(normal);
        const rows = blankRows(stretch.length, statistics.length);
        stretch.forEach((s, row) => {
          bank.push(s);
          rows[row]?.set(bank.values);
        });
        return rows;
      }),
    ),
  };
}

/** @param sorted the magnitudes in ascending order */
function scaleOf(magnitudes: Float64Array, sorted: Float64Array): number {
  let sum = 0;
  for (const value of magnitudes) sum += value * value;
  const rms = Math.sqrt(sum / Math.max(1, magnitudes.length));
  const high = quantile(sorted, 0.99);
  return Math.max(smallestScale, Math.min(rms, (believed * high) / normal99 || rms));
}

/**
 * Upper bound of each statistic in normal operation: the (1 − alpha) quantile, but at least the bound from few and dependent
 * rows. That is a prediction bound on the logarithm with as many degrees of freedom as there are independent values, multiplied
 * by the difference of the folds. Calibration of the maximum itself corrects for repeated tests.
 */
export function fitReferences(tracks: readonly FittedTrack[], alpha: number): References {
  const references = tracks.map((track) => {
    const levels = track.statistics.map((fold) => mean(fold.map((values) => logOf(values[0] as number))));
    // a future part differs from the mean of the known ones by their spread and by the error of that mean
    const drift = Math.exp(deviation(levels) * Math.sqrt(1 + 1 / levels.length));
    return statistics.map((_, i) => {
      const values = track.statistics.map((fold) => columnOf(fold, i));
      const logs = values.map((fold) => fold.map(logOf));
      const bound = Math.exp(predictionBound(logs, alpha, independentValues(logs)));
      const all = joined(values).sort();
      return Math.max(quantile(all, 1 - alpha), bound) * drift;
    });
  });
  const mean6 = statistics.indexOf('mean6');
  const highest: number[] = [];
  const sustained: number[] = [];
  tracks[0]?.statistics.forEach((fold, f) =>
    fold.forEach((_, row) => {
      let most = 0;
      let six = 0;
      tracks.forEach((track, k) => {
        const values = track.statistics[f]?.[row];
        references[k]?.forEach((reference, i) => {
          if (values === undefined) return;
          const ratio = (values[i] as number) / reference;
          most = Math.max(most, ratio);
          if (i === mean6) six = Math.max(six, ratio);
        });
      });
      highest.push(most);
      sustained.push(six);
    }),
  );
  return {
    tracks: references,
    threshold: Math.max(1, quantile(Float64Array.from(highest).sort(), 1 - alpha)),
    calm: quantile(Float64Array.from(sustained).sort(), calmQuantile),
  };
}

/**
 * Logarithm of a mean surprise, which is about 1 in normal operation. It has a lower bound, because values far below 1 carry no
 * information about the upper tail.
 */
const logOf = (value: number): number => Math.log(Math.max(value, 0.05));

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const from = sorted[low] ?? 0;
  return from + (at - low) * ((sorted[low + 1] ?? from) - from);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function deviation(values: readonly number[]): number {
  const m = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - m) ** 2, 0) / Math.max(1, values.length - 1));
}
