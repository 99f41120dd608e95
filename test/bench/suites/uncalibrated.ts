import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readTable } from '../../../src/tools/backtest/read-table.ts';
import type { Table } from '../../../src/tools/backtest/table.ts';
import { loadBatadal } from './batadal.ts';
import { type Credits, creditsOfRows } from '../ablation.ts';
import { edges, type Heard, judge } from './judge.ts';
import type { BenchRow } from '../row.ts';

const dayMs = 86_400_000;

/** Plants of many tags that are watched from their first row on, without any calibration: how many alarms there are a day. */
export async function uncalibrated(datasets: string): Promise<BenchRow[]> {
  const { normal, attacked, labels } = await loadBatadal(datasets);
  const attacks = edges(labels).map((from) => ({
    from,
    to: labels.indexOf(0, from) < 0 ? labels.length : labels.indexOf(0, from),
  }));
  const calmly = await judge(normal);
  const calm = edges(calmly.alarm);
  const { alarm, open } = await judge(attacked);
  const found = attacks.filter(({ from, to }) => alarm.subarray(from, to).includes(1)).length;
  const rig = join(datasets, 'skab', 'anomaly-free');
  const tables = await Promise.all(
    readdirSync(rig).map((name) => readTable(join(rig, name), { time: 'datetime', ignore: ['anomaly', 'changepoint'] })),
  );
  const rigAlarms: number[] = [];
  const credits = [quiet('dataset03', calmly), creditsOfRows('uncalibrated', 'attack', open, labels)];
  for (const table of tables) {
    const judged = await judge(table);
    rigAlarms.push(...edges(judged.alarm));
    credits.push(quiet(basename(table.name), judged));
  }
  return [
    {
      name: 'batadal dataset03, no calibration',
      value: calm.length / daysOf(normal),
      unit: 'alarms/day',
      note: `${calm.length} in ${daysOf(normal).toFixed(0)} days of 43 tags, ${calm.filter((row) => row < 24 * 7).length} of them in the first week`,
    },
    {
      name: 'batadal dataset04, no calibration',
      value: found,
      unit: `of ${attacks.length} attacks`,
      note: `${edges(alarm).filter((row) => labels[row] !== 1).length} alarms begin outside in ${daysOf(attacked).toFixed(0)} days`,
      credits,
    },
    {
      name: 'skab anomaly-free, no calibration',
      value: rigAlarms.length,
      unit: 'alarms',
      note: `in ${(tables.reduce((sum, table) => sum + daysOf(table), 0) * 24).toFixed(1)} hours of 8 tags`,
    },
  ];
}

/** Of a table in which nothing is wrong. */
const quiet = (name: string, { open }: Heard): Credits => creditsOfRows('uncalibrated', name, open, new Uint8Array(open.length));

const daysOf = ({ times }: Table): number => ((times.at(-1) ?? 0) - (times[0] ?? 0)) / dayMs;
