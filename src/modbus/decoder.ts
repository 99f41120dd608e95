import { defaultType, type ModbusAddress, type ModbusType, registersIn } from './address.ts';

/**
 * Converts the bytes of a response to a value. `at` counts in units of the table: registers or bits. `text` is set for strings,
 * and for integers that a double cannot represent exactly.
 */
export interface Decoder {
  value(bytes: Buffer, at: number): number;
  readonly text?: (bytes: Buffer, at: number) => string | undefined;
}

/** Decoders by their parameters: a site has many tags of few kinds. Decoders keep no state between calls. */
const made = new Map<string, Decoder>();

/** The decoder of an address. Decoding only allocates texts. */
export function decoderFor(address: ModbusAddress): Decoder {
  const { table, type, order, bit, length, scale, offset } = address;
  const key = JSON.stringify([table, type, order, bit, length, scale, offset]);
  let decoder = made.get(key);
  if (decoder === undefined) {
    decoder = makeDecoder(address);
    made.set(key, decoder);
  }
  return decoder;
}

function makeDecoder(address: ModbusAddress): Decoder {
  const { table, type = defaultType(table), scale, offset } = address;
  if (table === 'coil' || table === 'discrete') return { value: packedBit };
  const order = permutation(type === 'string' ? 2 : 2 * registersIn(type), address.order);
  if (type === 'string') return stringDecoder(address.length ?? 1, order);
  if (type === 'bit') return bitDecoder(address.bit ?? 0, order);
  const raw = readers[type];
  const exact = exactReaders[type];
  const big = Buffer.alloc(8);
  const arrange = (bytes: Buffer, at: number): Buffer => {
    for (let i = 0; i < order.length; i++) big[i] = bytes[2 * at + (order[i] ?? 0)] ?? 0;
    return big;
  };
  const straight = order.every((place, i) => place === i);
  const value: Decoder['value'] = straight
    ? (bytes, at) => raw(bytes, 2 * at) * scale + offset
    : (bytes, at) => raw(arrange(bytes, at), 0) * scale + offset;
  if (exact === undefined || scale !== 1 || offset !== 0) return { value };
  return {
    value,
    text(bytes, at) {
      const integer = exact(arrange(bytes, at));
      return Number.isSafeInteger(Number(integer)) ? undefined : integer.toString();
    },
  };
}

type NumberType = Exclude<ModbusType, 'bit' | 'string'>;

const readers: Readonly<Record<NumberType, (bytes: Buffer, at: number) => number>> = {
  int16: (bytes, at) => bytes.readInt16BE(at),
  uint16: (bytes, at) => bytes.readUInt16BE(at),
  int32: (bytes, at) => bytes.readInt32BE(at),
  uint32: (bytes, at) => bytes.readUInt32BE(at),
  int64: (bytes, at) => Number(bytes.readBigInt64BE(at)),
  uint64: (bytes, at) => Number(bytes.readBigUInt64BE(at)),
  float32: (bytes, at) => bytes.readFloatBE(at),
  float64: (bytes, at) => bytes.readDoubleBE(at),
};

const exactReaders: Readonly<Partial<Record<NumberType, (bytes: Buffer) => bigint>>> = {
  int64: (bytes) => bytes.readBigInt64BE(0),
  uint64: (bytes) => bytes.readBigUInt64BE(0),
};

/** Bit of a packed response: the lowest address is the lowest bit of the first byte (Modbus v1.1b3, 6.1). */
const packedBit = (bytes: Buffer, at: number): number => ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1;

function bitDecoder(bit: number, order: readonly number[]): Decoder {
  const byte = order[bit < 8 ? 1 : 0] ?? 0;
  return { value: (bytes, at) => ((bytes[2 * at + byte] ?? 0) >> (bit & 7)) & 1 };
}

/** Latin-1 up to the first NUL, without trailing blanks. */
function stringDecoder(length: number, order: readonly number[]): Decoder {
  const swapped = order[0] === 1;
  return {
    value: () => Number.NaN,
    text(bytes, at) {
      const taken = Buffer.from(bytes.subarray(2 * at, 2 * at + 2 * Math.ceil(length / 2)));
      const characters = (swapped ? taken.swap16() : taken).subarray(0, length);
      const end = characters.indexOf(0);
      return characters.toString('latin1', 0, end < 0 ? length : end).trimEnd();
    },
  };
}

/** Wire position of each byte of the big-endian value. */
function permutation(bytes: number, order: ModbusAddress['order']): number[] {
  const straight = Array.from({ length: bytes }, (_, i) => i);
  switch (order) {
    case 'ABCD':
    case 'ABCDEFGH':
      return straight;
    case 'DCBA':
    case 'HGFEDCBA':
      return straight.toReversed();
    case 'BADC':
    case 'BADCFEHG':
      return straight.map((i) => i ^ 1);
    case 'CDAB':
    case 'GHEFCDAB':
      return straight.map((i) => bytes - 2 - 2 * (i >> 1) + (i & 1));
  }
}
