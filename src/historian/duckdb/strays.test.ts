import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { crash } from '../../../test/support/crash.ts';
import { batchOf, contextOf, samplesOf, tableOf } from '../../../test/support/samples.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { Historian } from '../../core/historian.ts';
import { Quality } from '../../core/quality.ts';
import { Random } from '../../core/random.ts';
import { duckdb } from './index.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 27, 12);
const table = tableOf({ plc: ['A', 'B'] });
const signal = new AbortController().signal;
const memoryLimitMb = 64;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-strays-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (retentionDays = 90): Promise<Historian> => {
  const config = duckdb.schema.parse({ memoryLimitMb, retentionDays });
  return duckdb.create(config, { tags: table, dataDir: dir }, contextOf(new VirtualClock(now)));
};

async function hotTables(): Promise<number> {
  const instance = await DuckDBInstance.create(join(dir, 'hot.duckdb'));
  const connection = await instance.connect();
  const answer = await connection.runAndReadAll("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'hot_%'");
  connection.closeSync();
  instance.closeSync();
  return Number(answer.getRowsJS()[0]?.[0]);
}

it.each([90, 0])('has few tables for any device time, and keeps each sample (retention %i days)', async (retention) => {
  const random = new Random(1971);
  const count = 400;
  {
    await using historian = await open(retention);
    for (let i = 0; i < count; i++) {
      const time = Date.UTC(
        random.integer(0, 1) === 0 ? random.integer(1971, 2015) : random.integer(2027, 9970),
        5,
        1 + (i % 28),
      );
      await historian.write(batchOf(table, 'plc', [{ tag: 'A', time, received: now + i, value: i }]), signal);
    }
  }
  expect(await hotTables()).toBe(1);
  await using again = await open(retention);
  const [series] = await again.query({ tags: ['A'], from: now, to: now + count }, signal);
  expect([...(series?.value ?? [])]).toEqual(Array.from({ length: count }, (_, i) => i));
});

it('stores many possible days with few appenders, without loss', async () => {
  {
    await using historian = await open();
    for (let i = 0; i < 300; i++) {
      const time = now - ((i * 7) % 80) * dayMs + i;
      await historian.write(batchOf(table, 'plc', [{ tag: 'B', time, received: now + i, value: i }]), signal);
    }
  }
  await using again = await open();
  const values: number[] = [];
  for await (const batch of again.scan({ tags: ['B'], from: now - 90 * dayMs, to: now + dayMs }, signal))
    values.push(...samplesOf(table, batch).map(({ value }) => value));
  expect(values.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i));
});

/**
 * Store of an earlier version that ran out of memory: a hot table for each day of a wrong device clock, killed with an open log.
 */
const poison = (): string => `
  import { writeSync } from 'node:fs';
  import { createRequire } from 'node:module';
  const { DuckDBInstance } = await import(createRequire(${JSON.stringify(import.meta.url)}).resolve('@duckdb/node-api'));
  const instance = await DuckDBInstance.create(${JSON.stringify(join(dir, 'hot.duckdb'))}, { memory_limit: '${memoryLimitMb}MB', threads: '2' });
  const connection = await instance.connect();
  await connection.run('CREATE TABLE tag (id UINTEGER, name VARCHAR, device VARCHAR)');
  await connection.run("INSERT INTO tag VALUES (1, 'A', 'plc')");
  const today = ${Math.floor(now / dayMs)};
  const keep = [];
  let made = 0;
  try {
    for (; made < 5000; made++) {
      const day = made === 0 ? today : 400 + made * 30 + (made % 2 === 0 ? 30000 : 0);
      const table = 'hot_' + day + '_0';
      await connection.run('CREATE TABLE ' + table + ' (time DOUBLE, receive_time DOUBLE, tag UINTEGER, value DOUBLE, quality UINTEGER, text VARCHAR)');
      const appender = await connection.createAppender(table);
      keep.push(appender);
      appender.appendDouble(day * ${dayMs} + made);
      appender.appendDouble(${now} + Math.floor(made / 2));
      appender.appendUInteger(1);
      appender.appendDouble(made);
      appender.appendUInteger(0);
      appender.appendNull();
      appender.endRow();
      appender.flushSync();
    }
  } catch {
    // out of memory, like a store of the old version
  }
  writeSync(1, made + '\\n');
  setInterval(() => {}, 1000);
`;

it('starts on a store that ran out of memory on impossible days, with each sample under its receive time', async () => {
  const made = Number((await crash(poison(), 1))[0]);
  expect(made).toBeGreaterThan(100);
  expect(made).toBeLessThan(5_000);
  {
    await using historian = await open();
    const [series] = await historian.query({ tags: ['A'], from: now, to: now + made }, signal);
    const replaced = [...(series?.quality ?? [])].map((quality) => quality === Quality.UncertainTimestamp);
    expect([...(series?.value ?? [])].toSorted((a, b) => a - b)).toEqual(Array.from({ length: made - 1 }, (_, i) => i + 1));
    expect(replaced.every(Boolean)).toBe(true);
    await historian.write(batchOf(table, 'plc', [{ tag: 'A', time: now - 1, received: now, value: -1 }]), signal);
  }
  expect(await hotTables()).toBeLessThan(4);
  await using again = await open();
  const { samples } = await again.stats(signal);
  expect(samples).toBe(made + 1);
});
