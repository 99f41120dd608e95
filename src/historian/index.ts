import type { HistorianPlugin } from '../core/historian.ts';
import { duckdb } from './duckdb/index.ts';
import { influxdb } from './influxdb/index.ts';

/** Every historian that a configuration can name; the first is used where it names none. */
export const historians: readonly HistorianPlugin[] = [duckdb, influxdb];
