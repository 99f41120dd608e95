import { existsSync } from 'node:fs';
import { batadal } from './batadal.ts';
import { ett } from './ett.ts';
import { hard } from './hard/batadal.ts';
import { lemay } from './lemay.ts';
import { nab } from './nab.ts';
import type { BenchRow } from '../row.ts';
import { skab } from './skab.ts';
import { tep } from './tep.ts';
import { uncalibrated } from './uncalibrated.ts';
import { wells } from './wells.ts';

/** Suites of labelled public data, by name. */
export const suites: Readonly<Record<string, (datasets: string) => Promise<BenchRow[]>>> = {
  'batadal-dev': batadal,
  hard,
  tep,
  skab,
  nab,
  wells,
  ett,
  uncalibrated,
  lemay,
};

/** Where a suite's data lie, if not in a folder of its own name. */
const folders: Readonly<Record<string, string>> = {
  'batadal-dev': 'batadal',
  hard: 'batadal',
  uncalibrated: 'batadal',
  lemay: 'pcaps/lemay',
};

/** Where the datasets are: `SCADAWATCH_DATASETS`, by default beside the checkout. */
export const datasetsFolder = (): string => process.env['SCADAWATCH_DATASETS'] ?? '../shared/datasets';

/** Scores all detectors in one configuration on public data by the path of `scadawatch backtest`; a suite whose data is absent says so. */
export async function benchSuites(names: readonly string[] = Object.keys(suites)): Promise<BenchRow[]> {
  const datasets = datasetsFolder();
  const rows: BenchRow[] = [];
  for (const name of names) {
    const suite = suites[name];
    if (suite === undefined) throw new Error(`there is no suite ${name}; there are ${Object.keys(suites).join(', ')}`);
    const folder = folders[name] ?? name;
    if (existsSync(`${datasets}/${folder}`)) rows.push(...(await suite(datasets)));
    else rows.push({ name, value: Number.NaN, unit: '', note: `skipped: no ${folder} in ${datasets}; set SCADAWATCH_DATASETS` });
  }
  return rows;
}
