import { expect, it } from 'vitest';
import { VirtualClock } from './clock.ts';
import { Deadline } from './deadline.ts';

const never = new Promise<never>(() => {});

it('ends only a wait that lasts too long', async () => {
  const clock = new VirtualClock(0);
  const deadline = new Deadline(clock, 5_000, () => new Error('no answer'));
  const first = deadline.within(never).catch((error: Error) => error.message);
  await clock.advance(3_000);
  const later = Promise.withResolvers<string>();
  const second = deadline.within(later.promise);
  await clock.advance(2_000);
  expect(await first).toBe('no answer');
  later.resolve('answer');
  expect(await second).toBe('answer');
  const third = deadline.within(Promise.reject(new Error('refused'))).catch((error: Error) => error.message);
  expect(await third).toBe('refused');
  const fourth = deadline.within(never).catch((error: Error) => error.message);
  await clock.advance(5_000);
  expect(await fourth).toBe('no answer');
});
