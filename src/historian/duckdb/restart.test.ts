import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { batchOf, contextOf, tableOf } from '../../../test/support/samples.ts';
import { systemClock } from '../../core/clock.ts';
import { createSpool } from '../../pipeline/spool/index.ts';
import { duckdb } from './index.ts';

const start = Date.UTC(2026, 10, 24);
const tags = tableOf({ plc: ['A'] });
const { signal } = new AbortController();

let dir: string;
let workers: Worker[];
const note = (worker: Worker): void => void workers.push(worker);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-duckdb-restart-'));
  workers = [];
  process.on('worker', note);
});
afterEach(() => {
  process.off('worker', note);
  rmSync(dir, { recursive: true, force: true });
});

it('starts its thread again when that has ended, and every acknowledged sample is kept once', async () => {
  const context = contextOf(systemClock);
  const historian = await duckdb.create(duckdb.schema.parse({}), { tags, dataDir: join(dir, 'history') }, context);
  await using spool = await createSpool({ historian, tags, dir: join(dir, 'spool'), context });
  const write = (second: number): Promise<void> =>
    spool.write(batchOf(tags, 'plc', [{ tag: 'A', time: start + 1_000 * second, value: second }]), signal);
  for (let second = 0; second < 20; second++) await write(second);
  // the driver aborts the process when its thread is terminated in the middle of its work: this one ends by itself
  workers[0]?.postMessage([{ type: 'call', id: 1_000_000, name: 'close', args: undefined }]);
  for (let second = 20; second < 40; second++) await write(second);
  await expect.poll(() => spool.queue().used, { timeout: 60_000 }).toBe(0);
  expect(workers).toHaveLength(2);
  const [series] = await spool.query({ tags: ['A'], from: start, to: start + 60_000 }, signal);
  expect([...(series?.value ?? [])]).toEqual(Array.from({ length: 40 }, (_, second) => second));
}, 120_000);
