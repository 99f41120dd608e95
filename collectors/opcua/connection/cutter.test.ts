import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { BadLength, MessageCutter } from './cutter.ts';

const message = (length: number, fill: number): Buffer => {
  const bytes = Buffer.alloc(length, fill);
  bytes.write('MSGF', 0, 'latin1');
  bytes.writeUInt32LE(length, 4);
  return bytes;
};

describe('MessageCutter', () => {
  it('returns the same complete messages for any segment boundaries', () => {
    const random = new Random(7);
    const messages = Array.from({ length: 40 }, (_, i) => message(random.integer(8, 300), i));
    const bytes = Buffer.concat(messages);
    for (const most of [1, 2, 7, 8, 9, 100, bytes.length]) {
      const cutter = new MessageCutter();
      const found: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + random.integer(1, most));
        cutter.feed(
          bytes.subarray(at, end),
          () => 300,
          (whole) => found.push(whole),
        );
        at = end;
      }
      expect(found).toEqual(messages);
    }
  });

  it.each([0, 7, 4_097, 0xffffffff])('rejects a message of %d bytes before it stores any of it', (length) => {
    const bytes = message(16, 1);
    bytes.writeUInt32LE(length, 4);
    const cutter = new MessageCutter();
    expect(() =>
      cutter.feed(
        bytes,
        () => 4_096,
        () => expect.unreachable(),
      ),
    ).toThrow(BadLength);
  });

  it('requests the maximum length before each message, because an Acknowledge changes it', () => {
    const found: number[] = [];
    let longest = 8;
    new MessageCutter().feed(
      Buffer.concat([message(8, 0), message(100, 0)]),
      () => longest,
      ({ length }) => {
        longest = 100;
        found.push(length);
      },
    );
    expect(found).toEqual([8, 100]);
  });
});
