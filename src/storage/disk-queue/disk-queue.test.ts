import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crash, moduleUrl } from '../../../test/support/crash.ts';
import { silentLogger } from '../../core/plugin.ts';
import { DiskQueue, type DiskQueueOptions } from './disk-queue.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-queue-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const signal = new AbortController().signal;
const frameHead = 8;
const open = (over: Partial<DiskQueueOptions> = {}): Promise<DiskQueue> =>
  DiskQueue.open({ name: 'q', dir, boundBytes: 1e6, policy: 'drop-newest', logger: silentLogger, ...over });
const bytesOf = (n: number, length = 4): Buffer => {
  const bytes = Buffer.alloc(length, n);
  bytes.writeUInt32LE(n);
  return bytes;
};
const lastSegment = (): string =>
  join(
    dir,
    readdirSync(dir)
      .filter((name) => name.endsWith('.segment'))
      .toSorted()
      .at(-1) ?? '',
  );

async function take(queue: DiskQueue): Promise<number> {
  const record = await queue.next(signal);
  queue.done(record);
  return record.bytes.readUInt32LE();
}

async function drain(queue: DiskQueue): Promise<number[]> {
  const taken: number[] = [];
  while (!queue.empty) taken.push(await take(queue));
  return taken;
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('append' as const), length: fc.integer({ min: 4, max: 120 }) }) },
  { weight: 4, arbitrary: fc.constant({ type: 'take' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'peek' as const }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reopen' as const), torn: fc.uint8Array({ maxLength: 20 }) }) },
);

describe('DiskQueue', () => {
  it('is an array with a bound, for any crash of the process', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const own = join(dir, String(run++));
        const options = { dir: own, boundBytes: 600, segmentBytes: 150 };
        let queue = await open(options);
        const twin: { n: number; length: number }[] = [];
        let refused = 0;
        for (const [n, doing] of steps.entries()) {
          const waiting = twin.reduce((sum, { length }) => sum + length + frameHead, 0);
          expect(queue.stats()).toMatchObject({ used: waiting, dropped: refused });
          switch (doing.type) {
            case 'append': {
              const kept = await queue.append(bytesOf(n, doing.length));
              expect(kept).toBe(waiting + doing.length + frameHead <= 600);
              if (kept) twin.push({ n, length: doing.length });
              else refused++;
              break;
            }
            case 'take':
              if (twin.length > 0) expect(await take(queue)).toBe(twin.shift()?.n);
              break;
            case 'peek':
              if (twin.length > 0) expect((await queue.next(signal)).bytes).toEqual(bytesOf(twin[0]?.n ?? 0, twin[0]?.length));
              break;
            case 'reopen': {
              await queue[Symbol.asyncDispose]();
              const last =
                readdirSync(own)
                  .filter((name) => name.endsWith('.segment'))
                  .toSorted()
                  .at(-1) ?? '';
              appendFileSync(join(own, last), doing.torn);
              queue = await open(options);
              refused = 0;
            }
          }
        }
        expect(await drain(queue)).toEqual(twin.map(({ n }) => n));
        // files of taken entries are deleted afterwards
        await expect.poll(() => readdirSync(own).length).toBeLessThanOrEqual(3);
        await queue[Symbol.asyncDispose]();
      }),
      { seed: 31, numRuns: 60 },
    );
  });

  it('drops the oldest and counts them, under that policy', async () => {
    await using queue = await open({ boundBytes: 500, segmentBytes: 100, policy: 'drop-oldest' });
    for (let n = 0; n < 100; n++) expect(await queue.append(bytesOf(n, 20))).toBe(true);
    const { dropped, used } = queue.stats();
    expect(used).toBeLessThanOrEqual(500);
    const left = await drain(queue);
    expect(left).toEqual(Array.from({ length: 100 - dropped }, (_, i) => i + dropped));
    expect(left.length).toBeGreaterThan(10);
    expect(await queue.append(bytesOf(1, 600))).toBe(false);
  });

  it('drops a record also while it is being delivered', async () => {
    await using queue = await open({ boundBytes: 100, segmentBytes: 50, policy: 'drop-oldest' });
    await queue.append(bytesOf(0, 20));
    const held = await queue.next(signal);
    for (let n = 1; n < 9; n++) await queue.append(bytesOf(n, 20));
    queue.done(held);
    const left = await drain(queue);
    expect(left.at(-1)).toBe(8);
    expect(left).not.toContain(0);
  });

  it('wakes a waiting consumer, and releases it when its signal aborts', async () => {
    await using queue = await open();
    const waiting = queue.next(signal);
    await queue.append(bytesOf(7));
    expect((await waiting).bytes).toEqual(bytesOf(7));
    queue.done(await queue.next(signal));
    const stop = new AbortController();
    const stopped = queue.next(stop.signal);
    stop.abort();
    await expect(stopped).rejects.toThrow('abort');
  });

  it('keeps the order of records that are appended at once, which share a sync', async () => {
    await using queue = await open({ segmentBytes: 300 });
    await Promise.all(Array.from({ length: 200 }, (_, n) => queue.append(bytesOf(n))));
    expect(await drain(queue)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it('skips the rest of a damaged segment, counts it and continues', async () => {
    {
      await using queue = await open({ segmentBytes: 60 });
      for (let n = 0; n < 12; n++) await queue.append(bytesOf(n));
    }
    const first = join(dir, readdirSync(dir).toSorted()[0] ?? '');
    const content = readFileSync(first);
    content[8 + 12 + 9] = 0xff;
    writeFileSync(first, content);
    await using queue = await open({ segmentBytes: 60 });
    expect(await drain(queue)).toEqual([0, 5, 6, 7, 8, 9, 10, 11]);
    expect(queue.stats().dropped).toBe(1);
  });

  it('continues after a crash before the header of a new segment was written', async () => {
    {
      await using queue = await open();
      await queue.append(bytesOf(1));
      await take(queue);
    }
    truncateSync(lastSegment(), 3);
    await using queue = await open();
    await queue.append(bytesOf(2));
    expect(await drain(queue)).toEqual([2]);
  });

  it('refuses records after it was closed', async () => {
    const queue = await open();
    await queue[Symbol.asyncDispose]();
    await queue[Symbol.asyncDispose]();
    await expect(queue.append(bytesOf(1))).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
  });

  it.each([1, 25])('loses no appended record to kill -9 after %i of them', async (lines) => {
    const said = await crash(
      `import { writeSync } from 'node:fs';
       import { DiskQueue } from '${moduleUrl('src/storage/disk-queue/disk-queue.ts')}';
       import { silentLogger } from '${moduleUrl('src/core/plugin.ts')}';
       const queue = await DiskQueue.open({ name: 'q', dir: ${JSON.stringify(dir)}, boundBytes: 1e9, policy: 'drop-newest', logger: silentLogger, segmentBytes: 4000 });
       for (let n = 0; ; n++) {
         const bytes = Buffer.alloc(1000);
         bytes.writeUInt32LE(n);
         await queue.append(bytes);
         writeSync(1, n + '\\n');
       }`,
      lines,
    );
    await using queue = await open();
    const left = await drain(queue);
    expect(left.slice(0, said.length)).toEqual(said.map(Number));
    expect(left.length - said.length).toBeLessThanOrEqual(1);
    expect(said.length).toBeGreaterThanOrEqual(lines);
  });
});
