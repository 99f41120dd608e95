import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOUBLE, DuckDBDataChunk, DuckDBInstance, UINTEGER } from '@duckdb/node-api';
import { type Batch, BatchBuilder } from '../../../src/core/batch.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { historians } from '../../../src/historian/index.ts';
import { LineBuilder } from '../../../src/historian/influxdb/lines.ts';
import { contextOf, tableOf } from '../../support/samples.ts';

/**
 * Appends consecutive batches to one store for a while and prints samples/s: `node append.ts (historian|raw)
 * (duckdb|v1|victoriametrics) URL MS`. `raw` writes to the store without the historian's code.
 */
const samples = 1_000;
const [way = '', store = '', url = '', ms = ''] = process.argv.slice(2);
const names = Array.from({ length: samples }, (_, i) => `area${i % 10}.T${i}`);
const tags = tableOf({ plc: names });
const dir = mkdtempSync(join(tmpdir(), 'scadawatch-bench-'));
const first = systemClock.now() - 3_600_000;
// every run has samples of its own: a second write of the same ones would be another job for the store
const shift = process.pid % 1_000;

/** A tenth of a second later than the batch before: 1,000 samples of which some move, some are noisy, some stand. */
function batchOf(n: number): Batch {
  const builder = new BatchBuilder('plc', samples);
  const time = first + n * 100 + shift / 1_000;
  for (let i = 0; i < samples; i++) {
    const value = i % 5 < 2 ? Math.round(100 * Math.sin(n / 50 + i)) / 100 : i % 5 < 3 ? Math.sin(n * 7919 + i * 104729) : i;
    builder.add(i, value, 0, time, time + 5);
  }
  return builder.publish();
}

async function measure(write: (batch: Batch, n: number) => Promise<void>): Promise<number> {
  const batches = Array.from({ length: 50 }, (_, n) => batchOf(n));
  const budget = Number(ms);
  await write(batches[0] as Batch, 0);
  const start = systemClock.monotonic();
  let n = 0;
  for (; systemClock.monotonic() - start < budget; n++) await write(batches[n % 50] as Batch, n);
  return (n * samples) / ((systemClock.monotonic() - start) / 1000);
}

async function throughHistorian(): Promise<number> {
  const type = store === 'duckdb' ? 'duckdb' : 'influxdb';
  const plugin = historians.find((candidate) => candidate.type === type);
  if (plugin === undefined) throw new Error(`no historian ${type}`);
  const config = plugin.schema.parse(type === 'duckdb' ? {} : { url, dialect: store, database: 'bench' });
  await using historian = await plugin.create(config, { tags, dataDir: dir }, contextOf(systemClock));
  const signal = new AbortController().signal;
  return await measure((batch) => historian.write(batch, signal));
}

/** DuckDB's appender in this very thread, the same columns without text, committed batch by batch. */
async function intoDuckdb(): Promise<number> {
  const instance = await DuckDBInstance.create(join(dir, 'raw.duckdb'), { memory_limit: '256MB', threads: '2' });
  const connection = await instance.connect();
  await connection.run('CREATE TABLE raw (time DOUBLE, receive_time DOUBLE, tag UINTEGER, value DOUBLE, quality UINTEGER)');
  const appender = await connection.createAppender('raw');
  const chunk = DuckDBDataChunk.create([DOUBLE, DOUBLE, UINTEGER, DOUBLE, UINTEGER], samples);
  return await measure(async (batch) => {
    const columns = [batch.sourceTime, batch.receiveTime, batch.tag, batch.value, batch.quality];
    columns.forEach((column, i) => {
      const vector = chunk.getColumnVector(i);
      for (let row = 0; row < samples; row++) vector.setItem(row, column[row] as number);
      vector.flush();
    });
    appender.appendDataChunk(chunk);
    appender.flushSync();
  });
}

/** fetch, with the lines built before the clock starts. */
async function intoServer(): Promise<number> {
  const path = store === 'v1' ? '/write?db=bench&precision=ms' : '/api/v2/write?db=bench&precision=ms';
  if (store === 'v1') await fetch(`${url}/query?q=CREATE%20DATABASE%20bench`, { method: 'POST' });
  const builder = new LineBuilder('sample', tags, true);
  const bodies = Array.from({ length: 50 }, (_, n) => builder.build(batchOf(n)).join('\n'));
  return await measure(async (_, n) => {
    const response = await fetch(url + path, { method: 'POST', body: bodies[n % 50] ?? '' });
    await response.arrayBuffer();
    if (response.status !== 204) throw new Error(`HTTP ${response.status}`);
  });
}

const rate = way === 'historian' ? await throughHistorian() : store === 'duckdb' ? await intoDuckdb() : await intoServer();
console.log(rate);
rmSync(dir, { recursive: true, force: true });
process.exit(0);
