import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StoredPacket, pcap, pcapngBlocks } from '../../../test/support/packets.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import { CaptureReader } from './reader.ts';

interface Read {
  readonly packets: { time: number; hex: string; wireLength: number; linkType: number }[];
  readonly dropped: number;
  readonly error?: ScadaError;
}

/** Reads a capture in chunks that end at the given offsets. */
function read(bytes: Buffer, cuts: readonly number[] = []): Read {
  const reader = new CaptureReader('x.pcap', 'config');
  const packets: Read['packets'] = [];
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  let from = 0;
  try {
    for (const to of ends) {
      // a copy each, because the reader may only use the bytes of a chunk until the next one
      const chunk = Buffer.from(bytes.subarray(from, to));
      reader.push(chunk);
      from = to;
      for (let record = reader.next(); record !== undefined; record = reader.next()) {
        const { time, wireLength, linkType, start, end } = record;
        packets.push({ time, hex: record.bytes.toString('hex', start, end), wireLength, linkType });
      }
    }
    reader.end();
  } catch (thrown) {
    if (!(thrown instanceof ScadaError)) throw thrown;
    return { packets, dropped: reader.dropped, error: thrown };
  }
  return { packets, dropped: reader.dropped };
}

const stored = fc.record({
  time: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  bytes: fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes)),
});
const cuts = fc.array(fc.nat(5_000), { maxLength: 30 });
const two: readonly StoredPacket[] = [
  { time: 1_700_000_000_123, bytes: Buffer.from('0102030405', 'hex') },
  { time: 1_700_000_001_456, bytes: Buffer.from('060708', 'hex'), wireLength: 900 },
];

describe('a pcap capture', () => {
  it('is read in either byte order and time unit, for any chunk sizes', () => {
    fc.assert(
      fc.property(fc.array(stored, { maxLength: 12 }), fc.boolean(), fc.boolean(), cuts, (packets, little, nanoseconds, at) => {
        const { packets: found, error } = read(pcap(packets, { little, nanoseconds, linkType: 113 }), at);
        expect(error).toBeUndefined();
        expect(found).toEqual(
          packets.map(({ time, bytes }) => ({ time, hex: bytes.toString('hex'), wireLength: bytes.length, linkType: 113 })),
        );
      }),
      { seed: 41, numRuns: 200 },
    );
  });

  it('keeps microseconds and nanoseconds, and the wire length of a truncated packet', () => {
    const fine = [{ time: 1_700_000_000_123.456, bytes: Buffer.from([1]), wireLength: 77 }];
    for (const nanoseconds of [false, true]) {
      const [packet] = read(pcap(fine, { nanoseconds })).packets;
      expect(packet?.time).toBeCloseTo(1_700_000_000_123.456, 3);
      expect(packet?.wireLength).toBe(77);
    }
  });

  it('ends at an impossible length and reports the offset, after the packets before it', () => {
    const bytes = pcap(two);
    const second = 24 + 16 + 5;
    bytes.writeUInt32LE(0xfffffff0, second + 8);
    const { packets, error } = read(bytes);
    expect(packets).toHaveLength(1);
    expect(error).toMatchObject({ kind: 'config', code: 'INPUT_INVALID' });
    expect(error?.message).toContain(`x.pcap: byte ${second}: a packet of 4294967280 bytes`);
  });

  it('reports where a truncated capture ends, and rejects other data', () => {
    const bytes = pcap(two);
    for (let length = 1; length < bytes.length; length++) {
      const { packets, error } = read(bytes.subarray(0, length));
      const isWhole = length === 24 || length === 24 + 16 + 5;
      expect(error === undefined, `${length} bytes`).toBe(isWhole);
      expect(packets).toHaveLength(length < 24 + 16 + 5 ? 0 : 1);
    }
    expect(read(Buffer.alloc(0)).error?.message).toContain('before any capture began');
    expect(read(Buffer.from('hello, world')).error?.message).toContain('0x68656c6c, which begins neither pcap nor pcapng');
  });
});

describe.each([true, false])('a pcapng capture (little-endian: %s)', (little) => {
  const ng = pcapngBlocks(little);
  const packet = Buffer.from('a1a2a3a4a5', 'hex');

  it('has times in the unit and from the origin of its interface', () => {
    const nano = ng.option(9, Buffer.from([9]));
    const binary = ng.option(9, Buffer.from([0x80 | 10]));
    const late = ng.option(14, ng.uint64(-3600n));
    const bytes = Buffer.concat([
      ng.section(),
      ng.interface(1),
      ng.interface(101, 0, nano),
      ng.interface(113, 0, binary, late),
      ng.packet(0, 1_700_000_000_123_456n, packet),
      ng.packet(1, 1_700_000_000_123_456_789n, packet, 1500),
      ng.packet(2, 1024n * 7200n + 512n, packet),
    ]);
    const { packets, error } = read(bytes);
    expect(error).toBeUndefined();
    expect(packets.map(({ linkType, wireLength }) => [linkType, wireLength])).toEqual([
      [1, 5],
      [101, 1500],
      [113, 5],
    ]);
    expect(packets[0]?.time).toBeCloseTo(1_700_000_000_123.456, 3);
    expect(packets[1]?.time).toBeCloseTo(1_700_000_000_123.4568, 3);
    expect(packets[2]?.time).toBe(3_600_500);
  });

  it('reads sections of either byte order, simple packets and unneeded blocks, for any chunk sizes', () => {
    const other = pcapngBlocks(!little);
    const bytes = Buffer.concat([
      ng.section(),
      ng.block(0x0bad, Buffer.alloc(200_000)),
      ng.interface(1, 3),
      ng.block(4, Buffer.from('names')),
      ng.simplePacket(packet.subarray(0, 3), 5),
      other.section(),
      other.interface(101),
      other.packet(0, 7_000n, packet),
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (at) => {
        const { packets, error } = read(bytes, at);
        expect(error).toBeUndefined();
        expect(packets).toEqual([
          { time: Number.NaN, hex: 'a1a2a3', wireLength: 5, linkType: 1 },
          { time: 7, hex: 'a1a2a3a4a5', wireLength: 5, linkType: 101 },
        ]);
      }),
      { seed: 42, numRuns: 60 },
    );
  });

  it('counts dropped packets once, from statistics and packet options', () => {
    const drops = (count: bigint) => ng.option(5, ng.uint64(count));
    const bytes = Buffer.concat([
      ng.section(),
      ng.interface(1),
      ng.statistics(0, drops(3n)),
      ng.packet(0, 1n, packet, 5, ng.option(4, ng.uint64(9n))),
      ng.statistics(0, drops(7n), ng.option(7, ng.uint64(4n))),
      ng.section(),
      ng.interface(1),
      ng.statistics(0, drops(2n)),
    ]);
    expect(read(bytes)).toMatchObject({ dropped: 13, packets: [{ hex: 'a1a2a3a4a5' }] });
  });

  it.each<[string, () => Buffer, string]>([
    [
      'a length that is none',
      () =>
        ng
          .block(6, Buffer.alloc(20))
          .fill(little ? 5 : 0, 4, 5)
          .fill(little ? 0 : 5, 7, 8),
      'a block of 5',
    ],
    ['a packet longer than any', () => ng.block(6, Buffer.alloc(400_000)), 'a block of 400012 bytes, more than'],
    ['lengths that differ', () => Buffer.concat([ng.block(6, Buffer.alloc(20)).subarray(0, -4), Buffer.alloc(4)]), 'two lengths'],
    ['an interface that was not described', () => ng.packet(5, 1n, packet), 'interface 5, which was not described'],
    ['contents that do not fit', () => ng.block(6, Buffer.alloc(12), Buffer.alloc(8, 0x11)), 'do not fit'],
    ['a section of another version', () => ng.section().fill(9, 12, 14), 'version 2313'],
  ])('ends at %s and reports the offset', (_, flawed, message) => {
    const good = Buffer.concat([ng.section(), ng.interface(1), ng.packet(0, 1n, packet)]);
    const { packets, error } = read(Buffer.concat([good, flawed()]));
    expect(packets).toHaveLength(1);
    expect(error?.message).toContain(`byte ${good.length}: `);
    expect(error?.message).toContain(message);
  });

  it('reports where a truncated capture ends', () => {
    const bytes = Buffer.concat([ng.section(), ng.interface(1), ng.packet(0, 1n, packet), ng.block(0x0bad, Buffer.alloc(40))]);
    const ends = [28, 48, 48 + 40, bytes.length];
    for (let length = 1; length <= bytes.length; length++) {
      expect(read(bytes.subarray(0, length)).error === undefined, `${length} bytes`).toBe(ends.includes(length));
    }
  });
});

describe('arbitrary bytes', () => {
  it('yield packets and at most one error, throw no other exception, and keep memory bounded', () => {
    const start = fc.constantFrom(pcap(two), Buffer.concat([pcapngBlocks(true).section(), pcapngBlocks(true).interface(1)]));
    fc.assert(
      fc.property(
        start,
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
        cuts,
        (head, tail, flips, at) => {
          const bytes = Buffer.concat([head, tail]);
          for (const [place, value] of flips) if (place < bytes.length && place > 3) bytes[place] = value;
          read(bytes, at);
        },
      ),
      { seed: 43, numRuns: 500 },
    );
  });
});
