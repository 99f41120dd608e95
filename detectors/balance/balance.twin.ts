import { Matrix, solve } from 'ml-matrix';
import type { Balance } from './schema.ts';

/** A row of a vector: the level, then its flows; NaN if missing. */
export interface TwinRow {
  readonly time: number;
  readonly value: readonly number[];
}

const cut = (value: number): number => Math.min(1e100, Math.max(-1e100, value));
const isWhole = ({ value }: TwinRow): boolean => value.every((one) => !Number.isNaN(one));
const goesOn = (before: TwinRow | undefined, row: TwinRow, gapMs: number): boolean =>
  before !== undefined && row.time > before.time && row.time - before.time <= gapMs && isWhole(before) && isWhole(row);

/** Sum of a flow from row `from` to row `to`, by the trapezoidal rule. */
function inflow(rows: readonly TwinRow[], flow: number, from: number, to: number): number {
  let sum = 0;
  for (let t = from + 1; t <= to; t++) sum += (cut(rows[t]?.value[flow] ?? 0) + cut(rows[t - 1]?.value[flow] ?? 0)) / 2;
  return sum;
}

const level = (rows: readonly TwinRow[], t: number): number => cut(rows[t]?.value[0] ?? 0);

/** Imbalance of the level over `length` rows that end at row t. */
function offAt(
  { terms, constant }: Balance,
  rows: readonly TwinRow[],
  t: number,
  length: number,
  told: Told = (flow, end, over) => inflow(rows, flow, end - over, end),
): number {
  const all = terms.reduce((sum, { gain }, i) => sum + gain * told(1 + i, t, length), constant * length);
  return level(rows, t) - level(rows, t - length) - all;
}

/** Sum of the flows in `length` rows that end at row t. */
type Told = (flow: number, t: number, length: number) => number;

/** Surprise of each row, computed from the definition. Only the length of the horizons is carried on. */
export function twin(
  balance: Balance,
  rows: readonly TwinRow[],
  gapMs: number,
  told: Told = (flow, t, length) => inflow(rows, flow, t - length, t),
  over: (t: number) => void = () => {},
): number[] {
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
        const off = offAt(balance, rows, t, length, told);
        return { drift: off / length, ratio: Math.abs(off) / furthest };
      });
    const worst = all.reduce((a, b) => (b.ratio > a.ratio ? b : a), { drift: 0, ratio: 0 });
    if (worst.ratio <= 1) evidence = 0;
    else {
      const error = offAt(balance, rows, t, 1, told);
      const odds = (worst.drift * (worst.drift / 2 - error)) / balance.scale ** 2;
      evidence = Math.max(0, evidence + Math.min(2, odds));
    }
    if (evidence > Math.log(1_000)) {
      from = t;
      evidence = 0;
      over(t);
      return 0;
    }
    return worst.ratio > 1 ? 1 + Math.log(worst.ratio) : worst.ratio;
  });
}

/** Least squares of the level's changes over `length` rows, in all windows that overlap by three quarters, from the definition. */
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

/** The largest imbalance over `length` rows. */
export function twinFurthest(balance: Balance, rows: readonly TwinRow[], length: number, gapMs: number): number {
  let from = 0;
  return rows.reduce((most, row, t) => {
    if (!goesOn(rows[t - 1], row, gapMs)) from = isWhole(row) ? t : t + 1;
    return t - length < from ? most : Math.max(most, Math.abs(offAt(balance, rows, t, length)));
  }, 0);
}

const blockRows = 16;
const rowMs = 1_000;

interface TwinBlock extends TwinRow {
  /** Row at which the block is reported: the first of the next block. */
  readonly toldAt: number;
  /** Mean flow since the previous block over `blockRows` rows, by column; NaN if unknown. */
  readonly since: readonly number[];
}

const blockOf = ({ time }: TwinRow): number => Math.floor(time / (blockRows * rowMs));
const meanOf = (all: readonly number[]): number => all.reduce((sum, one) => sum + one / all.length, 0);

/** Cumulated flow of a column at each sample, since the first. */
function totalsOf(samples: readonly { readonly time: number; readonly value: number }[]): number[] {
  let total = 0;
  return samples.map(({ time, value }, i) => {
    const before = samples[i - 1];
    if (before !== undefined) total += (Math.max(0, time - before.time) * (value + before.value)) / 2 / rowMs;
    return total;
  });
}

function blocksOf(rows: readonly TwinRow[]): TwinBlock[] {
  const starts = rows.flatMap((row, t) => (t === 0 || blockOf(row) !== blockOf(rows[t - 1] as TwinRow) ? [t] : []));
  const samples = (block: number, column: number): { time: number; value: number }[] =>
    block < 0
      ? []
      : rows
          .slice(starts[block], starts[block + 1])
          .map(({ time, value }) => ({ time, value: cut(value[column] ?? Number.NaN) }))
          .filter(({ value }) => !Number.isNaN(value));
  const columns = (rows[0]?.value ?? []).map((_, i) => i);
  /** True if a column has no value in the first row of the block, and none from the block before. */
  const isLate = (block: number, column: number): boolean => {
    if (block > 0 && isThere(block - 1, column)) return false;
    const from = blockOf(rows[starts[block] as number] as TwinRow) * blockRows * rowMs;
    return (samples(block, column)[0]?.time ?? Number.POSITIVE_INFINITY) - from >= rowMs;
  };
  const isThere = (block: number, column: number): boolean =>
    samples(block, column).length >= blockRows / 2 && !isLate(block, column);
  return starts.slice(0, -1).map((from, block) => ({
    time: blockOf(rows[from] as TwinRow) * blockRows * rowMs,
    toldAt: starts[block + 1] as number,
    value: columns.map((column) =>
      isThere(block, column) ? meanOf(samples(block, column).map(({ value }) => value)) : Number.NaN,
    ),
    since: columns.map((column) => {
      if (block === 0 || !isThere(block - 1, column) || !isThere(block, column)) return Number.NaN;
      const [before, own] = [samples(block - 1, column), samples(block, column)];
      const totals = totalsOf([...before, ...own]);
      return (meanOf(totals.slice(before.length)) - meanOf(totals.slice(0, before.length))) / blockRows;
    }),
  }));
}

/**
 * The larger of the surprises by rows and by means of rows. The surprise of the means lasts until the next mean, or until the
 * rows show the end: the block of that row then counts as missing.
 */
export function twinOfBoth([fast, slow]: readonly [Balance, Balance], rows: readonly TwinRow[], gapMs: number): number[] {
  const blocks = blocksOf(rows);
  const told: Told = (flow, t, length) =>
    Array.from({ length }, (_, i) => blocks[t - i]?.since[flow] ?? Number.NaN).reduce((sum, one) => sum + one, 0);
  const over: number[] = [];
  const byRows = twin(fast, rows, gapMs, undefined, (t) => over.push(t));
  const cutBlocks = blocks.map((block, k) => {
    const from = blocks[k - 1]?.toldAt ?? 0;
    return over.some((t) => t >= from && t < block.toldAt) ? { ...block, value: block.value.map(() => Number.NaN) } : block;
  });
  const byMeans = twin(slow, cutBlocks, 1.5 * blockRows * rowMs, told);
  return byRows.map((surprise, t) => {
    const last = blocks.findLastIndex(({ toldAt }) => toldAt <= t);
    const isOver = over.some((at) => at >= (blocks[last]?.toldAt ?? 0) && at <= t);
    return Math.max(surprise, isOver ? 0 : (byMeans[last] ?? 0));
  });
}
