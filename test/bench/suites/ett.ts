import { join } from 'node:path';
import { Random } from '../../../src/core/random.ts';
import { readTable } from '../../../src/tools/backtest/read-table.ts';
import type { LearnedBacktest } from '../../../src/tools/backtest/run.ts';
import type { BenchRow } from '../row.ts';
import { type ArrayTable, edges, learn, partOf } from './judge.ts';

const day = 24;
const calibrated = 28 * day;
const seeds = [1, 2, 3, 4, 5];
const kinds = ['offset', 'drift', 'stuck', 'spike'] as const;
/** Faults of each kind, file and seed. */
const drawn = 15;
/** Faults lie so many rows from the calibration and from the end, as those of `baseline.py`. */
const margin = { before: 1500, after: 400 };
/** Alarms less than so many hours apart are one episode. */
const apart = 6;

type Kind = (typeof kinds)[number];

interface Fault {
  readonly kind: Kind;
  readonly seed: number;
  readonly at: number;
  readonly tag: number;
  readonly sign: number;
}

const hoursOf: Readonly<Record<Kind, number>> = { offset: day, drift: 7 * day, stuck: day, spike: 1 };

function draw(rows: number, tags: number): Fault[] {
  return seeds.flatMap((seed) => {
    const random = new Random(seed);
    return kinds.flatMap((kind) =>
      Array.from({ length: drawn }, () => ({
        kind,
        seed,
        at: random.integer(calibrated + margin.before, rows - margin.after),
        tag: random.integer(0, tags - 1),
        sign: random.next() < 0.5 ? -1 : 1,
      })),
    );
  });
}

/** Distance of the 1 % and 99 % quantiles of a column. */
function spanOf(table: ArrayTable, tag: number): number {
  const sorted = Float64Array.from(table.rows, (row) => row[tag] as number).toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  return at(0.99) - at(0.01);
}

/** The rows of a fault. */
function faulty(table: ArrayTable, { kind, at, tag, sign }: Fault, span: number): ArrayTable {
  const hours = hoursOf[kind];
  const rows = table.rows.slice(at, at + hours).map((row, hour) => {
    const changed = row.slice();
    const value = row[tag] as number;
    if (kind === 'offset') changed[tag] = value + (sign * span) / 2;
    if (kind === 'drift') changed[tag] = value + (sign * span * hour) / hours;
    if (kind === 'stuck') changed[tag] = table.rows[at]?.[tag] as number;
    if (kind === 'spike') changed[tag] = value + sign * span;
    return changed;
  });
  return { ...partOf(table, at, at + hours), rows };
}

async function alarmsOf(learned: LearnedBacktest, table: ArrayTable, ...state: [number?, ReturnType<LearnedBacktest['state']>?]) {
  const alarm = new Uint8Array(table.rows.length);
  for await (const result of learned.judge(table, ...state)) alarm[result.row] = result.alarm ? 1 : 0;
  return alarm;
}

/** Alarms of the recording as it is, and the state before each row at which a fault begins. */
async function judgeUsual(learned: LearnedBacktest, table: ArrayTable, begins: ReadonlySet<number>) {
  const alarm = new Uint8Array(table.rows.length);
  const by = new Map<string, number>();
  const states = new Map<number, ReturnType<LearnedBacktest['state']>>();
  for await (const result of learned.judge(table, calibrated)) {
    alarm[result.row] = result.alarm ? 1 : 0;
    for (const name of new Set(result.open.map(({ detector }) => detector))) by.set(name, (by.get(name) ?? 0) + 1);
    if (begins.has(result.row + 1)) states.set(result.row + 1, learned.state());
  }
  return { alarm: alarm.subarray(calibrated), whole: alarm, by, states };
}

async function judgeFile(datasets: string, name: string) {
  const read = await readTable(join(datasets, 'ett', `${name}.csv.gz`), { time: 'date', ignore: [] });
  const table: ArrayTable = { ...read, rows: Array.from(read.rows) };
  const learned = await learn([partOf(table, 0, calibrated)]);
  const faults = draw(table.rows.length, table.columns.length);
  const { alarm, whole, by, states } = await judgeUsual(learned, table, new Set(faults.map(({ at }) => at)));
  const found: Fault[] = [];
  for (const fault of faults) {
    const seen = await alarmsOf(learned, faulty(table, fault, spanOf(table, fault.tag)), 0, states.get(fault.at));
    if (seen.some((flag, hour) => flag === 1 && whole[fault.at + hour] === 0)) found.push(fault);
  }
  return { name, alarm, by, found };
}

/** Begins of alarms that are more than `apart` rows after the last row of the one before. */
const episodesOf = (alarm: Uint8Array): number =>
  edges(alarm).filter((row) => !alarm.subarray(Math.max(0, row - apart), row).includes(1)).length;

/**
 * Two years of two real transformers (Zhou et al. 2021), each hour. The first four weeks calibrate. Faults are added to copies: half of
 * the tag's span for a day, the span in a week, a value that stays for a day, the span for an hour. A fault counts as found with an
 * alarm in an hour that has none without it.
 */
export async function ett(datasets: string): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const found: Fault[] = [];
  for (const name of ['ETTh1', 'ETTh2']) {
    const judged = await judgeFile(datasets, name);
    found.push(...judged.found);
    const hours = judged.alarm.length;
    const percent = (count: number): string => `${((100 * count) / hours).toFixed(1)} %`;
    const by = [...judged.by].toSorted((a, b) => b[1] - a[1]).map(([detector, count]) => `${detector} ${percent(count)}`);
    rows.push(
      {
        name: `ett ${name} in alarm`,
        value: (100 * judged.alarm.filter((flag) => flag === 1).length) / hours,
        unit: '%',
        note: by.join(', '),
      },
      { name: `ett ${name} alerts`, value: (episodesOf(judged.alarm) * day) / hours, unit: '1/d' },
    );
  }
  const perSeed = (of: readonly Fault[]): number => of.length / seeds.length;
  rows.push({
    name: 'ett faults found, mean of five seeds',
    value: perSeed(found),
    unit: `of ${2 * kinds.length * drawn}`,
    note: kinds.map((kind) => `${kind} ${perSeed(found.filter((fault) => fault.kind === kind)).toFixed(1)}`).join(', '),
  });
  return rows;
}
