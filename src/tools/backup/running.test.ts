import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { moduleUrl } from '../../../test/support/crash.ts';
import { testTag } from '../../../test/support/tags.ts';
import { testContext } from '../../../test/support/tiny-plant.ts';
import { TagTable } from '../../core/tag.ts';
import { duckdb } from '../../historian/duckdb/index.ts';
import { main } from '../../main.ts';
import { openState } from '../../state/state.ts';

const start = Date.UTC(2026, 10, 24, 6);
/** Samples per write. */
const perWrite = 2_000;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-running-'));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

const source = (data: string): string => `
  import { createInterface } from 'node:readline';
  import { lockDataDirectory } from '${moduleUrl('src/data-directory/index.ts')}';
  import { TagTable } from '${moduleUrl('src/core/tag.ts')}';
  import { duckdb } from '${moduleUrl('src/historian/duckdb/index.ts')}';
  import { batchOf } from '${moduleUrl('test/support/samples.ts')}';
  import { testTag } from '${moduleUrl('test/support/tags.ts')}';
  import { testContext } from '${moduleUrl('test/support/tiny-plant.ts')}';
  lockDataDirectory('${data}', 'run', 0);
  const tags = new TagTable([testTag('LEVEL', {})]);
  const historian = await duckdb.create(duckdb.schema.parse({}), { tags, dataDir: '${join(data, 'history')}' }, testContext());
  const signal = new AbortController().signal;
  let written = 0;
  // writes as many batches as each line requests, and reports the number of acknowledged samples
  for await (const line of createInterface({ input: process.stdin })) {
    for (let left = Number(line); left > 0; left--) {
      const samples = Array.from({ length: ${perWrite} }, (_, i) => ({ tag: 'LEVEL', time: ${start} + written + i, value: written + i }));
      await historian.write(batchOf(tags, tags.at(0).device, samples), signal);
      written += samples.length;
      console.log(written);
    }
  }`;

/** Starts a process that writes to the historian of a data directory as a running monitor does. */
async function startWriter(data: string) {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source(data)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let acknowledged = 0;
  createInterface({ input: child.stdout }).on('line', (line) => (acknowledged = Number(line)));
  return {
    acknowledged: () => acknowledged,
    write: (batches: number) => void child.stdin.write(`${batches}\n`),
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function samplesIn(data: string): Promise<number[]> {
  const tags = new TagTable([testTag('LEVEL', {})]);
  const target = { tags, dataDir: join(data, 'history') };
  await using historian = await duckdb.create(duckdb.schema.parse({}), target, testContext());
  const values: number[] = [];
  const range = { tags: ['LEVEL'], from: start, to: start + 86_400_000 };
  for await (const { value } of historian.scan(range, AbortSignal.timeout(60_000))) for (const each of value) values.push(each);
  return values;
}

/** Backs up the data directory and restores it to another one. */
async function throughBackup(data: string, name: string): Promise<string> {
  const out = join(dir, `${name}.tar.gz`);
  const restored = join(dir, name);
  await main(['node', 'scadawatch', 'backup', '--out', out, '--data', data]);
  await main(['node', 'scadawatch', 'restore', out, '--data', restored]);
  expect(process.exitCode ?? 0).toBe(0);
  return restored;
}

it('a backup of a running monitor contains every sample that was acknowledged when it began', async () => {
  const data = join(dir, 'data');
  openState(data)[Symbol.dispose]();
  await using writer = await startWriter(data);
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

  writer.write(5);
  await expect.poll(writer.acknowledged, { timeout: 60_000 }).toBe(5 * perWrite);
  expect(await samplesIn(await throughBackup(data, 'paused'))).toEqual(numbers(5 * perWrite));

  // more than DuckDB writes before it moves its log into the database
  writer.write(400);
  await expect.poll(writer.acknowledged, { timeout: 60_000 }).toBeGreaterThan(100 * perWrite);
  const before = writer.acknowledged();
  const kept = await samplesIn(await throughBackup(data, 'writing'));
  expect(kept.length).toBeGreaterThanOrEqual(before);
  expect(kept).toEqual(numbers(kept.length));
}, 300_000);
