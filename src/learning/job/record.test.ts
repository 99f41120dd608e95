import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { batchOf } from '../../../test/support/samples.ts';
import { testContext } from '../../../test/support/tiny-plant.ts';
import { VirtualClock } from '../../core/clock.ts';
import { isGood } from '../../core/quality.ts';
import { TagTable } from '../../core/tag.ts';
import { duckdb } from '../../historian/duckdb/index.ts';
import { record } from './record.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-record-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const start = Date.UTC(2026, 0, 5);
const tags = new TagTable([tagOf('LT01'), tagOf('LT02')]);

const config = duckdb.schema.parse({ retentionDays: 0 });
const source = {
  type: 'history',
  historian: { type: 'duckdb', config },
  dataDir: dir,
  from: start,
  to: start + 500_000,
} as const;

beforeAll(async () => {
  const context = testContext(new VirtualClock(start));
  await using historian = await duckdb.create(config, { tags, dataDir: dir }, context);
  // the device is away from 200 s to 300 s
  for (let s = 0; s < 500; s++) {
    if (s >= 200 && s < 300) continue;
    const samples = ['LT01', 'LT02'].map((tag) => ({ tag, time: start + 1_000 * s, value: s }));
    await historian.write(batchOf(tags, 'PLC-1', samples), new AbortController().signal);
  }
}, 120_000);

it('reads from history what may be learned, without anomalies and starts of devices', async () => {
  const excluded = [{ from: start + 100_000, to: start + 109_000, tags: [1] }];
  const { recording, description } = await record({ ...source, excluded }, tags, () => {});
  const learned: number[][] = [[], []];
  for (const observation of recording) {
    if (observation.kind !== 'batch') continue;
    const { tag, value, quality } = observation.batch;
    tag.forEach((index, row) => {
      if (isGood(quality[row] as number)) learned[index]?.push(value[row] as number);
    });
  }
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
  expect(learned[0]).toEqual([...range(60, 200), ...range(360, 500)]);
  expect(learned[1]).toEqual([...range(60, 100), ...range(110, 200), ...range(360, 500)]);
  expect(description).toBe(
    'recorded running from 2026-01-05T00:00:00.000Z to 2026-01-05T00:08:20.000Z; 2 starts of devices were not learned',
  );
});

it('ends with a hint if the memory is exhausted', async () => {
  const whole: number[] = [];
  await record({ ...source, excluded: [] }, tags, (done) => whole.push(done));
  expect(whole).toEqual([...new Set(whole)].toSorted((a, b) => a - b));
  const told: number[] = [];
  const recorded = record(
    { ...source, excluded: [] },
    tags,
    (done) => told.push(done),
    () => (told.length < 3 ? 1 : 0),
  );
  await expect(recorded).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining(`full after ${Math.round(100 * (whole[3] as number))} % of the recording`) as string,
    hint: expect.stringContaining('--from') as string,
  });
  expect(told).toEqual(whole.slice(0, 3));
});
