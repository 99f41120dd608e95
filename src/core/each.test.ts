import { expect, it } from 'vitest';
import { forEachAtOnce } from './each.ts';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield n;
}

it('begins in order, respects its limit, and waits for the last item', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const waiting: (() => void)[] = [];
  let most = 0;
  const done = forEachAtOnce(numbers(10), 3, async (n) => {
    begun.push(n);
    most = Math.max(most, begun.length - ended.length);
    await new Promise<void>((resolve) => waiting.push(resolve));
    ended.push(n);
  });
  while (ended.length < 10) {
    await new Promise(setImmediate);
    waiting.pop()?.();
  }
  await done;
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(most).toBe(3);
  expect(ended[0]).toBe(2);
});

it('rejects with the first failure and begins no further item', async () => {
  const begun: number[] = [];
  const work = forEachAtOnce(numbers(10), 2, async (n) => {
    begun.push(n);
    if (n === 3) throw new Error('three');
  });
  await expect(work).rejects.toThrow('three');
  expect(begun.length).toBeLessThanOrEqual(5);
});
