import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findPeer, howToInstall, type PeerName } from '../support/peers.ts';
import { type RunningStore, startInfluxd, startVictoriaMetrics } from '../support/stores.ts';
import { type BenchRow, median, onCore, pinned, taskset } from './row.ts';

const run = promisify(execFile);
const rounds = 5;
const msPerRun = 1_000;
const script = fileURLToPath(new URL('./stores/append.ts', import.meta.url));

/**
 * Samples per second that a historian acknowledges in consecutive batches of 1000, as a ratio to the same store without the
 * historian's code (DuckDB's appender in the same thread, or fetch of lines that were built before).
 */
export async function benchStores(): Promise<BenchRow[]> {
  return [
    ...(await compare('DuckDB', 'duckdb', '')),
    ...(await onServer('InfluxDB 1.x', 'v1', 'influxd', startInfluxd)),
    ...(await onServer('VictoriaMetrics', 'victoriametrics', 'victoria-metrics', startVictoriaMetrics)),
  ];
}

async function onServer(
  name: string,
  store: string,
  peer: PeerName,
  start: (program: string) => Promise<RunningStore>,
): Promise<BenchRow[]> {
  const program = findPeer(peer)?.path;
  if (program === undefined)
    return [{ name: `${name} historian / raw append`, value: Number.NaN, unit: 'ratio', note: howToInstall(peer) }];
  await using server = await start(program);
  if (pinned) await run(taskset, ['-a', '-c', '-p', '0', String(server.pid())]);
  return await compare(name, store, server.url);
}

async function compare(name: string, store: string, url: string): Promise<BenchRow[]> {
  // DuckDB has threads of its own in both ways of appending
  const onOneCore = pinned && url !== '';
  const rates: Record<'historian' | 'raw', number[]> = { historian: [], raw: [] };
  for (let round = 0; round < rounds; round++) {
    for (const way of ['raw', 'historian'] as const) {
      const args = [script, way, store, url, String(msPerRun)];
      const { stdout } = onOneCore ? await run(...onCore(1, args)) : await run(process.execPath, args);
      rates[way].push(Number(stdout));
    }
  }
  const [ours, raw] = [median(rates.historian), median(rates.raw)];
  const how = `${onOneCore ? 'pinned' : 'not pinned'}, median of ${rounds} interleaved runs`;
  const note = `${Math.round(ours)} against ${Math.round(raw)} samples/s, ${how}`;
  return [{ name: `${name} historian / raw append`, value: ours / raw, unit: 'ratio', note }];
}
