import { join } from 'node:path';
import { readTable } from '../../../src/tools/backtest/read-table.ts';
import type { Table } from '../../../src/tools/backtest/table.ts';
import { creditsOfRows } from '../ablation.ts';
import { type ArrayTable, confusion, edges, episodes, judge, partOf } from './judge.ts';
import type { BenchRow } from '../row.ts';
import { rateOf, trivial } from './trivial.ts';

const options = { time: 'DATETIME', timeFormat: '%d/%m/%y %H', ignore: [] };

/** dataset03 has nine decimals where dataset04 has two. */
const rounded = (table: Table): ArrayTable => ({
  ...table,
  rows: table.rows.map((row) => row.map((value) => Math.round(value * 100) / 100)),
});

export interface Batadal {
  readonly normal: ArrayTable;
  readonly attacked: ArrayTable;
  readonly labels: Uint8Array;
}

export async function loadBatadal(datasets: string): Promise<Batadal> {
  const withFlag = await readTable(join(datasets, 'batadal', 'dataset04.csv.gz'), options);
  const column = withFlag.columns.indexOf('ATT_FLAG');
  const ignore = ['ATT_FLAG'];
  const attacked = await readTable(join(datasets, 'batadal', 'dataset04.csv.gz'), { ...options, ignore });
  return {
    normal: rounded(await readTable(join(datasets, 'batadal', 'dataset03.csv.gz'), { ...options, ignore })),
    attacked: { ...attacked, rows: [...attacked.rows] },
    labels: Uint8Array.from(withFlag.rows, (row) => (row[column] === 1 ? 1 : 0)),
  };
}

export interface BatadalScore {
  readonly s: number;
  readonly sTtd: number;
  readonly sCm: number;
  readonly tpr: number;
  readonly tnr: number;
  readonly detected: number;
  readonly attacks: number;
  /** Alarms that touch no attack. */
  readonly falseEpisodes: number;
  /** Alarms that begin outside of attacks, an hour too early or late among them. */
  readonly begunOutside: number;
}

/** S = (S_TTD + S_CM) / 2 of the BATtle of the Attack Detection ALgorithms (Taormina et al. 2018). */
export function scoreBatadal(alarm: Uint8Array, labels: Uint8Array): BatadalScore {
  const windows = episodes(labels);
  let late = 0;
  let detected = 0;
  for (const { from, to } of windows) {
    const hit = alarm.indexOf(1, from);
    const inside = hit >= 0 && hit < to;
    late += inside ? (hit - from) / (to - from) : 1;
    if (inside) detected++;
  }
  const { tp, fp, fn, tn } = confusion(alarm, labels);
  const sTtd = 1 - late / windows.length;
  const tpr = tp / (tp + fn);
  const tnr = tn / (tn + fp);
  const falseEpisodes = episodes(alarm).filter(({ from, to }) => !labels.subarray(from, to).includes(1)).length;
  return {
    s: (sTtd + (tpr + tnr) / 2) / 2,
    sTtd,
    sCm: (tpr + tnr) / 2,
    tpr,
    tnr,
    detected,
    attacks: windows.length,
    falseEpisodes,
    begunOutside: edges(alarm).filter((row) => labels[row] === 0).length,
  };
}

/** Calibrations that each leave out one of so many equal parts of the year. */
const parts = 12;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const range = (values: readonly number[], digits: number): string =>
  `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`;

/** Mean of a figure over the calibrations that each lack a month. */
const row = (figure: string, values: readonly number[], digits: number): BenchRow => ({
  name: `batadal-dev ${figure}, mean of 12 calibrations without a month`,
  value: mean(values),
  unit: '',
  note: range(values, digits),
});

/** S of detectors that do not look, in words. @param rate share of rows that the judged one alarms */
export const besideS = (labels: Uint8Array, rate: number): string =>
  Object.entries(trivial(labels.length, rate))
    .map(([name, { alarm }]) => `${name} ${scoreBatadal(alarm, labels).s.toFixed(3)}`)
    .join(', ');

/** Water distribution under attack: calibrated on a normal year, and on it without each of its months; scored on seven attacks. */
export async function batadal(datasets: string): Promise<BenchRow[]> {
  const { normal, attacked, labels } = await loadBatadal(datasets);
  const { alarm, open } = await judge(attacked, { calibrate: [normal] });
  const score = scoreBatadal(alarm, labels);
  const beside = besideS(labels, rateOf(alarm));
  const left: BatadalScore[] = [];
  const rows = normal.rows.length;
  for (let k = 0; k < parts; k++) {
    const [from, to] = [Math.floor((k * rows) / parts), Math.floor(((k + 1) * rows) / parts)];
    const calibrate = [partOf(normal, 0, from), partOf(normal, to, rows)].filter((table) => table.rows.length > 0);
    left.push(scoreBatadal((await judge(attacked, { calibrate })).alarm, labels));
  }
  const { tpr, tnr, sTtd, sCm, detected, attacks, falseEpisodes, begunOutside } = score;
  const of = (pick: (score: BatadalScore) => number): number[] => left.map(pick);
  return [
    {
      name: 'batadal-dev S',
      value: score.s,
      unit: '',
      note: `S_TTD ${sTtd.toFixed(3)}, S_CM ${sCm.toFixed(3)}, TPR ${tpr.toFixed(3)}, TNR ${tnr.toFixed(3)}, ${detected}/${attacks} attacks, ${falseEpisodes} false episodes (${begunOutside} begin outside of attacks); ${beside}`,
      credits: [creditsOfRows('batadal-dev', 'attack', open, labels)],
    },
    {
      name: 'batadal-dev S, mean of 12 calibrations without a month',
      value: mean(of(({ s }) => s)),
      unit: '',
      note: `${range(
        of(({ s }) => s),
        3,
      )}, TPR ${mean(of((one) => one.tpr)).toFixed(3)}`,
    },
    row(
      'S_CM',
      of((one) => one.sCm),
      3,
    ),
    row(
      'TNR',
      of((one) => one.tnr),
      3,
    ),
    row(
      'attacks found',
      of((one) => one.detected),
      0,
    ),
    {
      ...row(
        'false episodes',
        of((one) => one.falseEpisodes),
        0,
      ),
      note: `${range(
        of((one) => one.falseEpisodes),
        0,
      )}; ${range(
        of((one) => one.begunOutside),
        0,
      )} alarms begin outside of attacks`,
    },
  ];
}
