import { inverse, Matrix } from 'ml-matrix';
import type { GroupBaseline, TrackKind } from './model/baseline.ts';
import type { TailTable } from './model/surprise.ts';

/** A row of a vector, in the group's order; NaN if missing. */
export interface TwinRow {
  readonly time: number;
  readonly value: readonly number[];
}

/** The surprises of a judged row, by track and tag. */
type Judged = readonly (readonly number[])[];

/** The residuals of a row, and where its values are missing. */
interface Residual {
  readonly lag: readonly number[];
  readonly observer: readonly number[];
  readonly missing: readonly boolean[];
  /** True for the first one of a stretch. */
  readonly first: boolean;
}

const dayMs = 86_400_000;

const clip = (value: number, most: number): number => Math.min(most, Math.max(-most, value));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((value, i) => value * (b[i] ?? Number.NaN)));
const fades = Array.from({ length: 99 }, (_, back) => 0.7 ** back);
/** Leaky sum of column j up to row t, the last value whole, with 0.7 per step back; after 99 steps nothing remains. */
const faded = (rows: readonly (readonly number[])[], j: number, t: number): number =>
  fades.slice(0, t + 1).reduce((total, fade, back) => total + fade * (rows[t - back]?.[j] ?? 0), 0);

/** Standardised rows of one stretch. Missing values are replaced by their prediction, one after the other, three times over. */
function filled(base: GroupBaseline, stretch: readonly (readonly number[])[]): number[][] {
  const whole: number[][] = [];
  const zeros = base.tags.map(() => 0);
  for (const row of stretch) {
    const now = row.map((value, j) => (Number.isNaN(value) ? (whole.at(-1)?.[j] ?? 0) : value));
    const past = Array.from({ length: base.lags }, (_, back) => whole.at(-1 - back) ?? zeros).flat();
    const open = row.flatMap((value, j) => (Number.isNaN(value) || widened(base, j) > 1 ? [j] : []));
    for (const j of [...open, ...open, ...open]) {
      const { weights, own } = rowOf(base, j);
      const told = -(dot(weights, [...now, ...past]) - own * (now[j] ?? 0)) / own;
      const value = row[j] ?? Number.NaN;
      now[j] = Number.isNaN(value) ? told : told + (value - told) / widened(base, j) ** 2;
    }
    whole.push(now);
  }
  return whole;
}

const widened = (base: GroupBaseline, j: number): number => base.widened?.[base.tags[j] ?? ''] ?? 1;

/** Row j of the inverse covariance and its diagonal. */
function rowOf({ tags, lags, precision }: GroupBaseline, j: number): { weights: readonly number[]; own: number } {
  const size = tags.length * (lags + 1);
  const weights = precision.slice(j * size, (j + 1) * size);
  return { weights, own: weights[j] ?? Number.NaN };
}

/** Inverse covariance of the readings of a row, each with its edited noise. */
function readOf(base: GroupBaseline): Matrix {
  const d = base.tags.length;
  const own = new Matrix(base.tags.map((_, j) => rowOf(base, j).weights.slice(0, d)));
  const noise = base.tags.map((_, j) => Math.max(0, widened(base, j) ** 2 - 1) / own.get(j, j));
  return noise.every((one) => one === 0) ? own : inverse(inverse(own).add(Matrix.diag(noise)));
}

/** The residuals of the rows of a stretch, each from the definition; none without a complete past. */
function residualsOf(base: GroupBaseline, stretch: readonly (readonly number[])[]): (Residual | undefined)[] {
  const all = base.tags.map((_, j) => j);
  const rows = filled(base, stretch);
  const settled = Math.max(1, base.lags);
  const past = (t: number): number[] => Array.from({ length: base.lags + 1 }, (_, back) => rows[t - back] ?? []).flat();
  const read = readOf(base);
  const innovations = rows.map((row, t) => all.map((j) => (t === 0 ? 0 : (row[j] ?? 0) - predicted(base, j, rows[t - 1] ?? []))));
  return rows.map((_, t) => {
    if (t < settled) return undefined;
    const missing = (stretch[t] ?? []).map(Number.isNaN);
    const lag = all.map((j) => (missing[j] === true ? 0 : dot(rowOf(base, j).weights, past(t)) / Math.sqrt(read.get(j, j))));
    const sums = all.map((j) => faded(innovations, j, t));
    return { lag, observer: observed(base, sums), missing, first: t === settled };
  });
}

/** Surprises of a row by its residuals without their recent levels, each in units of its scale times the width of its band. */
function surprisesOf(
  base: GroupBaseline,
  offs: Readonly<Record<TrackKind, readonly number[]>>,
  missing: readonly boolean[],
): Judged {
  return base.tracks.map(({ kind, tails, scale }) =>
    tails.map((table, j) => {
      const unit = (scale[j] ?? Number.NaN) * Math.min(1, widened(base, j)) * (base.growth[j] ?? Number.NaN);
      return missing[j] === true ? 0 : nats(table, Math.abs(offs[kind][j] ?? 0) / unit);
    }),
  );
}

/** Recent level of the residuals of one kind: within a day it follows each value outside of alarms, by its share of a day. */
class Level {
  readonly values: number[];
  readonly #times: number[];

  constructor(tags: number) {
    this.values = Array.from({ length: tags }, () => 0);
    this.#times = Array.from({ length: tags }, () => Number.NaN);
  }

  follow(time: number, residuals: readonly number[], missing: readonly boolean[], alarm: boolean, periodMs: number): void {
    residuals.forEach((residual, j) => {
      if (missing[j] === true) return;
      const [level, stepMs] = [this.values[j] ?? 0, time - (this.#times[j] ?? Number.NaN)];
      this.#times[j] = time;
      if (!alarm && stepMs > 0) this.values[j] = level + (Math.min(3 * periodMs, stepMs) / dayMs) * (residual - level);
    });
  }
}

/** Prediction of tag j one row later from a row and its squares. */
function predicted({ observer, tags }: GroupBaseline, j: number, before: readonly number[]): number {
  const inputs = [1, ...before, ...before.map((value) => clip(value, 4) ** 2 - 1)];
  const width = 2 * tags.length + 1;
  return observer === undefined ? 0 : dot(observer.weights.slice(j * width, (j + 1) * width), inputs);
}

/** Standardised errors of the sums of innovations. */
function observed({ observer }: GroupBaseline, sums: readonly number[]): number[] {
  const d = sums.length;
  return sums.map((_, j) => {
    const weights = observer?.precision.slice(j * d, (j + 1) * d) ?? [];
    return weights.length === 0 ? 0 : dot(weights, sums) / Math.sqrt(weights[j] ?? Number.NaN);
  });
}

/** −ln of the share of normal values above this one: by the table, beyond it a power law, at most 15. */
function nats({ quantiles, tail, hill }: TailTable, magnitude: number): number {
  const last = quantiles.at(-1) ?? Number.NaN;
  if (magnitude > last) return Math.min(15, Math.log(1 / tail) + Math.log(magnitude / Math.max(1e-9, last)) / hill);
  const below = Math.max(
    0,
    quantiles.slice(0, -1).findLastIndex((quantile) => quantile <= magnitude),
  );
  const [from = 0, to = 0] = quantiles.slice(below, below + 2);
  const part = to > from ? clip((magnitude - from) / (to - from), 1) : 0;
  return -Math.log(1 - ((below + Math.max(0, part)) / (quantiles.length - 1)) * (1 - tail));
}

/** The highest ratio of a mean to its bound, and that of the means of six rows over all tags. */
function weigh(base: GroupBaseline, rows: readonly Judged[]): { highest: number; sustained: number } {
  const ratios = base.tracks.map(({ normal, reference }, k) => {
    const last = rows.slice(-20).map((row) => row[k] ?? []);
    const means = [1, 6, 20].map((window) => {
      const some = Array.from({ length: window }, (_, back) => last.at(-1 - back) ?? normal);
      return normal.map((_, j) => mean(some.map((values) => values[j] ?? Number.NaN)));
    });
    const most = Math.max(1, Math.round(normal.length / 4));
    const top = (values: readonly number[]): number => mean(values.toSorted((a, b) => b - a).slice(0, most));
    return [...means.map(mean), ...means.map(top)].map((value, i) => value / (reference[i] ?? Number.NaN));
  });
  return { highest: Math.max(0, ...ratios.flat()), sustained: Math.max(0, ...ratios.map(([, six = 0]) => six)) };
}

/**
 * Surprise of each row of less than a day, in which no band widens. The dropped part of the windows, the state of the alarm and the recent levels are
 * carried on.
 */
export function twin(base: GroupBaseline, names: readonly string[], rows: readonly TwinRow[], periodMs: number): number[] {
  const d = base.tags.length;
  const standard = rows.map(({ value }) =>
    base.tags.map((name, j) => clip(((value[names.indexOf(name)] ?? 0) - (base.mean[j] ?? 0)) / (base.deviation[j] ?? 1), 50)),
  );
  const steps = rows.map(({ time }, t) => time - (rows[t - 1]?.time ?? Number.NaN));
  const within = (t: number, periods: number): boolean => (steps[t] ?? 0) > 0 && (steps[t] ?? 0) <= periods * periodMs;
  const anew = rows.map((_, t) => rows.findLastIndex((_, i) => i <= t && !within(i, 20)));
  const isFirstValue = (t: number, j: number): boolean =>
    standard.slice(anew[t]).findIndex((row) => !Number.isNaN(row[j])) === t - (anew[t] ?? 0);
  const starts = rows.flatMap((_, t) => (within(t, 3.5) && !base.tags.some((_, j) => isFirstValue(t, j)) ? [] : [t]));
  const residuals = starts.flatMap((from, i) => residualsOf(base, standard.slice(from, starts[i + 1])));
  const [lagLevel, observerLevel] = [new Level(d), new Level(d)];
  let heard: Judged[] = [];
  let recent: number[][] = [];
  let alarm = false;
  return rows.map(({ time }, t) => {
    if (!within(t, 20)) [heard, alarm] = [[], false];
    const now = residuals[t];
    if (now === undefined) return 0;
    const { lag, observer, missing, first } = now;
    const off = (values: readonly number[], { values: level }: Level): number[] =>
      values.map((value, j) => value - (level[j] ?? 0));
    const ofLag = off(lag, lagLevel);
    if (first) recent = [];
    recent.push(ofLag.map((value, j) => (missing[j] === true ? 0 : clip(value, 10))));
    const leaky = base.tags.map((_, j) => faded(recent, j, recent.length - 1));
    heard.push(surprisesOf(base, { lag: ofLag, leaky, observer: off(observer, observerLevel) }, missing));
    let { highest, sustained } = weigh(base, heard);
    const was = alarm;
    const lasts = was && sustained > base.calm;
    if (was && !lasts) ({ highest, sustained } = weigh(base, (heard = heard.slice(-3))));
    alarm = lasts || highest > base.threshold;
    lagLevel.follow(time, lag, missing, alarm, periodMs);
    observerLevel.follow(time, observer, missing, alarm, periodMs);
    const surprise = highest / base.threshold;
    return alarm ? Math.max(1, surprise) : was ? 0 : surprise;
  });
}
