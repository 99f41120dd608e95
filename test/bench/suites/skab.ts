import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readTable } from '../../../src/tools/backtest/read-table.ts';
import type { Table } from '../../../src/tools/backtest/table.ts';
import { type Credits, creditsOfRows } from '../ablation.ts';
import { confusion, edges, judge } from './judge.ts';
import { nabScore, noTally, profiles, type Tally, tally, type Window } from './nab-score.ts';
import type { BenchRow } from '../row.ts';
import { rateOf, trivial, type TrivialName } from './trivial.ts';

const calibrationRows = 400;
/** After a change point a detection counts for so long, ms. */
const windowMs = 60_000;

interface SkabFile {
  readonly folder: string;
  readonly table: Table;
  readonly anomaly: Uint8Array;
  readonly changepoint: Uint8Array;
}

export async function loadSkab(datasets: string): Promise<SkabFile[]> {
  const files = ['valve1', 'valve2', 'other'].flatMap((folder) =>
    readdirSync(join(datasets, 'skab', folder))
      .toSorted()
      .map((name) => ({ folder, path: join(datasets, 'skab', folder, name) })),
  );
  return Promise.all(
    files.map(async ({ folder, path }) => {
      const labelled = await readTable(path, { time: 'datetime', ignore: [] });
      const labels = (name: string): Uint8Array => {
        const column = labelled.columns.indexOf(name);
        return Uint8Array.from(labelled.rows, (row) => row[column] ?? 0);
      };
      const table = await readTable(path, { time: 'datetime', ignore: ['anomaly', 'changepoint'] });
      return { folder, table, anomaly: labels('anomaly'), changepoint: labels('changepoint') };
    }),
  );
}

/** Cuts normal rows from the start, or repeats the first ones (a negative cut). */
function shifted({ folder, table, anomaly, changepoint }: SkabFile, cut: number): SkabFile {
  if (cut >= 0)
    return {
      folder,
      table: { ...table, rows: table.rows.slice(cut), times: table.times.slice(cut) },
      anomaly: anomaly.slice(cut),
      changepoint: changepoint.slice(cut),
    };
  const span = (table.times[-cut] ?? 0) - (table.times[0] ?? 0);
  const join = (labels: Uint8Array): Uint8Array => Uint8Array.from([...labels.slice(0, -cut), ...labels]);
  return {
    folder,
    table: {
      ...table,
      rows: [...table.rows.slice(0, -cut), ...table.rows],
      times: [...table.times.slice(0, -cut), ...table.times.map((time) => time + span)],
    },
    anomaly: join(anomaly),
    changepoint: join(changepoint),
  };
}

interface Pooled {
  readonly alarm: Uint8Array;
  readonly anomaly: Uint8Array;
  readonly changes: Tally;
  /** The same of detectors that do not look. */
  readonly beside: Readonly<Record<TrivialName, Tally>>;
  readonly credits: readonly Credits[];
}

/** Change points that a file's alarms find, and those that alarms find that do not look: as many of the rows from `from` on. */
export function tallyChanges(
  { changes, beside }: Pick<Pooled, 'changes' | 'beside'>,
  alarm: Uint8Array,
  from: number,
  windows: readonly Window[],
): void {
  tally(changes, edges(alarm), windows);
  const rows = alarm.length - from;
  for (const [name, judged] of Object.entries(trivial(rows, rateOf(alarm.subarray(from))))) {
    const whole = new Uint8Array(alarm.length);
    whole.set(judged.alarm, from);
    tally(beside[name as TrivialName], edges(whole), windows);
  }
}

async function run(files: readonly SkabFile[], cut: number): Promise<Pooled> {
  const alarms: number[] = [];
  const anomalies: number[] = [];
  const changes = noTally();
  const credits: Credits[] = [];
  const beside = { never: noTally(), always: noTally(), random: noTally() };
  for (const file of files) {
    const { table, anomaly, changepoint } = shifted(file, cut);
    const from = calibrationRows - cut;
    const { alarm, open } = await judge(table, { calibrateRows: from });
    credits.push(creditsOfRows('skab', `${file.folder}/${basename(table.name)}`, open.slice(from), anomaly.subarray(from)));
    alarms.push(...alarm.slice(from));
    anomalies.push(...anomaly.slice(from));
    const windows = [...changepoint].flatMap((flag, row) => {
      if (flag !== 1 || row < from) return [];
      const end = (table.times[row] ?? 0) + windowMs;
      const after = table.times.findIndex((time) => time > end);
      return [{ from: row, to: (after < 0 ? table.times.length : after) - 1 }];
    });
    tallyChanges({ changes, beside }, alarm, from, windows);
  }
  return { alarm: Uint8Array.from(alarms), anomaly: Uint8Array.from(anomalies), changes, beside, credits };
}

/** F1, false alarm rate and missed alarm rate over all rows. */
export function rowScores(
  alarm: Uint8Array,
  anomaly: Uint8Array,
): { readonly f1: number; readonly far: number; readonly mar: number } {
  const { tp, fp, fn, tn } = confusion(alarm, anomaly);
  return { f1: (2 * tp) / Math.max(1, 2 * tp + fp + fn), far: fp / Math.max(1, fp + tn), mar: fn / Math.max(1, fn + tp) };
}

/** A real water rig: the first 400 rows of each file calibrate, the rest is scored. */
export async function skab(datasets: string): Promise<BenchRow[]> {
  const files = await loadSkab(datasets);
  const { alarm, anomaly, changes, beside: blind, credits } = await run(files, 0);
  const { f1, far, mar } = rowScores(alarm, anomaly);
  const others = trivial(alarm.length, rateOf(alarm));
  const beside = Object.entries(others).map(([name, judged]) => `${name} ${rowScores(judged.alarm, anomaly).f1.toFixed(3)}`);
  const byFolder: string[] = [];
  for (const folder of new Set(files.map((file) => file.folder))) {
    const some = await run(
      files.filter((file) => file.folder === folder),
      0,
    );
    byFolder.push(`${folder} ${rowScores(some.alarm, some.anomaly).f1.toFixed(3)}`);
  }
  const guard: number[] = [];
  for (const cut of [-150, 75, 150]) {
    const moved = await run(files, cut);
    guard.push(rowScores(moved.alarm, moved.anomaly).f1 - f1);
  }
  return [
    { name: 'skab F1', value: f1, unit: '', note: `${byFolder.join(', ')}; ${beside.join(', ')}`, credits },
    { name: 'skab false alarm rows', value: 100 * far, unit: '%', note: `missed rows ${(100 * mar).toFixed(1)} %` },
    {
      name: 'skab change points',
      value: nabScore(changes, profiles.standard),
      unit: 'NAB',
      note: `${changes.windows - changes.missed}/${changes.windows} found, ${changes.falseAlarms} false; ${Object.entries(blind)
        .map(([name, of]) => `${name} ${nabScore(of, profiles.standard).toFixed(1)}`)
        .join(', ')}`,
    },
    {
      name: 'skab F1 when the start is shifted, largest move',
      value: Math.max(...guard.map(Math.abs)),
      unit: '',
      note: guard.map((move) => move.toFixed(3)).join(' '),
    },
  ];
}
