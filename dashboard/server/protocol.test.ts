import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createValueFrame, parseMessage, queryText, readValueFrame } from '../protocol.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const record = fc.record({
  tag: u32,
  quality: u32,
  value: fc.double(),
  receiveTime: fc.double(),
  sourceTime: fc.double(),
  lastGood: fc.double(),
});
const header = fc.record({ run: u32, watch: u32, snapshot: fc.boolean(), time: fc.double(), wallTime: fc.double() });

describe('value frames', () => {
  it('are read exactly as written', () => {
    fc.assert(
      fc.property(header, fc.array(record, { maxLength: 40 }), (head, records) => {
        const { buffer, frame } = createValueFrame(head, records.length);
        records.forEach((each, i) => {
          for (const key of ['tag', 'quality', 'value', 'receiveTime', 'sourceTime', 'lastGood'] as const)
            frame[key][i] = each[key];
        });
        const read = readValueFrame(structuredClone(buffer));
        expect(read).toEqual(frame);
        expect({ ...read, ...head }).toEqual(read);
        records.forEach((each, i) => expect(read.value[i]).toBe(each.value));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('are refused if they are cut, lengthened or of another format', () => {
    const { buffer } = createValueFrame({ run: 1, watch: 1, snapshot: true, time: 0, wallTime: 0 }, 3);
    for (const length of [0, 8, 39, 40, buffer.byteLength - 1]) {
      expect(() => readValueFrame(buffer.slice(0, length))).toThrow(RangeError);
    }
    const longer = new Uint8Array(buffer.byteLength + 8);
    longer.set(new Uint8Array(buffer));
    expect(() => readValueFrame(longer.buffer)).toThrow(RangeError);
    expect(() => readValueFrame(new ArrayBuffer(160))).toThrow('not a value frame');
  });

  it('throw only a RangeError for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readValueFrame(new Uint8Array(bytes).buffer);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('have 40 bytes and 40 per record', () => {
    expect(createValueFrame({ run: 1, watch: 1, snapshot: false, time: 0, wallTime: 0 }, 300).buffer.byteLength).toBe(12_040);
  });
});

describe('texts', () => {
  it('contain NaN as null', () => {
    const sent = JSON.stringify({ a: Number.NaN, b: [1, Number.NaN], c: { d: Number.NaN }, e: 'null' });
    expect(parseMessage<unknown>(sent)).toEqual({ a: Number.NaN, b: [1, Number.NaN], c: { d: Number.NaN }, e: 'null' });
  });

  it('of queries leave out what is undefined and repeat lists', () => {
    expect(queryText({ tags: ['A B', 'C&D'], from: 1, to: undefined, search: '' })).toBe('?tags=A+B&tags=C%26D&from=1&search=');
    expect(queryText({})).toBe('');
  });
});
