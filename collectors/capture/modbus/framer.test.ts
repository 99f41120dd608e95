import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ask } from '../../../test/support/modbus-wire.ts';
import { mbap } from '../../../test/support/raw-modbus.ts';
import { Framer, maxFrameBytes } from './framer.ts';
import { shapeOfRequest } from './shape.ts';

function framer() {
  const frames: string[] = [];
  const lost: string[] = [];
  const made = new Framer({
    frame: (frame) => {
      frames.push(frame.toString('hex'));
      return frame.length;
    },
    lost: (why) => lost.push(why),
    fits: (pdu) => shapeOfRequest(pdu) === undefined,
  });
  return { made, frames, lost };
}

/** Bytes some of which resemble headers. */
const bytes = fc.uint8Array({ maxLength: 600 }).map((some) => Buffer.from(some.map((byte) => (byte < 128 ? 0 : byte))));

it('holds less than one frame, does not throw and always makes progress, for any input', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 20 }), (parts) => {
      const { made, frames } = framer();
      for (const part of parts) {
        made.push(part);
        expect(made.held).toBeLessThan(maxFrameBytes);
      }
      const all = parts.reduce((sum, { length }) => sum + length, 0);
      expect(frames.reduce((sum, { length }) => sum + length / 2, 0)).toBeLessThanOrEqual(all);
    }),
    { seed: 9, numRuns: 500 },
  );
});

it('is synchronised at the first complete frame after invalid bytes', () => {
  const garbage = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((some) => Buffer.from(some.map((byte) => byte | 1)));
  fc.assert(
    fc.property(garbage, fc.integer({ min: 1, max: 400 }), (before, cut) => {
      const { made, frames, lost } = framer();
      const [first, second] = [mbap(ask.read(3, 10, 4), 1, 0x0101), mbap(ask.register(2, 9), 1, 0x0102)];
      const all = Buffer.concat([before, first, second]);
      made.push(all.subarray(0, cut));
      made.push(all.subarray(Math.min(cut, all.length)));
      expect(frames).toEqual([first.toString('hex'), second.toString('hex')]);
      expect(lost).toHaveLength(1);
    }),
    { seed: 10, numRuns: 300 },
  );
});
