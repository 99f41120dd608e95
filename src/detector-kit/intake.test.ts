import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Batch, BatchBuilder } from '../core/batch.ts';
import { Intake } from './intake.ts';
import { SampleColumns } from './samples.ts';

/** Tags of the polls of a recording. The third shares a tag with the first; tag 6 has no channel. */
const layouts = [
  [0, 1, 2],
  [3, 4, 6],
  [2, 5],
  [4, 4],
].map((tags) => Uint32Array.from(tags));
const channelOf = Int32Array.from([0, 1, 2, 3, 4, 5, -1]);
const scanMs = [1_000, 1_000, 1_000, 5_000, 1_000, 1_000];

/** One batch: its layout, the time after the one before, the quality of its samples, and if one sample is taken after the other. */
const polls = fc.array(
  fc.record({
    layout: fc.nat({ max: layouts.length - 1 }),
    ms: fc.constantFrom(-500, 0, 1_000, 1_000, 1_000, 4_000, 20_000),
    isBad: fc.boolean(),
    inOrder: fc.boolean(),
  }),
  { maxLength: 60 },
);

function batchAt(tags: Uint32Array, time: number, isBad: boolean, shared: boolean): Batch {
  const builder = new BatchBuilder('PLC-1', tags.length);
  const values = Float64Array.from(tags, (tag) => 10 * tag + (time % 7));
  if (!isBad && shared) builder.addAlike(tags, values, time, time);
  else tags.forEach((tag, row) => builder.add(tag, values[row] as number, isBad && row === 0 ? 0x8000_0000 : 0, time, time));
  return builder.publish();
}

it('collects the same from recordings with common layouts as from single samples', () => {
  fc.assert(
    fc.property(polls, (list) => {
      const [together, alone] = [new Intake(scanMs), new Intake(scanMs)];
      let time = 1_000_000;
      for (const { layout, ms, isBad, inOrder } of list) {
        time += ms;
        const read = (intake: Intake, shared: boolean) => {
          const into = new SampleColumns(channelOf.length);
          const batch = batchAt(layouts[layout] as Uint32Array, time, isBad, shared);
          const isPoll = shared && inOrder && intake.collectPoll(batch, channelOf, into);
          for (let row = isPoll ? batch.length : 0; row < batch.length; ) {
            into.begin(batch.length);
            row = intake.collect(batch, row, batch.length, channelOf, into);
          }
          const { length, channel, value, gap, hasGap } = into;
          return {
            length,
            channels: [...channel].slice(0, length),
            values: [...value].slice(0, length),
            gaps: [...gap].slice(0, length),
            hasGap,
          };
        };
        expect(read(together, true)).toEqual(read(alone, false));
      }
      expect(together.state.save()).toEqual(alone.state.save());
    }),
  );
});
