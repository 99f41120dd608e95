import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PacketStamp } from '../decoder.ts';
import { defaultLimits, Reassembly, type ReassemblyLimits } from './reassembly.ts';
import { TcpStream } from './stream.ts';
import { assembledByTwin, type TwinSegment } from './stream.twin.ts';

const at = (time: number): PacketStamp => ({ time, number: 1 });

/** A stream that records its output: bytes, and -1 for each missing one. */
function recorded(limits: Partial<ReassemblyLimits> = {}) {
  const shared = new Reassembly({ ...defaultLimits, ...limits });
  const bytes: number[] = [];
  const gaps: number[] = [];
  let conflicts = 0;
  const stream = new TcpStream(
    'client',
    {
      data: (_, chunk) => void bytes.push(...chunk),
      gap: (_, missing) => {
        gaps.push(missing);
        for (let i = 0; i < missing; i++) bytes.push(-1);
      },
      conflict: () => conflicts++,
    },
    shared,
  );
  const put = (sequence: number, chunk: Uint8Array, time = 0): void =>
    stream.segment(sequence >>> 0, Buffer.from(chunk), 0, chunk.length, chunk.length, at(time));
  return { stream, shared, bytes, gaps, put, conflicts: () => conflicts };
}

const text = (bytes: readonly number[]): string => bytes.map((byte) => (byte < 0 ? '?' : String.fromCharCode(byte))).join('');
const content = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31 + 7) % 251);

/** A stream in segments that may overlap, repeat, arrive in any order and be lost; sequence numbers may wrap. */
const wire = fc.integer({ min: 1, max: 400 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    initial: fc.constantFrom(0, 1, 0x7fffff00, 0xffffff80, 0xffffffff),
    cuts: fc.array(fc.tuple(fc.nat(length - 1), fc.integer({ min: 1, max: 90 })), { maxLength: 40 }),
    order: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
    lossy: fc.boolean(),
  }),
);

describe('a TCP stream', () => {
  it('is reassembled after any splitting, order, repetition and overlap', () => {
    fc.assert(
      fc.property(wire, ({ length, initial, cuts, order }) => {
        const whole = content(length);
        const covering: [number, number][] = [];
        for (let from = 0; from < length; from += 1 + ((from * 7) % 40)) covering.push([from, 1 + ((from * 7) % 40)]);
        const pieces = [...cuts, ...covering]
          .map((piece) => ({ piece, rank: order.next().value ?? 0 }))
          .toSorted((a, b) => a.rank - b.rank);
        const { stream, bytes, gaps, put, shared, conflicts } = recorded();
        stream.start(initial);
        for (const { piece } of pieces) put(initial + piece[0], whole.subarray(piece[0], piece[0] + piece[1]));
        expect(bytes).toEqual([...whole]);
        expect(gaps).toEqual([]);
        expect(conflicts()).toBe(0);
        expect(shared.held).toBe(0);
        expect(shared.waiting.size).toBe(0);
      }),
      { seed: 61, numRuns: 300 },
    );
  });

  it('has gaps that add up to the lost bytes, and keeps the first of differing bytes, as the reference does', () => {
    fc.assert(
      fc.property(wire, fc.nat(255), ({ length, initial, cuts }, noise) => {
        const whole = content(length);
        const segments: TwinSegment[] = cuts.map(([from, size], i) => ({
          at: from,
          // every third segment has changed bytes
          bytes: whole.subarray(from, from + size).map((byte) => (i % 3 === 2 ? byte ^ noise : byte)),
        }));
        const { stream, bytes, gaps, put, shared } = recorded();
        stream.start(initial);
        for (const { at: from, bytes: chunk } of segments) put(initial + from, chunk);
        stream.fin((initial + length) >>> 0, at(0));
        stream.flush(at(0));
        const expected = assembledByTwin(segments, length);
        expect(bytes).toEqual(expected);
        expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBe(expected.filter((byte) => byte === -1).length);
        expect(shared.missingBytes).toBe(expected.filter((byte) => byte === -1).length);
        expect(stream.finished).toBe(true);
        expect(shared.held).toBe(0);
      }),
      { seed: 62, numRuns: 400 },
    );
  });

  it('never holds more than its bounds, and loses nothing by them except missing bytes', () => {
    fc.assert(
      fc.property(wire, ({ length, initial, cuts }) => {
        const whole = content(length);
        const { stream, bytes, put, shared } = recorded({ streamParts: 4, streamBytes: 1_200, totalBytes: 1_000 });
        stream.start(initial);
        for (const [from, size] of cuts) {
          put(initial + from, whole.subarray(from, from + size));
          expect(shared.held).toBeLessThanOrEqual(1_000);
        }
        stream.flush(at(0));
        bytes.forEach((byte, i) => {
          if (byte !== -1) expect(byte).toBe(whole[i]);
        });
      }),
      { seed: 63, numRuns: 200 },
    );
  });

  it('waits for a gap within the limits, and then continues after it', () => {
    const { stream, bytes, put, shared } = recorded({ patienceMs: 500 });
    stream.start(100);
    put(100, Buffer.from('ab'), 0);
    put(105, Buffer.from('fg'), 10);
    shared.expire(at(509));
    expect(text(bytes)).toBe('ab');
    shared.expire(at(510));
    expect(text(bytes)).toBe('ab???fg');
    put(102, Buffer.from('cde'), 520);
    expect(text(bytes)).toBe('ab???fg');
  });

  it('accepts a gap once the receiver acknowledges bytes that the tap has not seen', () => {
    const { stream, bytes, put } = recorded();
    stream.start(0);
    put(4, Buffer.from('ef'));
    stream.acknowledged(3, at(0));
    for (let i = 0; i < 2; i++) stream.acknowledged(6, at(0));
    expect(text(bytes)).toBe('');
    stream.acknowledged(6, at(0));
    expect(text(bytes)).toBe('????ef');
  });

  it('does not take a keep-alive for data or a retransmission for a conflict, but other bytes for one', () => {
    const { stream, bytes, put, shared, conflicts } = recorded();
    stream.start(0);
    put(0, Buffer.from('abcdef'));
    put(5, Buffer.from('\0'));
    put(2, Buffer.from('cdefgh'));
    expect([text(bytes), conflicts(), shared.retransmissions]).toEqual(['abcdefgh', 0, 1]);
    put(2, Buffer.from('cdXf'));
    expect([text(bytes), conflicts(), shared.retransmissions]).toEqual(['abcdefgh', 1, 2]);
    put(12, Buffer.from('mn'));
    put(8, Buffer.from('ijklMN'));
    expect([text(bytes), conflicts()]).toEqual(['abcdefghijklmn', 2]);
  });

  it('compares retransmissions across the edge of its history', () => {
    const { stream, put, conflicts } = recorded();
    stream.start(0);
    const whole = content(5_000);
    for (let from = 0; from < 5_000; from += 700) put(from, whole.subarray(from, from + 700));
    for (let from = 0; from < 4_900; from += 333) put(from, whole.subarray(from, from + 400));
    expect(conflicts()).toBe(0);
    put(
      4_000,
      whole.subarray(4_000, 4_100).map((byte) => byte ^ 1),
    );
    expect(conflicts()).toBe(1);
  });

  it('reports bytes cut by a snapshot length at once', () => {
    const { stream, bytes, put } = recorded();
    stream.start(0);
    stream.segment(0, Buffer.from('abcd'), 0, 4, 7, at(0));
    put(7, Buffer.from('h'));
    expect(text(bytes)).toBe('abcd???h');
  });
});
