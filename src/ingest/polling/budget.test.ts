import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/clock.ts';
import { RequestBudget } from './budget.ts';

const never = new AbortController().signal;

describe('a request budget', () => {
  it('never exceeds its requests in any second, for any arrival of requests', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 }),
        async (perSecond, pauses) => {
          const clock = new VirtualClock(0);
          const budget = new RequestBudget(clock, perSecond);
          const at: number[] = [];
          const asking = (async () => {
            for (const pause of pauses) {
              await clock.sleep(pause);
              await budget.turn(never);
              at.push(clock.monotonic());
            }
          })();
          while (at.length < pauses.length) await clock.advance(500);
          await asking;
          for (const start of at) {
            const within = at.filter((time) => time >= start && time < start + 999.999).length;
            expect(within).toBeLessThanOrEqual(perSecond);
          }
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });

  it('returns the used fraction, and resets it with each report', async () => {
    const clock = new VirtualClock(0);
    const budget = new RequestBudget(clock, 10);
    for (let i = 0; i < 5; i++) {
      await budget.turn(never);
      await clock.advance(200);
    }
    expect(budget.takeUsed()).toBeCloseTo(0.5);
    await clock.advance(1_000);
    expect(budget.takeUsed()).toBe(0);
  });

  it('does not use up the turn of a cancelled wait', async () => {
    const clock = new VirtualClock(0);
    const budget = new RequestBudget(clock, 1);
    await budget.turn(never);
    const stop = new AbortController();
    const waiting = budget.turn(stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
    await clock.advance(1_000);
    await budget.turn(never);
    expect(clock.monotonic()).toBe(1_000);
  });
});
