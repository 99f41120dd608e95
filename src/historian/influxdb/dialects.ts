import { ScadaError } from '../../core/errors.ts';
import type { InfluxdbConfig } from './config.ts';
import type { Dialect } from './dialect.ts';
import { influxql } from './influxql.ts';
import { metricsql } from './metricsql.ts';
import type { Server } from './server.ts';

type Family = Exclude<InfluxdbConfig['dialect'], 'auto'>;

/** Finds out which server it is, unless the configuration says so. @throws ScadaError `retryable` */
export async function openDialect(server: Server, config: InfluxdbConfig, signal: AbortSignal): Promise<Dialect> {
  const { database, org } = config;
  const family = config.dialect === 'auto' ? await ask(server, config, signal) : config.dialect;
  const name = encodeURIComponent(database);
  switch (family) {
    case 'v1':
      // does nothing where the database exists; a user who may not do it is told by the first write if it is missing
      await server.post(
        'write',
        `/query?q=${encodeURIComponent(`CREATE DATABASE "${database.replaceAll('"', '\\"')}"`)}`,
        signal,
      );
      return { ...influxql(server, config), writePath: `/write?db=${name}&precision=ms` };
    case 'v2':
      return {
        ...influxql(server, config),
        writePath: `/api/v2/write?org=${encodeURIComponent(org)}&bucket=${name}&precision=ms`,
      };
    case 'victoriametrics':
      // `db` makes the label `db` of every series
      return { ...metricsql(server, config), writePath: `/api/v2/write?db=${name}&precision=ms` };
  }
}

/** InfluxDB names its version on /ping; VictoriaMetrics does not, but answers Prometheus's build information. */
async function ask(server: Server, { url }: InfluxdbConfig, signal: AbortSignal): Promise<Family> {
  const ping = await server.probe('write', '/ping', signal);
  const version = ping.headers.get('x-influxdb-version') ?? '';
  if (/^v?1\./.test(version)) return 'v1';
  if (version !== '') return 'v2';
  const build = await server.probe('read', '/api/v1/status/buildinfo', signal);
  if (ping.status === 204 && build.status === 200) return 'victoriametrics';
  if (ping.status >= 500 || ping.status === 429)
    throw new ScadaError('retryable', 'STORE_UNAVAILABLE', `${url}: HTTP ${ping.status}`);
  throw new ScadaError(
    'retryable',
    'STORE_UNAVAILABLE',
    `${url} does not say which server it is (HTTP ${ping.status} on /ping)`,
    {
      hint: 'set "dialect" if the address is right',
    },
  );
}
