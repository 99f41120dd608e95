import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowsInOrder } from './order.ts';

it('sorts rows by time to the microsecond and then by place, over any span', () => {
  const start = Date.UTC(2026, 10, 24);
  const ticks = fc.oneof(
    fc.nat(40),
    fc.nat(5_000_000),
    fc.nat(1_000_000).map((each) => each * 86_400),
  );
  const sample = fc.record({ tick: ticks, place: fc.nat(6) });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 60 }), (samples) => {
      const time = Float64Array.from(samples, ({ tick }) => start + tick / 1_000);
      const place = Float64Array.from(samples, (each) => each.place);
      const expected = [...samples.keys()].sort(
        (a, b) => (time[a] as number) - (time[b] as number) || (place[a] as number) - (place[b] as number) || a - b,
      );
      expect([...rowsInOrder(time, place, 7)]).toEqual(expected);
    }),
    { seed: 9, numRuns: 500 },
  );
});
