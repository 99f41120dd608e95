import fc from 'fast-check';
import { describe, expect, it, type TestContext } from 'vitest';
import type { Historian, HistoryRange } from '../../src/core/historian.ts';
import { Quality } from '../../src/core/quality.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { expectSeries, historyTwin } from '../support/history-twin.ts';
import { batchOf, type Sample, samplesOf, tableOf } from '../support/samples.ts';

/** An empty store for one test. */
export interface StoreUnderTest extends AsyncDisposable {
  /** Opens a historian on it; each call opens it again. */
  open(tags: TagTable): Promise<Historian>;
  /** Waits until written samples can be read, if the store delays them. */
  settle(): Promise<void>;
}

/** Guarantees that a historian may lack, as stated in its README. */
export interface StoreKeeps {
  readonly texts: boolean;
  readonly infinities: boolean;
  /** True if the last written of two different samples with one source time is kept. */
  readonly lastOfSameTime: boolean;
}

const odd = `Ö ,="'\\x|y.*`;
const table = tableOf({ plc: ['A', 'B', odd], rtu: ['C'] });
const names = table.tags.map(({ name }) => name);
const start = Date.UTC(2026, 9, 25);
const day = 86_400_000;
const signal = new AbortController().signal;
const range: HistoryRange = { tags: names, from: start - day, to: start + 10 * day };

const write = (historian: Historian, samples: readonly Sample[], device = 'plc', tags = table): Promise<void> =>
  historian.write(batchOf(tags, device, samples), signal);

async function scanned(historian: Historian, over: Partial<HistoryRange> = {}, tags = table): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const batch of historian.scan({ ...range, ...over }, signal)) samples.push(...samplesOf(tags, batch));
  return samples;
}

/** Contract suite of all historians. `provide` may skip a test if a server is missing. */
export function historianContract(
  name: string,
  keeps: StoreKeeps,
  provide: (test: Pick<TestContext, 'skip'>) => Promise<StoreUnderTest>,
): void {
  describe(name, () => {
    it('gives back what was written: values, qualities and times, by tag', async (test) => {
      await using store = await provide(test);
      await using historian = await store.open(table);
      const samples = [
        { tag: 'A', time: start, value: 1.25 },
        { tag: 'A', time: start + 1, value: -1e-7, quality: Quality.UncertainEngineeringUnitsExceeded },
        { tag: odd, time: start + 1, value: 123_456_789.125, quality: Quality.BadTimeout },
        { tag: 'B', time: start + 5, value: 0, received: start + 9 },
        { tag: 'B', time: start + 6, value: Number.NaN, quality: Quality.BadTimeout, received: start + 3_600_006 },
        { tag: 'B', time: start + 7, value: 1, received: start - 90_000 },
      ];
      await write(historian, samples);
      await store.settle();
      const series = await historian.query({ ...range, tags: [...names, 'unknown'] }, signal);
      expect(series).toHaveLength(5);
      [...names, 'unknown'].forEach((tag, i) => expectSeries(series[i], historyTwin(samples, tag, range)));
      const received = samples.map(({ received: at, ...each }) => ({
        ...each,
        received: at ?? each.time,
        quality: each.quality ?? 0,
      }));
      expect(await scanned(historian)).toEqual(received);
    });

    it('takes both ends of a range by the rule: from inclusive, to exclusive', async (test) => {
      await using store = await provide(test);
      await using historian = await store.open(table);
      await write(
        historian,
        Array.from({ length: 9 }, (_, i) => ({ tag: 'A', time: start + i, value: i })),
      );
      await store.settle();
      const [series] = await historian.query({ tags: ['A'], from: start + 2, to: start + 5 }, signal);
      expect([...(series?.value ?? [])]).toEqual([2, 3, 4]);
      expect((await scanned(historian, { from: start + 2, to: start + 5 })).map(({ value }) => value)).toEqual([2, 3, 4]);
      expect(await historian.query({ tags: [], from: start, to: start + 5 }, signal)).toEqual([]);
    });

    it('keeps the quality of a sample that has no finite value', async (test) => {
      await using store = await provide(test);
      await using historian = await store.open(table);
      const values = [Number.NaN, Infinity, -Infinity];
      await write(
        historian,
        values.map((value, i) => ({ tag: 'A', time: start + i, value, quality: Quality.BadSensorFailure })),
      );
      await store.settle();
      const [series] = await historian.query({ ...range, tags: ['A'] }, signal);
      expect([...(series?.quality ?? [])]).toEqual(values.map(() => Quality.BadSensorFailure));
      expect([...(series?.value ?? [])]).toEqual(keeps.infinities ? values : values.map(() => Number.NaN));
    });

    it('keeps texts, or at least their codes', async (test) => {
      await using store = await provide(test);
      await using historian = await store.open(table);
      const text = 'läuft "schnell"\\, 18446744073709551615';
      await write(historian, [{ tag: 'A', time: start, value: 3, text }]);
      await store.settle();
      const [sample] = await scanned(historian);
      expect(sample).toMatchObject({ value: 3, ...(keeps.texts ? { text } : {}) });
    });

    it('counts a sample once that is written twice', async (test) => {
      await using store = await provide(test);
      await using historian = await store.open(table);
      const samples = Array.from({ length: 50 }, (_, i) => ({ tag: 'A', time: start + i, value: i }));
      for (let i = 0; i < 3; i++) await write(historian, samples);
      await write(historian, [{ tag: 'A', time: start + 7, value: 70 }]);
      await store.settle();
      const [whole] = await historian.query({ ...range, tags: ['A'] }, signal);
      expect(whole?.time).toHaveLength(50);
      if (keeps.lastOfSameTime) expect(whole?.value[7]).toBe(70);
      const [some] = await historian.query({ tags: ['A'], from: start + 8, to: start + 48, maxPoints: 4 }, signal);
      expect([...(some?.value ?? [])]).toEqual([12.5, 22.5, 32.5, 42.5]);
    });

    it('puts late samples where they belong', async (test) => {
      await using store = await provide(test);
      await using historian = await store.open(table);
      for (const i of [5, 3, 9, 1]) await write(historian, [{ tag: 'A', time: start + i * 3_600_000, value: i }]);
      await store.settle();
      const [series] = await historian.query({ ...range, tags: ['A'] }, signal);
      expect([...(series?.value ?? [])]).toEqual([1, 3, 5, 9]);
      expect((await scanned(historian)).map(({ value }) => value)).toEqual([1, 3, 5, 9]);
    });

    it('scans across devices, days and gaps in order of source time', async (test) => {
      await using store = await provide(test);
      await using historian = await store.open(table);
      const times = [0, 1, 1, 2, 60_000, day - 1, day, 7 * day];
      for (const [i, time] of times.entries()) {
        await write(historian, [{ tag: 'A', time: start + time, value: i }]);
        await write(historian, [{ tag: 'C', time: start + time, value: i + 100 }], 'rtu');
      }
      await store.settle();
      const order: number[] = [];
      for await (const batch of historian.scan(range, signal)) {
        for (const sample of samplesOf(table, batch)) {
          expect(table.at(table.indexOf(sample.tag) ?? -1).device).toBe(batch.device);
          order.push(sample.time);
        }
      }
      expect(order).toEqual([...order].toSorted((a, b) => a - b));
      expect(order).toHaveLength(14);
      expect(await scanned(historian, { tags: ['C'], from: start + 2, to: start + day })).toHaveLength(3);
    });

    it('keeps what it has when it is closed and opened with another order of tags', async (test) => {
      await using store = await provide(test);
      {
        await using historian = await store.open(table);
        await write(historian, [{ tag: 'B', time: start, value: 1 }]);
        await historian[Symbol.asyncDispose]();
      }
      const turned = tableOf({ other: ['X'], rtu: ['C'], plc: ['B', 'A'] });
      await using historian = await store.open(turned);
      await write(historian, [{ tag: 'B', time: start + 1, value: 2 }], 'plc', turned);
      await store.settle();
      expect((await scanned(historian, {}, turned)).map(({ tag, value }) => [tag, value])).toEqual([
        ['B', 1],
        ['B', 2],
      ]);
    });

    it('says how much it has and since when', async (test) => {
      await using store = await provide(test);
      await using historian = await store.open(table);
      expect(await historian.stats(signal)).toMatchObject({ samples: 0, oldest: Number.NaN });
      await write(historian, [
        { tag: 'A', time: start + 5_000, value: 1 },
        { tag: 'B', time: start + 4_000, value: 1, quality: Quality.BadTimeout },
      ]);
      await store.settle();
      expect(await historian.stats(signal)).toMatchObject({ samples: 2, oldest: start + 4_000 });
    });

    it('lets go of a question whose signal aborts', async (test) => {
      await using store = await provide(test);
      await using historian = await store.open(table);
      await write(historian, [{ tag: 'A', time: start, value: 1 }]);
      await expect(historian.query(range, AbortSignal.abort())).rejects.toThrow('abort');
      const stop = new AbortController();
      const asked = historian.query(range, stop.signal);
      stop.abort();
      await expect(asked).rejects.toThrow('abort');
      await expect(historian.write(batchOf(table, 'plc', []), AbortSignal.abort())).rejects.toThrow('abort');
    });

    it('answers as plain arrays would', async (test) => {
      const qualities = [Quality.Good, Quality.UncertainEngineeringUnitsExceeded, Quality.BadTimeout];
      const sample = fc.record({
        tag: fc.constantFrom(...names),
        time: fc.integer({ min: 0, max: 300 }).map((ms) => start + ms),
        value: fc.oneof(
          fc.integer({ min: -500, max: 500 }).map((n) => n / 100),
          fc.constant(Number.NaN),
        ),
        quality: fc.constantFrom(...qualities),
      });
      const asked = fc.record({
        from: fc.integer({ min: -10, max: 310 }).map((ms) => start + ms),
        length: fc.integer({ min: 0, max: 320 }),
        maxPoints: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      });
      const distinct = fc.uniqueArray(sample, { maxLength: 120, selector: ({ tag, time }) => `${tag} ${time}` });
      await fc.assert(
        fc.asyncProperty(distinct, fc.array(asked, { minLength: 6, maxLength: 6 }), async (samples, questions) => {
          await using store = await provide(test);
          await using historian = await store.open(table);
          for (let i = 0; i < samples.length; i += 25) await write(historian, samples.slice(i, i + 25));
          await store.settle();
          for (const { from, length, maxPoints } of questions) {
            const question = { tags: names, from, to: from + length, maxPoints };
            const series = await historian.query(question, signal);
            names.forEach((tag, i) => expectSeries(series[i], historyTwin(samples, tag, question)));
          }
        }),
        { seed: 77, numRuns: 6 },
      );
    });
  });
}
