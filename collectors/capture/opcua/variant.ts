import { diagnosticInfo, expandedNodeId, extensionObject, guid, localizedText, nodeId, qualifiedName } from './builtin.ts';
import type { Read, Reader } from './reader.ts';
import { statusName } from './status.ts';

/** A value in a form for people and detectors: numbers are numbers, a Boolean is 0 or 1, other types are text. */
export type Scalar = number | string;

/** A Variant: its first elements, and their total number. */
export interface Variant {
  /** Number of the built-in type, 0 for null (OPC 10000-6, table 1). */
  readonly type: number;
  readonly array: boolean;
  readonly items: readonly Scalar[];
  readonly total: number;
  /** Dimensions of a matrix, as sent: some servers send ones whose product is not the total. */
  readonly dimensions: readonly number[];
}

/** A value with status and times; `value` is undefined if only the others were sent. */
export interface DataValue {
  readonly value: Variant | undefined;
  /** StatusCode; 0 is Good. */
  readonly status: number;
  /** ms UTC; NaN if it was not sent. */
  readonly sourceTime: number;
  readonly serverTime: number;
}

/** Maximum number of elements kept of an array: more are never displayed. */
const mostItems = 64;
/** Maximum number of bytes kept of a ByteString. */
const mostBytes = 16;
const longestText = 200;

const isoTime = (ms: number): string => {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'null' : date.toISOString();
};
const integer = (value: bigint): Scalar => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
};
const hex = (bytes: Buffer): string =>
  bytes.length <= mostBytes ? `0x${bytes.toString('hex')}` : `0x${bytes.toString('hex', 0, mostBytes)}… (${bytes.length} bytes)`;

const byteString: Read<Scalar> = (from) => hex(from.bytes());
const nested: Read<Scalar> = (from) => {
  const inner = from.inside(variant);
  return inner === undefined ? '' : scalarOf(inner);
};

/** Readers by number of the built-in type. */
const readers: readonly (Read<Scalar> | undefined)[] = [
  undefined,
  (from) => (from.u8() === 0 ? 0 : 1),
  (from) => from.i8(),
  (from) => from.u8(),
  (from) => from.i16(),
  (from) => from.u16(),
  (from) => from.i32(),
  (from) => from.u32(),
  (from) => integer(from.i64()),
  (from) => integer(from.u64()),
  (from) => from.f32(),
  (from) => from.f64(),
  (from) => from.text(),
  (from) => isoTime(from.time()),
  guid,
  byteString,
  (from) => from.text(),
  nodeId,
  expandedNodeId,
  (from) => statusName(from.u32()),
  qualifiedName,
  localizedText,
  (from) => {
    const { type, body } = extensionObject(from);
    return `${type} ${hex(body)}`;
  },
  (from) => {
    const inner = from.inside(dataValue)?.value;
    return inner === undefined ? 'null' : scalarOf(inner);
  },
  nested,
  (from) => diagnosticInfo(from).info,
];

/** OPC 10000-6, 5.2.2.16. Reserved types (26 to 31) are decoded as ByteStrings. */
export function variant(from: Reader): Variant {
  const mask = from.u8();
  const type = mask & 0x3f;
  const array = (mask & 0x80) !== 0;
  const matrix = (mask & 0x40) !== 0;
  const read = type > 31 ? undefined : (readers[type] ?? (type > 25 ? byteString : undefined));
  if (read === undefined || (matrix && !array)) {
    if (mask !== 0) from.fail();
    return { type: 0, array: false, items: [], total: 0, dimensions: [] };
  }
  const total = array ? from.count() : 1;
  const items: Scalar[] = [];
  for (let row = 0; row < total && !from.failed; row++) {
    const item = read(from);
    if (row < mostItems) items.push(item);
  }
  const dimensions: number[] = [];
  if (matrix) {
    for (let left = from.count(); left > 0 && !from.failed; left--) dimensions.push(from.i32());
  }
  return { type, array, items, total, dimensions };
}

/** OPC 10000-6, 5.2.2.17. */
export function dataValue(from: Reader): DataValue {
  const mask = from.u8();
  if (mask > 0x3f) from.fail();
  const value = (mask & 0x01) === 0 ? undefined : from.inside(variant);
  const status = (mask & 0x02) === 0 ? 0 : from.u32();
  const sourceTime = (mask & 0x04) === 0 ? Number.NaN : from.time();
  if ((mask & 0x10) !== 0) from.u16();
  const serverTime = (mask & 0x08) === 0 ? Number.NaN : from.time();
  if ((mask & 0x20) !== 0) from.u16();
  return { value, status, sourceTime, serverTime };
}

/** A value on one line, at most 200 characters. */
export function scalarOf({ array, items, total }: Variant): Scalar {
  if (!array) {
    const [only = 'null'] = items;
    return typeof only === 'number' ? only : shown(only);
  }
  return shown(`[${items.join(', ')}${total > items.length ? `, … ${total} in all` : ''}]`);
}

/** Text from the network in a safe form: no control characters, at most `longest` characters. */
export function shown(text: string, longest = longestText): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return cut.replace(/\p{Cc}/gu, '\u{fffd}');
}
