import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScanSchedule } from './schedule.ts';

/** Polls until `untilMs`; each poll takes `costMs`. Returns when each rate was polled. */
function run(schedule: ScanSchedule, untilMs: number, costMs: (poll: number) => number): number[][] {
  const times: number[][] = [];
  let now = 0;
  for (let poll = 0; ; poll++) {
    const next = schedule.next();
    if (next === undefined || Math.max(now, next.dueMs) > untilMs) return times;
    now = Math.max(now, next.dueMs);
    (times[next.index] ??= []).push(now);
    now += costMs(poll);
    schedule.polled(next.index, now);
  }
}

describe('the scan schedule', () => {
  it('polls at once, then on a grid that delays do not shift', () => {
    const schedule = new ScanSchedule([{ periodMs: 100, phase: 0.3 }], 0);
    const [times] = run(schedule, 1000, (poll) => (poll % 3) * 20);
    expect(times).toEqual([0, 30, 130, 230, 330, 430, 530, 630, 730, 830, 930]);
    expect(schedule.skipped).toBe(0);
  });

  it('skips what a slow poll missed, and counts it', () => {
    const schedule = new ScanSchedule([{ periodMs: 100, phase: 0 }], 0);
    const [times] = run(schedule, 1000, (poll) => (poll === 2 ? 350 : 1));
    expect(times).toEqual([0, 100, 200, 600, 700, 800, 900, 1000]);
    expect(schedule.skipped).toBe(3);
  });

  it('keeps every rate without load, and starves none under any', () => {
    const rate = fc.record({
      periodMs: fc.integer({ min: 10, max: 1000 }),
      phase: fc.double({ min: 0, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(rate, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 50 }), (rates, cost) => {
        const times = run(new ScanSchedule(rates, 0), 20_000, () => cost);
        const load = rates.reduce((sum, { periodMs }) => sum + cost / periodMs, 0);
        for (const [index, { periodMs }] of rates.entries()) {
          const count = times[index]?.length ?? 0;
          expect(count).toBeGreaterThanOrEqual(1);
          if (cost === 0) expect(Math.abs(count - 20_000 / periodMs)).toBeLessThanOrEqual(2);
          if (load < 0.3) expect(count).toBeGreaterThan(0.7 * (20_000 / periodMs) - 2);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});
