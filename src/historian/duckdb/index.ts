import { z } from 'zod';
import type { HistorianPlugin } from '../../core/historian.ts';
import { DuckdbHistorian } from './historian.ts';

const schema = z.strictObject({
  memoryLimitMb: z.int().min(64).default(256).describe('memory limit of DuckDB, MB; larger operations use the disk'),
  retentionDays: z.int().min(0).default(90).describe('number of days for which samples are kept; 0 keeps all'),
});

export type DuckdbConfig = z.infer<typeof schema>;

/** The embedded default historian: no server, a Parquet file per day. */
export const duckdb: HistorianPlugin<DuckdbConfig> = {
  type: 'duckdb',
  summary: 'Embedded store: the current day in DuckDB, each finished day in a Parquet file that other tools can read.',
  schema,
  create: (config, target, context) => DuckdbHistorian.open(config, target, context),
  copyRunning: async (dataDir, into) => await (await import('./running-copy.ts')).copyRunning(dataDir, into),
  files: {
    isNamed: (file) => /\.parquet$/i.test(file),
    open: async (file, signal) => await (await import('./day-file.ts')).openDayFile(file, signal),
    fromCsv: async (csv, file, types) => await (await import('./from-csv.ts')).parquetFromCsv(csv, file, types),
  },
};
