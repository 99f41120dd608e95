import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressSchema, type ModbusAddress } from './address.ts';
import { decoderFor } from './decoder.ts';

const address = (rest: Record<string, unknown>): ModbusAddress => addressSchema.parse({ table: 'holding', register: 0, ...rest });

/** Wire bytes of a big-endian value in a given byte order. An encoder that is independent of the decoder. */
function onTheWire(big: Buffer, order: string): Buffer {
  const letters = 'ABCDEFGH'.slice(0, big.length);
  const names: Readonly<Record<string, Readonly<Record<number, string>>>> = {
    ABCD: { 2: 'AB', 4: 'ABCD', 8: 'ABCDEFGH' },
    DCBA: { 2: 'BA', 4: 'DCBA', 8: 'HGFEDCBA' },
    BADC: { 2: 'BA', 4: 'BADC', 8: 'BADCFEHG' },
    CDAB: { 2: 'AB', 4: 'CDAB', 8: 'GHEFCDAB' },
  };
  const wire = order.length === 8 ? order : (names[order]?.[big.length] ?? letters);
  return Buffer.from(wire.split('').map((letter) => big[letters.indexOf(letter)] ?? 0));
}

const encoders = {
  int16: [fc.integer({ min: -0x8000, max: 0x7fff }), (b: Buffer, v: number) => b.writeInt16BE(v), 2],
  uint16: [fc.integer({ min: 0, max: 0xffff }), (b: Buffer, v: number) => b.writeUInt16BE(v), 2],
  int32: [fc.integer({ min: -0x80000000, max: 0x7fffffff }), (b: Buffer, v: number) => b.writeInt32BE(v), 4],
  uint32: [fc.integer({ min: 0, max: 0xffffffff }), (b: Buffer, v: number) => b.writeUInt32BE(v), 4],
  int64: [fc.maxSafeInteger(), (b: Buffer, v: number) => b.writeBigInt64BE(BigInt(v)), 8],
  uint64: [fc.maxSafeNat(), (b: Buffer, v: number) => b.writeBigUInt64BE(BigInt(v)), 8],
  float32: [fc.float(), (b: Buffer, v: number) => b.writeFloatBE(v), 4],
  float64: [fc.double(), (b: Buffer, v: number) => b.writeDoubleBE(v), 8],
} as const;

describe('the decoder', () => {
  const cases = Object.entries(encoders).flatMap(([type, [values, write, bytes]]) =>
    ['ABCD', 'DCBA', 'BADC', 'CDAB', ...(bytes === 8 ? ['ABCDEFGH', 'HGFEDCBA', 'BADCFEHG', 'GHEFCDAB'] : [])].map(
      (order) => ({ type, order, values, write, bytes }) as const,
    ),
  );

  it.each(cases)('reads written values of $type $order', ({ type, order, values, write, bytes }) => {
    const decoder = decoderFor(address({ type, order }));
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 3 }), (value, at) => {
        const big = Buffer.alloc(bytes);
        write(big, value);
        const reply = Buffer.concat([Buffer.alloc(2 * at, 0x5a), onTheWire(big, order), Buffer.alloc(2, 0xa5)]);
        // + 0: the device's minus zero becomes zero
        expect(decoder.value(reply, at)).toBe(value + 0);
        expect(decoder.text?.(reply, at)).toBeUndefined();
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  it('returns integers beyond double precision as text too', () => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(2n ** 64n - 1n);
    const decoder = decoderFor(address({ type: 'uint64' }));
    expect(decoder.text?.(bytes, 0)).toBe('18446744073709551615');
    expect(decoder.value(bytes, 0)).toBe(2 ** 64);
    expect(decoderFor(address({ type: 'uint64', scale: 0.5 })).text).toBeUndefined();
  });

  it('scales', () => {
    const decoder = decoderFor(address({ type: 'int16', scale: 0.1, offset: -40 }));
    expect(decoder.value(Buffer.from([0xff, 0x9c]), 0)).toBe(-100 * 0.1 - 40);
  });

  it('reads each bit of a register and of a packed response', () => {
    for (let bit = 0; bit < 16; bit++) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt16BE(1 << bit, 2);
      expect(decoderFor(address({ type: 'bit', bit })).value(bytes, 1)).toBe(1);
      expect(decoderFor(address({ type: 'bit', bit: (bit + 1) % 16 })).value(bytes, 1)).toBe(0);
      expect(decoderFor(address({ type: 'bit', bit, order: 'BADC' })).value(Buffer.from(bytes).swap16(), 1)).toBe(1);
    }
    const packed = Buffer.from([0b0000_0100, 0b0000_0001]);
    const coil = decoderFor(address({ table: 'coil' }));
    expect([2, 8, 3].map((at) => coil.value(packed, at))).toEqual([1, 1, 0]);
  });

  it('reads strings in both byte orders, up to the NUL and without trailing blanks', () => {
    const text = Buffer.from('PUMP 1\0x', 'latin1');
    expect(decoderFor(address({ type: 'string', length: 8 })).text?.(text, 0)).toBe('PUMP 1');
    expect(decoderFor(address({ type: 'string', length: 8, order: 'BADC' })).text?.(Buffer.from(text).swap16(), 0)).toBe(
      'PUMP 1',
    );
    expect(decoderFor(address({ type: 'string', length: 3 })).text?.(Buffer.from('ABCD'), 0)).toBe('ABC');
    expect(decoderFor(address({ type: 'string', length: 6 })).text?.(Buffer.from('°C    ', 'latin1'), 0)).toBe('°C');
  });
});

describe('an address', () => {
  it.each([
    ['a float in a coil', { table: 'coil', register: 0, type: 'float32' }, 'type', /a coil holds one bit, not a float32/],
    ['a bit of a coil', { table: 'discrete', register: 0, bit: 3 }, 'bit', /nothing to choose/],
    ['a bit without its place', { table: 'holding', register: 0, type: 'bit' }, 'bit', /0 to 15/],
    ['a place without a bit', { table: 'holding', register: 0, type: 'int16', bit: 1 }, 'bit', /not an int16/],
    ['a string without a length', { table: 'input', register: 0, type: 'string' }, 'length', /how many/],
    ['a length without a string', { table: 'input', register: 0, type: 'int16', length: 2 }, 'length', /only a string/],
    ['a scaled string', { table: 'input', register: 0, type: 'string', length: 2, scale: 2 }, 'scale', /not scaled/],
    ['a scale of nothing', { table: 'input', register: 0, scale: 0 }, 'scale', /scale of 0/],
    ['a 64-bit order for 32 bits', { table: 'input', register: 0, type: 'int32', order: 'HGFEDCBA' }, 'order', /64-bit/],
    ['a mirrored string', { table: 'input', register: 0, type: 'string', length: 2, order: 'DCBA' }, 'order', /swapped/],
    ['a float beyond the end', { table: 'input', register: 65_535, type: 'float32' }, 'register', /beyond the last register/],
    ['a register that there is not', { table: 'input', register: 65_536 }, 'register', /65535/],
    ['a misspelt key', { table: 'input', register: 0, scael: 2 }, undefined, /scael/],
  ])('refuses %s', (_, given, key, message) => {
    const result = addressSchema.safeParse(given);
    expect(result.success).toBe(false);
    expect(result.error?.issues[0]?.path[0]).toBe(key);
    expect(result.error?.issues[0]?.message).toMatch(message);
  });

  it('may be parsed again without a change', () => {
    const parsed = address({ type: 'float32' });
    expect(addressSchema.parse(parsed)).toEqual(parsed);
  });
});
