import type { HistorianPlugin } from '../core/historian.ts';
import { duckdb } from './duckdb/index.ts';
import { influxdb } from './influxdb/index.ts';

/** All historians. The first is the default. */
export const historians: readonly HistorianPlugin[] = [duckdb, influxdb];
