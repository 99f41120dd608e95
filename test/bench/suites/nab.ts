import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTable, type Table } from '../../../src/app/backtest/table.ts';
import { edges, judge, type Judgement } from './judge.ts';
import { nabScore, noTally, profiles, tally, type Window } from './nab-score.ts';
import type { SuiteRow } from './row.ts';
import { rateOf, trivial } from './trivial.ts';

interface NabFile {
  readonly table: Table;
  readonly windows: readonly Window[];
  /** Rows before this are not scored. */
  readonly probation: number;
}

const mostProbation = 750;
const probationShare = 0.15;

export async function loadNab(datasets: string): Promise<NabFile[]> {
  const labels = JSON.parse(readFileSync(join(datasets, 'nab/labels/combined_windows.json'), 'utf8')) as Record<
    string,
    [string, string][]
  >;
  return Promise.all(
    Object.entries(labels).map(async ([name, spans]) => {
      const table = await readTable(join(datasets, 'nab/data', `${name}.gz`), { ignore: [] });
      const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);
      const windows = spans.map(([from, to]) => ({
        from: table.times.findIndex((time) => time >= at(from)),
        to: table.times.findLastIndex((time) => time <= at(to)),
      }));
      return { table, windows, probation: Math.floor(Math.min(probationShare * table.rows.length, mostProbation)) };
    }),
  );
}

function score(files: readonly NabFile[], hitsOf: (file: NabFile, index: number) => readonly number[]) {
  const total = noTally();
  files.forEach((file, index) => {
    tally(
      total,
      hitsOf(file, index).filter((row) => row >= file.probation),
      file.windows,
    );
  });
  return total;
}

/** The best threshold on the labels, as the published protocol takes it. */
function tuned(files: readonly NabFile[], judged: readonly Judgement[]): number {
  const all = judged.flatMap(({ score: scores }) => [...scores].filter((value) => value > 0)).toSorted((a, b) => b - a);
  let best = 0;
  for (let i = 1; i <= 200; i++) {
    const level = all[Math.floor((all.length - 1) * (i / 200) ** 4)] ?? 1;
    const total = score(files, (_, index) =>
      [...(judged[index]?.score ?? [])].flatMap((value, row) => (value >= level ? [row] : [])),
    );
    best = Math.max(best, nabScore(total, profiles.standard));
  }
  return best;
}

/** Numenta Anomaly Benchmark: one stream a file, learning from the first row. */
export async function nab(datasets: string): Promise<SuiteRow[]> {
  const files = await loadNab(datasets);
  const judged: Judgement[] = [];
  for (const { table } of files) judged.push(await judge(table));
  const fixed = score(files, (_, index) => edges(judged[index]?.alarm ?? new Uint8Array()));
  const beside = (['never', 'always', 'random'] as const).map((name) => {
    const total = score(files, ({ table }, index) =>
      edges(trivial(table.rows.length, rateOf(judged[index]?.alarm ?? new Uint8Array()))[name].alarm),
    );
    return `${name} ${nabScore(total, profiles.standard).toFixed(1)}`;
  });
  const of = (name: keyof typeof profiles): string => nabScore(fixed, profiles[name]).toFixed(1);
  return [
    {
      name: 'nab, threshold fixed in advance',
      value: nabScore(fixed, profiles.standard),
      unit: 'NAB',
      note: `low FP ${of('lowFalsePositives')}, low FN ${of('lowFalseNegatives')}; ${fixed.windows - fixed.missed}/${fixed.windows} windows, ${fixed.falseAlarms} false; ${beside.join(', ')}`,
    },
    {
      name: 'nab, published protocol',
      value: tuned(files, judged),
      unit: 'NAB',
      note: 'threshold tuned on the labels, as all published figures',
    },
  ];
}
