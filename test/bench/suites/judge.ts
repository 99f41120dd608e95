import { detectors } from '../../../detectors/index.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { DetectorPlugin } from '../../../src/core/detector.ts';
import { backtest, type BacktestOptions, learnBacktest, type LearnedBacktest } from '../../../src/tools/backtest/run.ts';
import type { Table } from '../../../src/tools/backtest/table.ts';

/** Score of a detector for each row. */
export interface Judgement {
  readonly score: Float64Array;
  readonly alarm: Uint8Array;
}

export type Calibration = Pick<Partial<BacktestOptions>, 'calibrate' | 'calibrateRows' | 'budgetPerDay'>;

/** What every suite sets alike; budget and data may differ. */
const common = { plugins: detectors, budgetPerDay: 2.4, clock: systemClock };

/** By which detectors. */
export interface Heard extends Judgement {
  /** Those with an open finding, by row. */
  readonly open: readonly (readonly string[])[];
}

/** Detectors of a row that is not in alarm. */
export const nobody: readonly string[] = [];

/** All registered detectors in one configuration, by the path of `scadawatch backtest`. */
export async function judge(input: Table, calibration: Calibration = {}): Promise<Heard> {
  const { results } = await backtest({ input, calibrate: [], calibrateRows: 0, ...common, ...calibration });
  const score = new Float64Array(input.rows.length);
  const alarm = new Uint8Array(input.rows.length);
  const open = input.rows.map(() => nobody);
  for await (const result of results) {
    score[result.row] = result.score;
    alarm[result.row] = result.alarm ? 1 : 0;
    if (result.alarm) open[result.row] = [...new Set(result.open.map(({ detector }) => detector))];
  }
  return { score, alarm, open };
}

/** The same, calibrated once to judge many tables. */
export const learn = (normal: readonly Table[], plugins: readonly DetectorPlugin[] = detectors): Promise<LearnedBacktest> =>
  learnBacktest({ ...common, plugins, normal });

/** Rising edges of an alarm. */
export function edges(alarm: Uint8Array): number[] {
  const rows: number[] = [];
  alarm.forEach((value, row) => {
    if (value === 1 && alarm[row - 1] !== 1) rows.push(row);
  });
  return rows;
}

/** Runs of 1, `to` not inside. */
export function episodes(alarm: Uint8Array): { readonly from: number; readonly to: number }[] {
  return edges(alarm).map((from) => {
    const end = alarm.indexOf(0, from);
    return { from, to: end < 0 ? alarm.length : end };
  });
}

/** A table whose rows are to be computed with, as an array. */
export interface ArrayTable extends Table {
  readonly rows: readonly Float64Array[];
}

/** The rows `from`–`to` of a table, `to` not inside. */
export const partOf = (table: Table, from: number, to: number): Table => ({
  ...table,
  rows: table.rows.slice(from, to),
  times: table.times.slice(from, to),
});

/** Rows by label and alarm. */
export function confusion(alarm: Uint8Array, labels: Uint8Array) {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  labels.forEach((label, row) => {
    const alarmed = alarm[row] === 1;
    if (label === 1) counts[alarmed ? 'tp' : 'fn']++;
    else counts[alarmed ? 'fp' : 'tn']++;
  });
  return counts;
}
