import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnosticInfo, expandedNodeId, extensionObject, localizedText, nodeId, qualifiedName } from './builtin.ts';
import { Writer } from './encoder.twin.ts';
import { list, type Read, Reader } from './reader.ts';
import { dataValue, scalarOf, shown, variant } from './variant.ts';

/** Decodes with `read` what `write` encoded, to the last byte. */
function back<T>(read: Read<T>, write: (to: Writer) => unknown): T {
  const to = new Writer();
  write(to);
  const from = new Reader(to.bytes);
  const value = read(from);
  expect([from.failed, from.left]).toEqual([false, 0]);
  return value;
}

/** True if a reader rejects the bytes. */
function refused(read: Read<unknown>, write: (to: Writer) => unknown): boolean {
  const to = new Writer();
  write(to);
  const from = new Reader(to.bytes);
  read(from);
  return from.failed;
}

const namespace = fc.integer({ min: 0, max: 65_535 });
const identifier = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((id) => `i=${id}`),
  fc.string({ maxLength: 60 }).map((id) => `s=${id}`),
  fc.uuid().map((id) => `g=${id}`),
  fc.uint8Array({ maxLength: 40 }).map((id) => `b=${Buffer.from(id).toString('base64')}`),
);
const node = fc.tuple(namespace, identifier).map(([index, id]) => (index === 0 ? id : `ns=${index};${id}`));

describe('built-in types', () => {
  it('decode every NodeId to its text form, in the short encodings and the long one', () => {
    fc.assert(
      fc.property(node, fc.boolean(), (id, wide) => {
        expect(back(nodeId, (to) => to.node(id, wide))).toBe(id);
        expect(back(expandedNodeId, (to) => to.node(id, wide))).toBe(id);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('decode an ExpandedNodeId with its server and its namespace URI', () => {
    fc.assert(
      fc.property(identifier, fc.integer({ min: 1, max: 1e6 }), fc.stringMatching(/^urn:[a-z]{1,20}$/), (id, server, uri) => {
        expect(back(expandedNodeId, (to) => to.node(id, false, 0xc0).text(uri).u32(server))).toBe(
          `svr=${server};nsu=${uri};${id}`,
        );
        expect(back(expandedNodeId, (to) => to.node(id, false, 0x40).u32(server))).toBe(`svr=${server};${id}`);
      }),
      { seed: 2, numRuns: 100 },
    );
    expect(refused(nodeId, (to) => to.node('i=1', false, 0x40))).toBe(true);
    expect(refused(nodeId, (to) => to.u8(6, 0, 0, 0, 0, 0))).toBe(true);
  });

  it('decode names, texts and structures of any type', () => {
    expect(back(qualifiedName, (to) => to.qualified(2, 'Pump'))).toBe('2:Pump');
    expect(back(qualifiedName, (to) => to.qualified(0, 'Server'))).toBe('Server');
    expect(back(localizedText, (to) => to.localized('Pumpe', 'de'))).toBe('Pumpe');
    expect(back(localizedText, (to) => to.u8(0))).toBe('');
    const { type, body } = back(extensionObject, (to) => to.extension('ns=3;i=77', Buffer.from('abc')));
    expect([type, body.toString()]).toEqual(['ns=3;i=77', 'abc']);
    expect(back(extensionObject, (to) => to.extension('i=0')).body.length).toBe(0);
    expect(refused(extensionObject, (to) => to.node('i=1').u8(3))).toBe(true);
  });

  it('decode nested diagnostics to level 100 and no further', () => {
    const nested = (levels: number) => (to: Writer) => {
      for (let level = 0; level < levels; level++) to.u8(0x51).u32(level).text(`level ${level}`);
      to.u8(0x30).text('end').u32(0x80010000);
    };
    let inner = back(diagnosticInfo, nested(99));
    for (; inner.inner !== undefined; inner = inner.inner);
    expect(inner).toMatchObject({ info: 'end', innerStatus: 0x80010000 });
    expect(refused(diagnosticInfo, nested(150))).toBe(true);
    expect(refused(diagnosticInfo, (to) => to.raw(Buffer.alloc(1 << 20, 0x40)))).toBe(true);
    expect(refused(diagnosticInfo, (to) => to.u8(0x80))).toBe(true);
  });
});

type Case = readonly [type: number, write: (to: Writer) => unknown, read: number | string];
const text = fc.string({ maxLength: 50 });
const when = fc.integer({ min: Date.UTC(1980), max: Date.UTC(2100) });
/** A value of each built-in type except the nested ones: its encoding and its decoded form. */
const scalar: fc.Arbitrary<Case> = fc.oneof(
  fc.boolean().map((v): Case => [1, (to) => to.u8(v ? 1 : 0), v ? 1 : 0]),
  fc.integer({ min: -128, max: 127 }).map((v): Case => [2, (to) => to.u8(v & 0xff), v]),
  fc.integer({ min: 0, max: 255 }).map((v): Case => [3, (to) => to.u8(v), v]),
  fc.integer({ min: -32_768, max: 32_767 }).map((v): Case => [4, (to) => to.u16(v & 0xffff), v]),
  fc.integer({ min: 0, max: 65_535 }).map((v): Case => [5, (to) => to.u16(v), v]),
  fc.integer().map((v): Case => [6, (to) => to.u32(v >>> 0), v]),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((v): Case => [7, (to) => to.u32(v), v]),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((v): Case => [8, (to) => to.u64(BigInt.asUintN(64, v)), exact(v)]),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((v): Case => [9, (to) => to.u64(v), exact(v)]),
  fc.float().map((v): Case => [10, (to) => to.f32(v), v]),
  fc.double().map((v): Case => [11, (to) => to.f64(v), v]),
  text.map((v): Case => [12, (to) => to.text(v), v]),
  when.map((v): Case => [13, (to) => to.time(v), new Date(v).toISOString()]),
  fc.uuid().map((v): Case => [14, (to) => to.guid(v), v]),
  fc.uint8Array({ maxLength: 16 }).map((v): Case => [15, (to) => to.bytesOf(v), `0x${Buffer.from(v).toString('hex')}`]),
  text.map((v): Case => [16, (to) => to.text(v), v]),
  node.map((v): Case => [17, (to) => to.node(v), v]),
  node.map((v): Case => [18, (to) => to.node(v, true), v]),
  fc.constant<Case>([19, (to) => to.u32(0x80340000), 'BadNodeIdUnknown']),
  text.map((v): Case => [20, (to) => to.qualified(3, v), `3:${v}`]),
  text.map((v): Case => [21, (to) => to.localized(v), v]),
  fc.constant<Case>([22, (to) => to.extension('i=884', Buffer.from([1, 2])), 'i=884 0x0102']),
  fc.double().map((v): Case => [23, (to) => to.u8(1).double(v), v]),
  text.map((v): Case => [25, (to) => to.u8(0x10).text(v), v]),
);
const exact = (value: bigint): number | string => (Number.isSafeInteger(Number(value)) ? Number(value) : value.toString());

describe('a Variant', () => {
  it('decodes a value of every type', () => {
    fc.assert(
      fc.property(scalar, ([type, write, read]) => {
        const got = back(variant, (to) => write(to.u8(type)));
        expect(got).toEqual({
          type,
          array: false,
          items: [typeof read === 'string' && type === 23 ? shown(read) : read],
          total: 1,
          dimensions: [],
        });
      }),
      { seed: 3, numRuns: 600 },
    );
  });

  it('decodes arrays and matrices, and the first elements of long ones', () => {
    fc.assert(
      fc.property(scalar, fc.integer({ min: 0, max: 200 }), fc.boolean(), ([type, write, read], length, matrix) => {
        const got = back(variant, (to) => {
          to.u8(type | (matrix ? 0xc0 : 0x80)).list(Array<number>(length).fill(0), () => write(to));
          if (matrix) to.list([length, 1], (size) => to.u32(size));
        });
        expect(got).toMatchObject({ type, array: true, total: length, dimensions: matrix ? [length, 1] : [] });
        expect(got.items).toEqual(Array(Math.min(length, 64)).fill(read));
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('contains other Variants, or is null', () => {
    const got = back(variant, (to) => to.u8(24 | 0x80).list([1.5, 2.5], (value) => to.double(value)));
    expect(scalarOf(got)).toBe('[1.5, 2.5]');
    expect(scalarOf(back(variant, (to) => to.u8(0)))).toBe('null');
    expect(scalarOf(back(variant, (to) => to.u8(29).bytesOf(Buffer.from([7]))))).toBe('0x07');
  });

  it('with false lengths is rejected without the memory or time that the lengths announce', () => {
    const huge = (to: Writer): unknown =>
      to
        .u8(11 | 0x80)
        .u32(0x7fffffff)
        .f64(1);
    expect(refused(variant, huge)).toBe(true);
    expect(refused(variant, (to) => to.u8(0x80).u32(0x7fffffff))).toBe(true);
    expect(refused(variant, (to) => to.u8(12).u32(0x80000000))).toBe(true);
    expect(refused(variant, (to) => to.u8(0x40 | 11).f64(1))).toBe(true);
    expect(refused(variant, (to) => to.u8(33).u32(0))).toBe(true);
    // Variants nested within Variants
    expect(refused(variant, (to) => to.raw(Buffer.alloc(1 << 20, 24)))).toBe(true);
    const deep = Buffer.concat(Array<Buffer>(200_000).fill(Buffer.from([0x98, 1, 0, 0, 0])));
    expect(refused(variant, (to) => to.raw(deep))).toBe(true);
    expect(refused(variant, (to) => to.raw(Buffer.alloc(1 << 20, 23)))).toBe(true);
  });

  it('keeps the first of a million elements', () => {
    const got = back(variant, (to) =>
      to
        .u8(0x80 | 24)
        .u32(1 << 20)
        .raw(Buffer.alloc(1 << 20)),
    );
    expect([got.total, got.items.length]).toEqual([1 << 20, 64]);
    expect(back(list(dataValue), (to) => to.u32(1 << 20).raw(Buffer.alloc(1 << 20))).items.length).toBe(1_000);
  });
});

it('a DataValue decodes the fields that were sent, in the order of the standard', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0x3f }), fc.double({ noNaN: true }), when, when, (mask, number, source, server) => {
      const got = back(dataValue, (to) => {
        to.u8(mask);
        if ((mask & 1) !== 0) to.double(number);
        if ((mask & 2) !== 0) to.u32(0x40940000);
        if ((mask & 4) !== 0) to.time(source);
        if ((mask & 0x10) !== 0) to.u16(5);
        if ((mask & 8) !== 0) to.time(server);
        if ((mask & 0x20) !== 0) to.u16(6);
      });
      expect(got.value?.items).toEqual((mask & 1) === 0 ? undefined : [number]);
      expect(got.status).toBe((mask & 2) === 0 ? 0 : 0x40940000);
      expect(got.sourceTime).toBe((mask & 4) === 0 ? Number.NaN : source);
      expect(got.serverTime).toBe((mask & 8) === 0 ? Number.NaN : server);
    }),
    { seed: 5, numRuns: 300 },
  );
});

it('displayed text is short and contains no control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (sent) => {
      const seen = scalarOf(back(variant, (to) => to.u8(12).text(sent)));
      expect(String(seen).length).toBeLessThanOrEqual(200);
      expect(seen).not.toMatch(/\p{Cc}/u);
    }),
    { seed: 6, numRuns: 200 },
  );
});
