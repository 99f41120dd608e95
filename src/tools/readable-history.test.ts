import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { batchOf } from '../../test/support/samples.ts';
import { testTag } from '../../test/support/tags.ts';
import { testContext } from '../../test/support/tiny-plant.ts';
import type { MonitorConfig } from '../config/resolve.ts';
import { VirtualClock } from '../core/clock.ts';
import { TagTable } from '../core/tag.ts';
import { lockDataDirectory } from '../data-directory/index.ts';
import { duckdb } from '../historian/duckdb/index.ts';
import { readableHistory } from './readable-history.ts';

const start = Date.UTC(2026, 10, 24, 6);
const dayMs = 86_400_000;
const { signal } = new AbortController();
const tags = new TagTable([testTag('LEVEL', {})]);
const settings = duckdb.schema.parse({});
const config = { tags, historian: { plugin: duckdb, config: settings } } as unknown as MonitorConfig;

let dir = '';
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'scadawatch-readable-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (dataDir: string, time: number) => duckdb.create(settings, { tags, dataDir }, testContext(new VirtualClock(time)));

async function countIn(dataDir: string): Promise<number> {
  await using historian = await open(dataDir, start + dayMs);
  let count = 0;
  for await (const batch of historian.scan({ tags: ['LEVEL'], from: start - 9 * dayMs, to: start + 9 * dayMs }, signal))
    count += batch.value.length;
  return count;
}

it('is a copy with all finished days beside a running monitor, whose files stay as they are, and locked without one', async () => {
  const history = join(dir, 'history');
  const write = async (at: number, until: number): Promise<void> => {
    await using historian = await open(history, until);
    const samples = Array.from({ length: 50 }, (_, i) => ({ tag: 'LEVEL', time: at + i, value: i }));
    await historian.write(batchOf(tags, tags.at(0).device, samples), signal);
  };
  await write(start - 2 * dayMs, start);
  await write(start, start + 1_000);
  const reported: string[] = [];
  const report = (line: string): void => void reported.push(line);
  {
    await using readable = await readableHistory(config, dir, 'evidence export', report);
    expect([readable.isCopy, readable.dir]).toEqual([false, history]);
    expect(() => lockDataDirectory(dir, 'run', start)).toThrow('(scadawatch evidence export, since');
  }
  // the lock of a monitor, and its open database
  using _lock = lockDataDirectory(dir, 'run', start);
  await using _historian = await open(history, start + 1_000);
  const before = readdirSync(history).toSorted();
  let copy = '';
  {
    await using readable = await readableHistory(config, dir, 'evidence export', report);
    copy = readable.dir;
    expect(readable.isCopy).toBe(true);
    expect(await countIn(copy)).toBe(100);
  }
  expect(reported).toEqual([expect.stringContaining('a copy of its history is read')]);
  expect(existsSync(copy)).toBe(false);
  expect(readdirSync(history).toSorted()).toEqual(before);
});
