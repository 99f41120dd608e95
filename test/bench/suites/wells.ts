import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from '../../../src/tools/backtest/read-table.ts';
import { creditsOfRows } from '../ablation.ts';
import type { BenchRow } from '../row.ts';
import { judge } from './judge.ts';

/** Share of the normal rows, from the first one, that calibrates. */
const calibratedShare = 0.6;

interface Well {
  readonly name: string;
  readonly recall: number;
  readonly falseRate: number;
  readonly f1: number;
  /** Detectors with an open finding in a normal row. */
  readonly falseBy: readonly string[];
}

const shareOf = (rows: readonly number[], alarm: Uint8Array): number =>
  rows.filter((row) => alarm[row] === 1).length / Math.max(1, rows.length);

async function judgeWell(folder: string, file: string) {
  const path = join(folder, file);
  const read = { time: 'row', timeFormat: 'unix', ignore: [] };
  const labelled = await readTable(path, read);
  const at = labelled.columns.indexOf('class');
  const kinds = Array.from(labelled.rows, (row) => row[at] as number);
  const table = await readTable(path, { ...read, ignore: ['class'] });
  const normal = kinds.flatMap((kind, row) => (kind === 0 ? [row] : []));
  const first = Math.floor(normal.length * calibratedShare);
  const calibrateRows = normal[first] as number;
  const { alarm, open } = await judge(table, { calibrateRows });
  const judged = normal.slice(first);
  const recall = shareOf(
    kinds.flatMap((kind, row) => (kind > 0 ? [row] : [])),
    alarm,
  );
  const falseRate = shareOf(judged, alarm);
  // both classes count alike
  const f1 = recall === 0 ? 0 : (2 * recall) / (2 * recall + falseRate + 1 - recall);
  const well: Well = {
    name: file.slice(0, 3),
    recall,
    falseRate,
    f1,
    falseBy: [...new Set(judged.flatMap((row) => open[row] ?? []))],
  };
  const labels = Uint8Array.from(kinds, (kind) => (kind > 0 ? 1 : 0));
  return { well, credits: creditsOfRows('wells', well.name, open.slice(calibrateRows), labels.subarray(calibrateRows)) };
}

/** Real oil wells (3W, Vargas et al. 2019): the first 60 % of the normal rows of each recording calibrate, all later rows are judged. */
export async function wells(datasets: string): Promise<BenchRow[]> {
  const folder = join(datasets, 'wells');
  const judged: Awaited<ReturnType<typeof judgeWell>>[] = [];
  for (const file of readdirSync(folder).toSorted()) if (file.endsWith('.csv.gz')) judged.push(await judgeWell(folder, file));
  const all = judged.map(({ well }) => well);
  const mean = (of: (well: Well) => number): number => all.reduce((sum, well) => sum + of(well), 0) / all.length;
  const alarmed = all.filter(({ falseRate }) => falseRate > 0);
  return [
    {
      name: 'wells F1, mean',
      value: mean(({ f1 }) => f1),
      unit: '',
      note: `recall ${mean(({ recall }) => recall).toFixed(3)}, ${all.filter(({ recall }) => recall > 0).length} of ${all.length} events found`,
      credits: judged.map(({ credits }) => credits),
    },
    {
      name: 'wells with a false alarm',
      value: alarmed.length,
      unit: `of ${all.length}`,
      note: `false rows ${(100 * mean(({ falseRate }) => falseRate)).toFixed(1)} %: ${alarmed
        .map(({ name, falseBy }) => `${name} ${falseBy.join(' ')}`)
        .join(', ')}`,
    },
  ];
}
