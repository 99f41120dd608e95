import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lasting, Stopwatch } from './lasting.ts';

const start = Date.UTC(2026, 10, 28, 12);
const hour = 3_600_000;
const sizes = [250, 1_000, 60_000, hour, 86_400_000, 365 * 86_400_000];
const by = fc.constantFrom(...sizes.flatMap((ms) => [ms, -ms]));
const steps = fc.array(fc.record({ at: fc.nat(7_200), by }), { maxLength: 6 });

class Machine {
  up = 0;
  offset = 0;
  now = (): number => start + this.up + this.offset;
  monotonic = (): number => this.up;
}

it('a stopwatch does not follow a clock that is set', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const machine = new Machine();
      const watch = new Stopwatch();
      for (let second = 0; second <= 7_200; second++) {
        machine.up = second * 1_000;
        expect(watch.elapsed(start, machine)).toBe(second * 1_000);
        for (const step of all) if (step.at === second) machine.offset += step.by;
      }
    }),
    { numRuns: 20 },
  );
});

it('what lasts an hour lasts an hour, whatever the clock is set to; a corrected clock ends it ten minutes later', () => {
  const endOf = (all: readonly { readonly at: number; readonly by: number }[]): number => {
    const machine = new Machine();
    const lasting = new Lasting();
    for (let second = 0; ; second++) {
      machine.up = second * 1_000;
      if (lasting.isOver(start, start + hour, machine)) return second;
      for (const step of all) if (step.at === second) machine.offset += step.by;
    }
  };
  expect(endOf([])).toBe(3_600);
  // wrong for a moment
  for (const size of sizes)
    for (const ms of [size, -size])
      expect(
        endOf([
          { at: 60, by: ms },
          { at: 65, by: -ms },
        ]),
      ).toBe(3_600);
  expect(endOf([{ at: 60, by: 86_400_000 }])).toBe(661);
  fc.assert(
    fc.property(steps, (all) => {
      const end = endOf(all);
      expect(end).toBeLessThanOrEqual(3_600);
      const forward = all.filter((step) => step.by > 0).map(({ at }) => at);
      expect(end).toBeGreaterThanOrEqual(Math.min(3_600, 600 + Math.min(...forward)));
    }),
    { numRuns: 50 },
  );
});

it('continues after a restart by the clock, and no longer than stated if that was set back meanwhile', () => {
  const machine = new Machine();
  machine.up = 1_800_000;
  const isOver = (lasting: Lasting): boolean => lasting.isOver(start, start + hour, machine);
  const [kept, back] = [new Lasting(), new Lasting()];
  expect(isOver(kept)).toBe(false);
  machine.up = hour;
  expect(isOver(kept)).toBe(true);
  machine.offset = -86_400_000;
  expect(isOver(back)).toBe(false);
  machine.up += hour;
  expect(isOver(back)).toBe(true);
});
