import { Matrix, solve } from 'ml-matrix';
import type { Balance } from './schema.ts';

/** A row as a vector gives it: the level, then its flows; NaN where missing. */
export interface TwinRow {
  readonly time: number;
  readonly value: readonly number[];
}

const cut = (value: number): number => Math.min(1e100, Math.max(-1e100, value));
const isWhole = ({ value }: TwinRow): boolean => value.every((one) => !Number.isNaN(one));
const goesOn = (before: TwinRow | undefined, row: TwinRow, gapMs: number): boolean =>
  before !== undefined && row.time > before.time && row.time - before.time <= gapMs && isWhole(before) && isWhole(row);

/** What a flow summed up to from row `from` to row `to`, by the trapezoidal rule. */
function inflow(rows: readonly TwinRow[], flow: number, from: number, to: number): number {
  let sum = 0;
  for (let t = from + 1; t <= to; t++) sum += (cut(rows[t]?.value[flow] ?? 0) + cut(rows[t - 1]?.value[flow] ?? 0)) / 2;
  return sum;
}

const level = (rows: readonly TwinRow[], t: number): number => cut(rows[t]?.value[0] ?? 0);

/** What the level is off by over `length` rows that end at row t. */
function offAt({ terms, constant }: Balance, rows: readonly TwinRow[], t: number, length: number): number {
  const told = terms.reduce((sum, { gain }, i) => sum + gain * inflow(rows, 1 + i, t - length, t), constant * length);
  return level(rows, t) - level(rows, t - length) - told;
}

/** The surprise of each row, each from scratch: how far back a horizon may reach is all that is carried on. */
export function twin(balance: Balance, rows: readonly TwinRow[], gapMs: number): number[] {
  let from = 0;
  let evidence = 0;
  return rows.map((row, t) => {
    if (!goesOn(rows[t - 1], row, gapMs)) {
      from = isWhole(row) ? t : t + 1;
      evidence = 0;
    }
    const all = balance.horizons
      .filter(({ rows: length }) => t - length >= from)
      .map(({ rows: length, furthest }) => {
        const off = offAt(balance, rows, t, length);
        return { drift: off / length, ratio: Math.abs(off) / furthest };
      });
    const worst = all.reduce((a, b) => (b.ratio > a.ratio ? b : a), { drift: 0, ratio: 0 });
    if (worst.ratio <= 1) evidence = 0;
    else {
      const error = offAt(balance, rows, t, 1);
      const odds = (worst.drift * (worst.drift / 2 - error)) / balance.scale ** 2;
      evidence = Math.max(0, evidence + Math.min(2, odds));
    }
    if (evidence > Math.log(1_000)) {
      from = t;
      evidence = 0;
      return 0;
    }
    return worst.ratio > 1 ? 1 + Math.log(worst.ratio) : worst.ratio;
  });
}

/** Least squares of the level's changes over `length` rows, in all windows that overlap by three quarters, from scratch. */
export function twinGains(rows: readonly TwinRow[], length: number, gapMs: number): { gains: number[]; constant: number } {
  const windows: { inputs: number[]; change: number }[] = [];
  let from = 0;
  const flows = (rows[0]?.value.length ?? 1) - 1;
  rows.forEach((row, t) => {
    if (!goesOn(rows[t - 1], row, gapMs)) from = isWhole(row) ? t : t + 1;
    const since = t - from;
    if (since < length || (since - length) % Math.max(1, length / 4) !== 0) return;
    const inputs = Array.from({ length: flows }, (_, i) => inflow(rows, 1 + i, t - length, t));
    windows.push({ inputs: [...inputs, length], change: level(rows, t) - level(rows, t - length) });
  });
  if (windows.length <= flows) return { gains: Array.from({ length: flows }, () => Number.NaN), constant: Number.NaN };
  const weights = solve(
    new Matrix(windows.map(({ inputs }) => inputs)),
    Matrix.columnVector(windows.map(({ change }) => change)),
    true,
  );
  const [constant = 0, ...gains] = weights.to1DArray().toReversed();
  return { gains: gains.toReversed(), constant };
}

/** The furthest that rows went from a balance over `length` rows. */
export function twinFurthest(balance: Balance, rows: readonly TwinRow[], length: number, gapMs: number): number {
  let from = 0;
  return rows.reduce((most, row, t) => {
    if (!goesOn(rows[t - 1], row, gapMs)) from = isWhole(row) ? t : t + 1;
    return t - length < from ? most : Math.max(most, Math.abs(offAt(balance, rows, t, length)));
  }, 0);
}
