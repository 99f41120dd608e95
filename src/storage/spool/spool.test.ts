import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { crash, moduleUrl } from '../../../test/support/crash.ts';
import { canMount, SmallDisk } from '../../../test/support/small-disk.ts';
import { batchOf, contextOf, samplesOf, tableOf } from '../../../test/support/samples.ts';
import type { Batch } from '../../core/batch.ts';
import { VirtualClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Historian } from '../../core/historian.ts';
import { Random } from '../../core/random.ts';
import { decodeBatch, encodeBatch } from './codec.ts';
import { createSpool, type Spool } from './index.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-spool-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const table = tableOf({ plc: ['A', 'B'] });
const signal = new AbortController().signal;
const clock = new VirtualClock(0);

/** Behaviour of the store for a write: accepts it, is away, accepts it but reports a failure, or refuses it permanently. */
type Behaviour = 'take' | 'away' | 'unclear' | 'refuse';

/** A store that fails by schedule and records the accepted batches, in order. */
class ScriptedStore implements Historian {
  readonly taken: number[] = [];
  behave: () => Behaviour = () => 'take';

  async write(batch: Batch): Promise<void> {
    // a store answers later, never at once
    await new Promise((resolve) => setImmediate(resolve));
    const behaviour = this.behave();
    if (behaviour === 'refuse') throw new ScadaError('fatal', 'STORE_REJECTED', 'no');
    if (behaviour !== 'away') this.taken.push(...batch.value);
    if (behaviour !== 'take') throw new ScadaError('retryable', 'STORE_UNAVAILABLE', 'the store is away');
  }

  async query(): Promise<[]> {
    return [];
  }

  async *scan(): AsyncIterable<Batch> {}

  async stats() {
    return { samples: this.taken.length, bytes: 0, oldest: Number.NaN };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const open = (historian: Historian, over: object = {}): Promise<Spool> =>
  createSpool({ historian, tags: table, dir, context: contextOf(clock), clock, ...over });
const write = (spool: Spool, value: number): Promise<void> =>
  spool.write(batchOf(table, 'plc', [{ tag: 'A', time: value, value }]), signal);

/** Lets the pauses between attempts pass until all is sent. */
async function settle(spool: Spool): Promise<void> {
  const sent = async (): Promise<void> => {
    await clock.advance(40_000);
    expect(spool.queue().used).toBe(0);
  };
  await vi.waitFor(sent, { timeout: 60_000, interval: 1 });
}

/** The first time that each value came. */
const firsts = (values: readonly number[]): number[] => [...new Set(values)];

describe('Spool', () => {
  it('writes directly while the store answers', async () => {
    const store = new ScriptedStore();
    await using spool = await open(store);
    for (let n = 0; n < 5; n++) await write(spool, n);
    expect(store.taken).toEqual([0, 1, 2, 3, 4]);
    expect(spool.queue()).toMatchObject({ used: 0, dropped: 0 });
    expect(spool.lastError).toBeUndefined();
  });

  it('keeps every batch while the store is away and sends them in order when it is back, later ones after them', async () => {
    const store = new ScriptedStore();
    await using spool = await open(store);
    store.behave = () => 'away';
    for (let n = 0; n < 5; n++) await write(spool, n);
    expect(store.taken).toEqual([]);
    expect(spool.queue().used).toBeGreaterThan(0);
    expect(spool.lastError?.code).toBe('STORE_UNAVAILABLE');
    store.behave = () => 'take';
    await write(spool, 5);
    expect(store.taken).toEqual([]);
    await settle(spool);
    await write(spool, 6);
    expect(store.taken).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(spool.lastError).toBeUndefined();
  });

  describe.skipIf(!canMount)('on a full disk', () => {
    it('keeps batches in memory, in order, and writes them when there is space', async () => {
      using disk = new SmallDisk(1);
      const store = new ScriptedStore();
      await using spool = await open(store, { dir: disk.path, segmentBytes: 65_536 });
      store.behave = () => 'away';
      for (let n = 0; n < 5; n++) await write(spool, n);
      disk.fill();
      for (let n = 5; n < 200; n++) await write(spool, n);
      expect(spool.fault).toContain('ENOSPC');
      expect(spool.queue().dropped).toBe(0);
      disk.empty();
      store.behave = () => 'take';
      await settle(spool);
      expect(store.taken).toEqual(Array.from({ length: 200 }, (_, n) => n));
      expect(spool.fault).toBeUndefined();
    });

    it('loses the oldest ones in memory beyond the bound, and counts them', async () => {
      using disk = new SmallDisk(1);
      const store = new ScriptedStore();
      const bytes = encodeBatch(batchOf(table, 'plc', [{ tag: 'A', time: 1, value: 1 }]), table).length;
      await using spool = await open(store, { dir: disk.path, heldBytes: 10 * bytes });
      store.behave = () => 'away';
      disk.fill();
      for (let n = 0; n < 2_000; n++) await write(spool, n);
      const { dropped } = spool.queue();
      expect(dropped).toBeGreaterThan(0);
      disk.empty();
      store.behave = () => 'take';
      await settle(spool);
      expect(store.taken.length + dropped).toBe(2_000);
      expect(store.taken.slice(-10)).toEqual(Array.from({ length: 10 }, (_, n) => 1_990 + n));
    });
  });

  it.each([1, 2, 3, 4])('loses and reorders nothing for any behaviour of the store, seed %i', async (seed) => {
    const random = new Random(seed);
    const store = new ScriptedStore();
    let away = false;
    store.behave = () => {
      if (random.next() < 0.1) away = !away;
      const luck = random.next();
      return away ? (luck < 0.2 ? 'unclear' : 'away') : luck < 0.05 ? 'away' : 'take';
    };
    let spool = await open(store);
    for (let n = 0; n < 400; n++) {
      await write(spool, n);
      if (random.next() < 0.3) await clock.advance(random.between(0, 20_000));
      if (random.next() < 0.02) {
        await spool[Symbol.asyncDispose]();
        spool = await open(store);
      }
    }
    await settle(spool);
    await spool[Symbol.asyncDispose]();
    expect(firsts(store.taken)).toEqual(Array.from({ length: 400 }, (_, n) => n));
    expect(spool.queue().dropped).toBe(0);
  });

  it('drops the oldest beyond its bound, and counts them', async () => {
    const store = new ScriptedStore();
    store.behave = () => 'away';
    await using spool = await open(store, { boundBytes: 1_000 });
    for (let n = 0; n < 50; n++) await write(spool, n);
    const { dropped, used } = spool.queue();
    expect(used).toBeLessThanOrEqual(1_000);
    expect(dropped).toBeGreaterThan(0);
    store.behave = () => 'take';
    await settle(spool);
    expect(store.taken).toEqual(Array.from({ length: 50 - dropped }, (_, i) => i + dropped));
  });

  it('omits a batch that the store refuses permanently, counts it and continues', async () => {
    const store = new ScriptedStore();
    await using spool = await open(store);
    store.behave = () => 'refuse';
    await expect(write(spool, 0)).rejects.toMatchObject({ code: 'STORE_REJECTED' });
    store.behave = () => 'away';
    for (let n = 1; n < 4; n++) await write(spool, n);
    let first = true;
    store.behave = () => {
      const behaviour = first ? 'refuse' : 'take';
      first = false;
      return behaviour;
    };
    await settle(spool);
    expect(store.taken).toEqual([2, 3]);
    expect(spool.queue().dropped).toBe(2);
  });

  it('sends the batches of a killed run, in order and before new ones', async () => {
    const said = await crash(
      `import { writeSync } from 'node:fs';
       import { createSpool } from '${moduleUrl('src/storage/spool/index.ts')}';
       import { ScadaError } from '${moduleUrl('src/core/errors.ts')}';
       import { systemClock } from '${moduleUrl('src/core/clock.ts')}';
import { batchOf, contextOf, tableOf } from '${moduleUrl('test/support/samples.ts')}';
       const table = tableOf({ plc: ['A', 'B'] });
       const historian = { write: async () => { throw new ScadaError('retryable', 'STORE_UNAVAILABLE', 'away'); } };
       const spool = await createSpool({ historian, tags: table, dir: ${JSON.stringify(dir)}, context: contextOf(systemClock) });
       for (let n = 0; ; n++) {
         await spool.write(batchOf(table, 'plc', [{ tag: 'A', time: n, value: n }]), new AbortController().signal);
         writeSync(1, n + '\\n');
       }`,
      30,
    );
    const store = new ScriptedStore();
    await using spool = await open(store);
    await write(spool, -1);
    await vi.waitFor(() => expect(store.taken.at(-1)).toBe(-1), { timeout: 60_000 });
    expect(store.taken.slice(0, said.length)).toEqual(said.map(Number));
    expect(said.length).toBeGreaterThanOrEqual(30);
  });
});

describe('a spooled batch', () => {
  it('is restored bit for bit under the names of its tags, for any change of the configuration', () => {
    const sample = fc.record({
      tag: fc.constantFrom('A', 'B'),
      time: fc.double({ noNaN: true }),
      value: fc.double(),
      quality: fc.nat(0xffffffff),
      received: fc.double({ noNaN: true }),
    });
    const turned = tableOf({ other: ['X'], plc: ['B', 'A'] });
    const without = tableOf({ plc: ['B'] });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 20 }), fc.string(), (samples, text) => {
        const texts = samples.map((each, i) => (i % 3 === 0 ? { ...each, text } : each));
        const bytes = encodeBatch(batchOf(table, 'plc', texts), table);
        const { batch, unknown } = decodeBatch(bytes, turned);
        expect(samplesOf(turned, batch)).toEqual(texts);
        expect([batch.device, unknown]).toEqual(['plc', 0]);
        expect(decodeBatch(bytes, without).unknown).toBe(samples.filter(({ tag }) => tag === 'A').length);
      }),
      { seed: 8, numRuns: 100 },
    );
  });
});
