import { ScadaError } from '../../core/errors.ts';
import type { InfluxdbConfig } from './config.ts';
import type { Dialect } from './dialect.ts';
import { influxql } from './influxql.ts';
import { metricsql } from './metricsql.ts';
import type { Server } from './server.ts';

type Family = Exclude<InfluxdbConfig['dialect'], 'auto'>;

/** Detects the kind of server unless it is configured. @throws ScadaError `retryable` */
export async function openDialect(server: Server, config: InfluxdbConfig, signal: AbortSignal): Promise<Dialect> {
  const { database, org } = config;
  const family = config.dialect === 'auto' ? await detectFamily(server, config, signal) : config.dialect;
  const name = encodeURIComponent(database);
  switch (family) {
    case 'v1':
      // no effect if the database exists; without permission, the first write reports a missing database
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
      // `db` becomes the label `db` of every series
      return { ...metricsql(server, config), writePath: `/api/v2/write?db=${name}&precision=ms` };
  }
}

/** Detects the version. InfluxDB reports it on /ping; VictoriaMetrics does not, but serves Prometheus's build information. */
async function detectFamily(server: Server, { url }: InfluxdbConfig, signal: AbortSignal): Promise<Family> {
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
    `cannot detect the type of server at ${url} (HTTP ${ping.status} on /ping)`,
    {
      hint: 'set "dialect" if the address is right',
    },
  );
}
