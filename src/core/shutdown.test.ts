import { expect, it } from 'vitest';
import { VirtualClock } from './clock.ts';
import { Shutdown } from './shutdown.ts';

it('continues after a step that does not end or that fails, and names the step', async () => {
  const clock = new VirtualClock(0);
  const shutdown = new Shutdown(clock);
  const order: string[] = [];
  const all = (async () => {
    await shutdown.step('collectors', 3_000, () => void order.push('collectors'));
    await shutdown.step('historian', 2_000, () => new Promise(() => {}));
    await shutdown.step('detector state', 2_000, () => Promise.reject(new Error('ENOSPC')));
    order.push('end');
  })();
  await clock.advance(1_000);
  expect(order).toEqual(['collectors']);
  await clock.advance(1_500);
  await all;
  expect(order).toEqual(['collectors', 'end']);
  expect(shutdown.unfinished()).toEqual(['historian (not ended)', 'detector state (ENOSPC)']);
  expect(shutdown.isHanging()).toBe(true);
});
