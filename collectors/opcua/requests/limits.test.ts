import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScadaError } from '../../../src/core/errors.ts';
import { BatchSize, inBatches } from './limits.ts';

const refusal = (name: string): ScadaError => new ScadaError('retryable', 'DEVICE_PROTOCOL', `serviceResult = ${name} (0x1)`);

describe('batches', () => {
  it('give one result for each item in order, for any stated limit, accepted number and message size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 80 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 3 }),
        async (count, configured, told, takes, large) => {
          const size = new BatchSize(configured);
          size.state(told);
          const sent: number[] = [];
          const ask = async () =>
            await inBatches<number, string>(
              Array.from({ length: count }, (_, i) => i),
              size,
              async (part) => {
                sent.push(part.length);
                if (part.length > takes) throw refusal('BadTooManyOperations');
                if (part.some((item) => large.includes(item))) throw refusal('BadResponseTooLarge');
                return part.map(String);
              },
              (status) => `absent ${status.toString(16)}`,
            );
          const results = await ask();
          expect(results).toEqual(Array.from({ length: count }, (_, i) => (large.includes(i) ? 'absent 80b90000' : String(i))));
          expect(Math.max(0, ...sent)).toBeLessThanOrEqual(Math.min(configured, told));
          // a tag refused because of the number of items is not tried again
          sent.length = 0;
          await ask();
          expect(Math.max(0, ...sent)).toBeLessThanOrEqual(takes);
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  it('end an endless sequence, fill missing results, and pass on every other error', async () => {
    const size = new BatchSize();
    const always = inBatches([1, 2, 3], size, async () => await Promise.reject(refusal('BadTooManyOperations')), String);
    expect(await always).toHaveLength(3);
    const short = await inBatches(
      [1, 2, 3],
      new BatchSize(),
      async () => ['a'],
      (status) => status.toString(16),
    );
    expect(short).toEqual(['a', '80050000', '80050000']);
    const broken = inBatches([1], size, async () => await Promise.reject(refusal('BadSessionIdInvalid')), String);
    await expect(broken).rejects.toThrow('BadSessionIdInvalid');
  });
});
