import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { BoundedQueue } from './queue.ts';

async function drain<T>(queue: BoundedQueue<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

describe('BoundedQueue', () => {
  it('makes the producer wait under policy block, without loss', async () => {
    const queue = new BoundedQueue<number>('q', 2, 'block');
    const produced = (async () => {
      for (let i = 0; i < 100; i++) await queue.push(i);
      queue.close();
    })();
    expect(await drain(queue)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    await produced;
    expect(queue.stats()).toMatchObject({ dropped: 0, used: 0, bound: 2 });
  });

  it('drops and counts the oldest or the newest', async () => {
    const oldest = new BoundedQueue<number>('q', 3, 'drop-oldest');
    const newest = new BoundedQueue<number>('q', 3, 'drop-newest');
    for (let i = 0; i < 10; i++) {
      await oldest.push(i);
      await newest.push(i);
    }
    oldest.close();
    newest.close();
    expect(oldest.stats().dropped).toBe(7);
    expect(newest.stats().dropped).toBe(7);
    expect(await drain(oldest)).toEqual([7, 8, 9]);
    expect(await drain(newest)).toEqual([0, 1, 2]);
  });

  it('returns the first item at once, and items of the pause after it in one burst', async () => {
    const queue = new BoundedQueue<number>('q', 10, 'block');
    const pauses: (() => void)[] = [];
    const taken: number[] = [];
    const reading = (async () => {
      const pause = (): Promise<void> => new Promise((resolve) => pauses.push(resolve));
      for await (const item of queue.inBursts(pause)) taken.push(item);
    })();
    const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    queue.offer(1);
    await settled();
    for (const item of [2, 3, 4]) queue.offer(item);
    await settled();
    expect([taken, pauses.length]).toEqual([[1], 1]);
    pauses[0]?.();
    await settled();
    expect([taken, pauses.length]).toEqual([[1, 2, 3, 4], 2]);
    queue.offer(5);
    queue.close();
    pauses[1]?.();
    await reading;
    expect([taken, pauses.length]).toEqual([[1, 2, 3, 4, 5], 2]);
  });

  it('releases a waiting producer when its signal aborts', async () => {
    const queue = new BoundedQueue<number>('q', 1, 'block');
    await queue.push(1);
    const stop = new AbortController();
    const waiting = queue.push(2, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow('abort');
    expect(queue.length).toBe(1);
  });

  it('leaves no listener on the signal of a producer that has waited', async () => {
    const queue = new BoundedQueue<number>('q', 1, 'block');
    const { signal } = new AbortController();
    const taken = queue[Symbol.asyncIterator]();
    for (let i = 0; i < 20; i++) {
      const pushed = Promise.all([queue.push(i, signal), queue.push(i, signal)]);
      await taken.next();
      await taken.next();
      await pushed;
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('refuses items after it was closed', async () => {
    const queue = new BoundedQueue<number>('q', 1, 'drop-newest');
    queue.close();
    await expect(queue.push(1)).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
  });

  it('keeps its order while its storage is compacted', async () => {
    const queue = new BoundedQueue<number>('q', 5000, 'drop-oldest');
    for (let i = 0; i < 12_000; i++) queue.offer(i);
    queue.close();
    const items = await drain(queue);
    expect(items).toHaveLength(5000);
    expect(items[0]).toBe(7000);
    expect(items.at(-1)).toBe(11_999);
  });
});
