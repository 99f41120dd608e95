import type { HistorianPlugin } from '../../core/historian.ts';
import { type InfluxdbConfig, schema } from './config.ts';

/** InfluxDB 1.x, 2.x, 3.x and VictoriaMetrics. */
export const influxdb: HistorianPlugin<InfluxdbConfig> = {
  type: 'influxdb',
  summary: 'InfluxDB 1.x, 2.x, 3.x or VictoriaMetrics: a separate server, which several sites can share.',
  schema,
  create: async (config, target, context) => new (await import('./historian.ts')).InfluxdbHistorian(config, target, context),
};
