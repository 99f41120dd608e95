import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mbap } from '../../../test/support/raw-modbus.ts';
import { crc16 } from '../../../src/modbus/crc.ts';
import { rtuFrame } from './frame.ts';
import { BrokenStream, type Framing, type ReplyFrame } from './framing.ts';
import { MbapFraming } from './mbap.ts';
import { frameSilenceMs, RtuFraming } from './rtu.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** Checksum computed bit by bit, as annex B of the serial line specification describes it. */
function slowCrc(data: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0xa001;
  }
  return crc;
}

/** A read, and its correct reply with data derived from `seed`. */
const exchange = fc
  .record({
    functionCode: fc.constantFrom(1, 2, 3, 4),
    address: fc.integer({ min: 0, max: 65_535 }),
    count: fc.integer({ min: 1, max: 125 }),
    fill: fc.uint8Array({ minLength: 250, maxLength: 250 }),
    exception: fc.option(fc.integer({ min: 1, max: 11 }), { freq: 4 }),
  })
  .map(({ functionCode, address, count, fill, exception }) => {
    const request = Buffer.alloc(5);
    request.writeUInt8(functionCode, 0);
    request.writeUInt16BE(address, 1);
    request.writeUInt16BE(count, 3);
    const size = functionCode <= 2 ? Math.ceil(count / 8) : 2 * count;
    const reply =
      exception === null
        ? Buffer.concat([Buffer.from([functionCode, size]), fill.subarray(0, size)])
        : Buffer.from([functionCode | 0x80, exception]);
    return { request, reply };
  });

function feed(framing: Framing, stream: Buffer, cut: number): ReplyFrame[] {
  const found: ReplyFrame[] = [];
  for (let at = 0; at < stream.length; at += cut) {
    const reply = framing.take(stream.subarray(at, at + cut));
    if (reply !== undefined) found.push(reply);
  }
  return found;
}

describe('the checksum of a serial line', () => {
  it('equals that of published frames', () => {
    expect(rtuFrame(0x11, bytes('03 006b 0003')).toString('hex')).toBe('1103006b00037687');
    expect(rtuFrame(1, bytes('04 02 ffff')).toString('hex')).toBe('010402ffffb880');
  });

  it('equals the bitwise computation', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(crc16(data, 0, data.length)).toBe(slowCrc(data));
      }),
      { seed: 3 },
    );
  });
});

describe('RTU framing', () => {
  it('finds the reply after noise and echo, for any chunk boundaries', () => {
    const noise = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(exchange, noise, fc.boolean(), fc.integer({ min: 1, max: 60 }), ({ request, reply }, before, echoes, cut) => {
        const framing = new RtuFraming([]);
        const frame = framing.request(7, request);
        const stream = Buffer.concat([...(echoes ? [frame] : []), before, rtuFrame(7, reply), Buffer.from([0])]);
        expect(feed(framing, stream, cut).map(({ pdu }) => pdu.toString('hex'))).toEqual([reply.toString('hex')]);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('rejects a reply with one flipped bit', () => {
    fc.assert(
      fc.property(exchange, fc.nat(), ({ request, reply }, where) => {
        const framing = new RtuFraming([]);
        framing.request(7, request);
        const stream = rtuFrame(7, reply);
        const bit = where % (8 * stream.length);
        stream.writeUInt8(stream.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(feed(framing, stream, 9)).toEqual([]);
        expect(framing.spoilt).toBe(true);
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it.each([
    ['another unit', 8, '03 02 0001', false],
    ['another function', 7, '04 02 0001', false],
    ['another count of bytes', 7, '03 04 0001 0002', false],
    ['the exception of another function', 7, '84 02', false],
  ])('waits on after a complete frame of %s', (_, unit, pdu, spoilt) => {
    const framing = new RtuFraming([]);
    framing.request(7, bytes('03 0000 0001'));
    expect(framing.take(rtuFrame(unit, bytes(pdu)))).toBeUndefined();
    expect(framing.spoilt).toBe(spoilt);
    expect(framing.take(rtuFrame(7, bytes('03 02 0009')))?.pdu.toString('hex')).toBe('03020009');
  });

  it('drops bytes from before a request, and holds a bounded number', () => {
    const framing = new RtuFraming([]);
    framing.request(7, bytes('03 0000 0001'));
    for (let i = 0; i < 100; i++) framing.take(Buffer.alloc(100, i));
    expect(framing.unread).toBeLessThanOrEqual(512);
    framing.request(7, bytes('03 0000 0001'));
    expect(framing.unread).toBe(0);
  });

  it('lets other units answer if configured', () => {
    const framing = new RtuFraming([0, 255]);
    framing.request(7, bytes('03 0000 0001'));
    expect(framing.take(rtuFrame(255, bytes('03 02 0009')))).toMatchObject({ unit: 255 });
  });

  it.each([1, 7])('ends an identity of one object at its checksum, even if its count is %s', (count) => {
    const framing = new RtuFraming([]);
    framing.request(7, bytes('2b 0e 02 00'));
    const pdu = Buffer.concat([bytes('2b 0e 02 82 00 00'), Buffer.from([count, 0, 4]), Buffer.from('Acme')]);
    expect(feed(framing, rtuFrame(7, pdu), 3).map((reply) => reply.pdu.toString('hex'))).toEqual([pdu.toString('hex')]);
  });

  it('reads a server id', () => {
    const framing = new RtuFraming([]);
    framing.request(7, bytes('11'));
    const pdu = bytes('11 05 b4 ff 41 42 43');
    expect(feed(framing, rtuFrame(7, pdu), 2).map((reply) => reply.pdu.toString('hex'))).toEqual([pdu.toString('hex')]);
  });

  it('requires a silence of three and a half characters, and at least 1.75 ms', () => {
    expect(frameSilenceMs(9_600, 11)).toBeCloseTo(4.01, 2);
    expect(frameSilenceMs(115_200, 11)).toBe(1.75);
  });
});

describe('Modbus TCP framing', () => {
  it('finds the reply among those of other transactions, for any chunk boundaries', () => {
    fc.assert(
      fc.property(exchange, fc.integer({ min: 1, max: 60 }), fc.nat({ max: 3 }), ({ request, reply }, cut, others) => {
        const framing = new MbapFraming();
        for (let i = 0; i < 5; i++) framing.request(1, request);
        const late = Array.from({ length: others }, (_, i) => mbap(bytes('03 02 0001'), 1, 4 - i));
        const stream = Buffer.concat([...late, mbap(reply, 1, 5), ...late]);
        expect(feed(framing, stream, cut).map(({ pdu }) => pdu.toString('hex'))).toEqual([reply.toString('hex')]);
        expect(framing.unread).toBe(0);
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  it('uses no transaction number twice within 65 536', () => {
    const framing = new MbapFraming();
    const seen = new Set(Array.from({ length: 65_536 }, () => framing.request(1, bytes('11')).readUInt16BE(0)));
    expect(seen.size).toBe(65_536);
  });

  it.each(['0001 0001 0005 01 03 02 0000', '0001 0000 ffff 01 03', '0001 0000 0002 01 03', '485454502f312e31'])(
    'breaks on a stream of %s',
    (hex) => {
      const framing = new MbapFraming();
      framing.request(1, bytes('03 0000 0001'));
      expect(() => framing.take(bytes(hex))).toThrow(BrokenStream);
    },
  );
});
