import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { Backoff } from './backoff.ts';

const options = fc
  .record({ firstMs: fc.integer({ min: 1, max: 10_000 }), factor: fc.integer({ min: 1, max: 1_000 }) })
  .map(({ firstMs, factor }) => ({ firstMs, mostMs: firstMs * factor }));

describe('a back-off', () => {
  it('doubles up to its bound with a jitter of a quarter, and restarts after a reset', () => {
    fc.assert(
      fc.property(options, fc.integer(), fc.integer({ min: 1, max: 60 }), ({ firstMs, mostMs }, seed, failures) => {
        const backoff = new Backoff({ firstMs, mostMs }, new Random(seed));
        for (let i = 0; i < failures; i++) {
          const middle = Math.min(mostMs, firstMs * 2 ** i);
          const wait = backoff.next();
          expect(wait).toBeGreaterThanOrEqual(0.75 * middle);
          expect(wait).toBeLessThanOrEqual(1.25 * middle);
        }
        backoff.reset();
        expect(backoff.next()).toBeLessThanOrEqual(1.25 * firstMs);
      }),
      { seed: 20_261_126 },
    );
  });

  it('spreads the clients of one device evenly after any number of failures: no tenth of the period has more than twice its share', () => {
    fc.assert(
      fc.property(options, fc.integer(), fc.integer({ min: 0, max: 20 }), ({ firstMs, mostMs }, seed, failures) => {
        const site = new Random(seed);
        const waits = Array.from({ length: 500 }, (_, client) => {
          // as the supervisor of each device does
          const backoff = new Backoff({ firstMs, mostMs }, site.fork(`backoff/plc${client}`));
          for (let i = 0; i < failures; i++) backoff.next();
          return backoff.next();
        });
        const middle = Math.min(mostMs, firstMs * 2 ** failures);
        const tenths = Map.groupBy(waits, (wait) => Math.min(9, Math.floor((wait / middle - 0.75) * 20)));
        expect(tenths.size).toBe(10);
        for (const [, within] of tenths) expect(within.length).toBeLessThan(100);
      }),
      { seed: 20_261_126, numRuns: 30 },
    );
  });
});
