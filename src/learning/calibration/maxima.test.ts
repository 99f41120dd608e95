import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockMaxima } from './maxima.ts';

const channels = 4;
const blocks = 3;
const reported = fc.array(
  fc.record({
    block: fc.nat(blocks - 1),
    surprises: fc.uniqueArray(
      fc.record({
        channel: fc.nat(channels - 2),
        surprise: fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 5, noNaN: true })),
      }),
      { selector: ({ channel }) => channel, maxLength: channels - 1 },
    ),
  }),
  { maxLength: 20 },
);

describe('BlockMaxima', () => {
  it('keeps the same of several surprises at once as of each by itself', () => {
    fc.assert(
      fc.property(reported, (reports) => {
        const together = new BlockMaxima(channels, blocks);
        const single = new BlockMaxima(channels, blocks);
        for (const { block, surprises } of reports) {
          const largest = together.addAll(1, block, {
            length: surprises.length,
            channel: Int32Array.from(surprises, ({ channel }) => channel),
            time: new Float64Array(surprises.length),
            surprise: Float64Array.from(surprises, ({ surprise }) => surprise),
          });
          const judged = surprises.filter(({ surprise }) => !Number.isNaN(surprise));
          const isNew = judged.filter(({ channel, surprise }) => surprise > single.at(1 + channel, block));
          for (const { channel, surprise } of judged) single.add(1 + channel, block, surprise);
          // a surprise that exceeds its block's maximum is told, because it may need an explanation
          if (isNew.length > 0) expect(largest).toBeGreaterThanOrEqual(Math.max(...isNew.map(({ surprise }) => surprise)));
        }
        for (let channel = 0; channel < channels; channel++) expect(together.of(channel)).toEqual(single.of(channel));
      }),
    );
  });
});
