import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { crash, moduleUrl } from '../../../test/support/crash.ts';
import { expectSeries, historyTwin } from '../../../test/support/history-twin.ts';
import { batchOf, contextOf, type Sample, samplesOf, tableOf } from '../../../test/support/samples.ts';
import { VirtualClock } from '../../core/clock.ts';
import { type Damage, DamageReports } from '../../core/damage.ts';
import type { Historian } from '../../core/historian.ts';
import { Quality } from '../../core/quality.ts';
import { DuckdbHistorian } from './historian.ts';
import { duckdb } from './index.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 24);
const table = tableOf({ plc: ['A', 'B', "C's"], rtu: ['D'] });
const signal = new AbortController().signal;

let dir: string;
let clock: VirtualClock;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-duckdb-'));
  clock = new VirtualClock(start);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (config: object = {}): Promise<Historian> =>
  duckdb.create(duckdb.schema.parse(config), { tags: table, dataDir: dir }, contextOf(clock));
const write = (historian: Historian, samples: readonly Sample[], device = 'plc'): Promise<void> =>
  historian.write(batchOf(table, device, samples), signal);
const all = { tags: ['A', 'B', "C's", 'D'], from: 0, to: start + 100 * day };
const parquet = (): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.parquet'))
    .toSorted();

async function scanned(historian: Historian): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const batch of historian.scan(all, signal)) samples.push(...samplesOf(table, batch));
  return samples;
}

/** Advances time to the next maintenance and waits until it is done. A write during maintenance starts no other: writes go on. */
async function roll(historian: Historian, time: number, done: () => boolean): Promise<void> {
  clock.set(time);
  const writeAndLook = async (): Promise<void> => {
    await write(historian, []);
    expect(done()).toBe(true);
  };
  await vi.waitFor(writeAndLook, { timeout: 200_000, interval: 20 });
}

/** Reads the Parquet files with DuckDB in a separate process, as other tools would. */
function readElsewhere(sql: string): unknown {
  const source = `import { DuckDBInstance } from '@duckdb/node-api';
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const answer = await connection.runAndReadAll(${JSON.stringify(sql)});
    console.log(JSON.stringify(answer.getRowsJson()));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('a day', () => {
  it('becomes a Parquet file when it is over, which other tools can open while the store runs', async () => {
    await using historian = await open();
    await write(historian, [
      { tag: "C's", time: start + 2.5, value: Number.NaN, quality: Quality.BadTimeout, received: start + 9 },
      { tag: 'A', time: start + 1, value: 1.25, text: 'läuft' },
      { tag: 'A', time: start + day - 0.001, value: 7 },
      { tag: 'A', time: start + day, value: 8 },
    ]);
    const before = await scanned(historian);
    await roll(historian, start + day + 3_600_000, () => parquet().length === 1);
    expect(parquet()).toEqual(['samples-2026-11-24.parquet']);
    expect(
      readElsewhere(`SELECT tag, device, epoch_us(time), value, quality, text FROM '${dir}/*.parquet' ORDER BY time`),
    ).toEqual([
      ['A', 'plc', String(start * 1000 + 1000), 1.25, 0, 'läuft'],
      ["C's", 'plc', String(start * 1000 + 2500), 'NaN', Quality.BadTimeout, null],
      ['A', 'plc', String((start + day) * 1000 - 1), 7, 0, null],
    ]);
    expect(await scanned(historian)).toEqual(before);
    expect(before).toHaveLength(4);
  });

  it('is written again for late samples; the last write of a source time counts', async () => {
    await using historian = await open();
    await write(historian, [{ tag: 'A', time: start + 5, value: 1 }]);
    await write(historian, [{ tag: 'B', time: start + 5, value: 1 }]);
    await roll(historian, start + day + 3_600_000, () => parquet().length === 1);
    await write(historian, [
      { tag: 'A', time: start + 5, value: 2 },
      { tag: 'A', time: start + 6, value: 3 },
    ]);
    const expected = [
      { tag: 'A', time: start + 5, value: 2, quality: 0, received: start + 5 },
      { tag: 'B', time: start + 5, value: 1, quality: 0, received: start + 5 },
      { tag: 'A', time: start + 6, value: 3, quality: 0, received: start + 6 },
    ];
    expect(await scanned(historian)).toEqual(expected);
    const rows = (): string => JSON.stringify(readElsewhere(`SELECT count(*)::INT FROM '${dir}/samples-2026-11-24.parquet'`));
    expect(rows()).toBe('[[2]]');
    await roll(historian, start + 2 * day + 3_600_000, () => rows() === '[[3]]');
    expect(await scanned(historian)).toEqual(expected);
    expect(await historian.stats(signal)).toMatchObject({ samples: 3, oldest: start + 5 });
  });

  it('past the retention is deleted, the file and late samples', async () => {
    await using historian = await open({ retentionDays: 2 });
    for (let d = 0; d < 3; d++) await write(historian, [{ tag: 'A', time: start + d * day, value: d }]);
    await roll(historian, start + 3 * day + 3_600_000, () => parquet().length === 2);
    expect(parquet()).toEqual(['samples-2026-11-25.parquet', 'samples-2026-11-26.parquet']);
    await write(historian, [{ tag: 'A', time: start + day + 1, value: 9 }]);
    await roll(historian, start + 4 * day + 3_600_000, () => parquet().length === 1);
    expect((await scanned(historian)).map(({ value }) => value)).toEqual([2]);
    expect((await historian.stats(signal)).oldest).toBe(start + 2 * day);
  });

  it('keeps samples that arrive while it is being written', async () => {
    await using historian = await open();
    const times = Array.from({ length: 20_000 }, (_, i) => start + i * 4_000);
    await write(
      historian,
      times.map((time, value) => ({ tag: 'A', time, value })),
    );
    clock.set(start + 2 * day);
    const late = Array.from({ length: 50 }, (_, i) => write(historian, [{ tag: 'B', time: start + i, value: i }]));
    await Promise.all(late);
    await vi.waitFor(() => expect(parquet()).toHaveLength(1), { timeout: 200_000, interval: 20 });
    expect(await scanned(historian)).toHaveLength(20_050);
  });
});

describe('the store', () => {
  it('keeps tags by name when the order of the configuration changes', async () => {
    {
      await using historian = await open();
      await write(historian, [{ tag: 'B', time: start, value: 4 }]);
    }
    const turned = tableOf({ other: ['X', 'B'], plc: ['A'] });
    await using historian = await duckdb.create(duckdb.schema.parse({}), { tags: turned, dataDir: dir }, contextOf(clock));
    await historian.write(batchOf(turned, 'plc', [{ tag: 'A', time: start, value: 5 }]), signal);
    const [a, b, c] = await historian.query({ tags: ['A', 'B', 'none'], from: start, to: start + 1 }, signal);
    expect([a?.value, b?.value, c?.value]).toEqual([Float64Array.of(5), Float64Array.of(4), Float64Array.of()]);
  });

  it('waits for another process that uses the database, then refuses with its id and a hint', async () => {
    await using _ = await open();
    const machine = new VirtualClock(0);
    let refusal: unknown;
    const config = duckdb.schema.parse({});
    const opening = DuckdbHistorian.open(config, { tags: table, dataDir: dir }, contextOf(clock), machine);
    opening.catch((thrown: unknown) => (refusal = thrown));
    await vi.waitFor(
      async () => {
        await machine.advance(1_000);
        expect(refusal).toBeDefined();
      },
      { timeout: 200_000, interval: 1 },
    );
    expect(machine.monotonic()).toBeGreaterThan(30_000);
    expect(refusal).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/PID \d+/) as string,
      hint: 'end the program that has it open, or start with another --data',
    });
  }, 120_000);

  it('moves a file aside that is no database, reports it and accepts samples', async () => {
    writeFileSync(join(dir, 'hot.duckdb'), 'no database '.repeat(1000));
    const reported: Damage[] = [];
    const damages = new DamageReports();
    damages.subscribe((damage) => reported.push(damage));
    const context = { ...contextOf(clock), damages };
    await using historian = await duckdb.create(duckdb.schema.parse({}), { tags: table, dataDir: dir }, context);
    expect(reported).toMatchObject([{ file: join(dir, 'hot.duckdb'), movedTo: expect.stringContaining('hot.duckdb.damaged-') }]);
    await write(historian, [{ tag: 'A', time: start, value: 1 }]);
    expect((await scanned(historian)).map(({ value }) => value)).toEqual([1]);
  });

  it('uses the receive time if the source time is invalid', async () => {
    await using historian = await open();
    await write(historian, [{ tag: 'A', time: Number.NaN, value: 1, received: start }]);
    await expect(write(historian, [{ tag: 'A', time: -1, value: 1 }])).rejects.toMatchObject({ code: 'STORE_REJECTED' });
    expect((await scanned(historian)).map(({ time }) => time)).toEqual([start]);
  });

  it.each([3, 40])('loses no acknowledged sample to kill -9 after %i batches', async (lines) => {
    const said = await crash(
      `import { writeSync } from 'node:fs';
       import { duckdb } from '${moduleUrl('src/historian/duckdb/index.ts')}';
       import { batchOf, contextOf, tableOf } from '${moduleUrl('test/support/samples.ts')}';
       import { VirtualClock } from '${moduleUrl('src/core/clock.ts')}';
       const table = tableOf({ plc: ['A', 'B', "C's"], rtu: ['D'] });
       // days end while it runs, so that some kills interrupt the writing of a day
       const clock = new VirtualClock(${start});
       const historian = await duckdb.create(duckdb.schema.parse({}), { tags: table, dataDir: ${JSON.stringify(dir)} }, contextOf(clock));
       const signal = new AbortController().signal;
       for (let n = 0; ; n++) {
         const time = ${start} + n * ${day / 10};
         clock.set(time);
         await historian.write(batchOf(table, 'plc', Array.from({ length: 500 }, (_, i) => ({ tag: 'A', time: time + i, value: n }))), signal);
         writeSync(1, n + '\\n');
       }`,
      lines,
    );
    await using historian = await open();
    const samples = await scanned(historian);
    const perBatch = Map.groupBy(samples, ({ value }) => value);
    for (const n of said) expect(perBatch.get(Number(n)), `batch ${n}`).toHaveLength(500);
    expect(said.length).toBeGreaterThanOrEqual(lines);
  });

  it('stops a query whose signal aborts, and continues to work', async () => {
    await using historian = await open();
    await write(historian, [{ tag: 'A', time: start, value: 1 }]);
    const stop = new AbortController();
    const asked = historian.query(all, stop.signal);
    stop.abort();
    await expect(asked).rejects.toThrow('abort');
    expect(await scanned(historian)).toHaveLength(1);
  });
});

describe('queries', () => {
  it('return the same as plain arrays, whether the samples are hot, in a file, or both', async () => {
    const qualities = [Quality.Good, Quality.UncertainEngineeringUnitsExceeded, Quality.BadTimeout];
    const sample = fc.record({
      tag: fc.constantFrom(...all.tags),
      time: fc.integer({ min: 0, max: 40 }).map((step) => start + step * 1.5 + (step > 30 ? day : 0)),
      value: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(Number.NaN, Infinity, 0.1)),
      quality: fc.constantFrom(...qualities),
    });
    const range = fc.record({
      from: fc.integer({ min: -1, max: 50 }).map((ms) => start + ms),
      length: fc.constantFrom(0, 1, 7, 40, day + 60),
      maxPoints: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    });
    const batches = fc.array(fc.array(sample, { maxLength: 30 }), { minLength: 1, maxLength: 3 });
    await using historian = await open();
    // each run has two days of its own
    let base = start - 3 * day;
    await fc.assert(
      fc.asyncProperty(batches, batches, fc.array(range, { minLength: 4, maxLength: 4 }), async (first, then, ranges) => {
        base += 3 * day;
        const from = base - start;
        const [early, late] = [first, then].map((each) =>
          each.map((samples) => samples.map((one) => ({ ...one, time: one.time + from }))),
        ) as [Sample[][], Sample[][]];
        clock.set(base);
        for (const samples of early) await write(historian, samples);
        clock.set(base + day + 3_600_000);
        const file = join(dir, `samples-${new Date(base).toISOString().slice(0, 10)}.parquet`);
        const written = early.flat().some(({ time }) => time < base + day);
        // a write starts the maintenance that is due, unless that of the run before still works
        const kept = async (): Promise<void> => {
          await write(historian, []);
          expect(existsSync(file)).toBe(true);
        };
        if (written) await vi.waitFor(kept, { timeout: 200_000, interval: 5 });
        for (const samples of late) await write(historian, samples);
        const samples = [...early.flat(), ...late.flat()];
        for (const { from: offset, length, maxPoints } of ranges) {
          const asked = { from: offset + from, to: offset + from + length, maxPoints };
          const series = await historian.query({ tags: all.tags, ...asked }, signal);
          all.tags.forEach((tag, i) => expectSeries(series[i], historyTwin(samples, tag, asked)));
        }
      }),
      { seed: 20, numRuns: 12 },
    );
  }, 120_000);

  it('scan in order of source time, batches by device', async () => {
    await using historian = await open();
    await write(historian, [
      { tag: 'B', time: start + 1, value: 1 },
      { tag: 'A', time: start + 1, value: 2 },
    ]);
    await write(historian, [{ tag: 'D', time: start + 1, value: 3 }], 'rtu');
    await write(historian, [{ tag: 'A', time: start + 50 * day, value: 4, text: 'stop' }]);
    await write(historian, [{ tag: 'A', time: start, value: 5 }]);
    const batches = [];
    for await (const batch of historian.scan({ ...all, tags: ['D', 'A', 'B', 'gone'] }, signal)) batches.push(batch);
    expect(batches.map(({ device, length }) => [device, length])).toEqual([
      ['plc', 3],
      ['rtu', 1],
      ['plc', 1],
    ]);
    expect(batches.flatMap((batch) => samplesOf(table, batch).map(({ value }) => value))).toEqual([5, 2, 1, 3, 4]);
    expect(batches[2]?.texts.get(0)).toBe('stop');
  });

  it('scan to the end of their range while they read ahead, and stop when their reader stops', async () => {
    await using historian = await open();
    const hour = 3_600_000;
    const times = Array.from({ length: 200 }, (_, i) => start + i * 0.4 * hour + (i % 7) / 1000);
    for (const [i, time] of times.entries()) {
      await write(historian, [{ tag: 'B', time, value: i, received: time + 5, ...(i % 3 === 0 ? { text: `t${i}` } : {}) }]);
      await write(historian, [{ tag: 'D', time, value: -i }], 'rtu');
    }
    await roll(historian, start + 2 * day + hour, () => parquet().length === 2);
    await write(historian, [{ tag: 'B', time: times[10] as number, value: 1_000 }]);
    const samples = await scanned(historian);
    const of = (name: string) => samples.filter(({ tag }) => tag === name);
    expect(of('D').map(({ time, value }) => [time, value])).toEqual(times.map((time, i) => [time, -i]));
    expect(of('B').map(({ time }) => time)).toEqual(times);
    expect(of('B').map(({ value }) => value)).toEqual(times.map((_, i) => (i === 10 ? 1_000 : i)));
    expect(of('B').map(({ text }) => text)).toEqual(times.map((_, i) => (i % 3 === 0 && i !== 10 ? `t${i}` : undefined)));
    for await (const batch of historian.scan(all, signal)) {
      expect(batch.length).toBe(1);
      break;
    }
    // meanwhile the store serves other requests
    expect((await historian.stats(signal)).samples).toBe(401);
  });
});
