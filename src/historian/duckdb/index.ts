import { z } from 'zod';
import type { HistorianPlugin } from '../../core/historian.ts';
import { DuckdbHistorian } from './historian.ts';

const schema = z.strictObject({
  memoryLimitMb: z.int().min(64).default(256).describe('most memory that DuckDB takes, MB; what needs more spills to disk'),
  retentionDays: z.int().min(0).default(90).describe('days of history that are kept; 0 keeps all'),
});

export type DuckdbConfig = z.infer<typeof schema>;

/** The embedded default historian: no server, a Parquet file per day. */
export const duckdb: HistorianPlugin<DuckdbConfig> = {
  type: 'duckdb',
  summary: 'Embedded: DuckDB holds the running day, every finished day is a Parquet file that any tool opens.',
  schema,
  create: (config, target, context) => DuckdbHistorian.open(config, target, context),
  copyRunning: async (dataDir, into) => await (await import('./running-copy.ts')).copyRunning(dataDir, into),
  files: {
    isNamed: (file) => /\.parquet$/i.test(file),
    open: async (file, signal) => await (await import('./day-file.ts')).openDayFile(file, signal),
  },
};
