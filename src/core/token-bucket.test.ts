import { expect, it } from 'vitest';
import { VirtualClock } from './clock.ts';
import { TokenBucket } from './token-bucket.ts';

it('lets a burst pass, then the rate, and never saves more than the burst', async () => {
  const clock = new VirtualClock(0);
  const bucket = new TokenBucket(clock, 2, 3);
  const passing = (): number => Array.from({ length: 10 }, () => bucket.take()).filter(Boolean).length;
  expect(passing()).toBe(3);
  await clock.advance(1_000);
  expect(passing()).toBe(2);
  await clock.advance(60_000);
  expect(passing()).toBe(3);
});

it('names the wait of each that is reserved ahead, one after the other', async () => {
  const clock = new VirtualClock(0);
  const bucket = new TokenBucket(clock, 2, 1);
  expect([bucket.reserve(), bucket.reserve(), bucket.reserve()]).toEqual([0, 500, 1_000]);
  await clock.advance(1_000);
  expect(bucket.reserve()).toBe(500);
  expect(bucket.take()).toBe(false);
});
