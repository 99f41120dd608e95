import { deserialize, serialize } from 'node:v8';
import { lazyRecord } from './lazy.ts';

/**
 * A JSON value as bytes for another thread. In a message of objects, each number of a list is an object of its own there, three times
 * its size.
 */
export interface Packed {
  /** `v8.serialize` of the value, with a `Uint32Array` of first and last place for each long list of numbers. */
  readonly bytes: Uint8Array;
  /** The numbers of all long lists. */
  readonly numbers: Float64Array;
}

/** Shortest list that is kept apart. */
const fewestInList = 16;
/** Smallest record whose entries are read one by one. */
const fewestInRecord = 16;

/** Packs a value into memory that threads share. */
export function pack(value: unknown): Packed {
  const lists: (readonly number[])[] = [];
  let count = 0;
  const apart = (item: unknown): unknown => {
    if (isLongList(item)) {
      lists.push(item);
      return Uint32Array.of(count, (count += item.length));
    }
    if (Array.isArray(item)) return item.map(apart);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, own]) => [key, apart(own)]));
  };
  const written = serialize(apart(value));
  const bytes = new Uint8Array(new SharedArrayBuffer(written.byteLength));
  bytes.set(written);
  const numbers = new Float64Array(new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT));
  let at = 0;
  for (const list of lists) {
    numbers.set(list, at);
    at += list.length;
  }
  return { bytes, numbers };
}

/** The packed value. Entries of large records are made at each access, so that a reader of one after the other never holds all. */
export function unpack({ bytes, numbers }: Packed): unknown {
  const made = (item: unknown): unknown => {
    if (item instanceof Uint32Array) return Array.from(numbers.subarray(item[0], item[1]));
    if (Array.isArray(item)) return item.map(made);
    if (typeof item !== 'object' || item === null) return item;
    const entries = item as Readonly<Record<string, unknown>>;
    const keys = Object.keys(entries);
    return keys.length >= fewestInRecord
      ? lazyRecord(keys, (key) => made(entries[key]))
      : Object.fromEntries(keys.map((key) => [key, made(entries[key])]));
  };
  return made(deserialize(bytes));
}

const isLongList = (item: unknown): item is readonly number[] =>
  Array.isArray(item) && item.length >= fewestInList && item.every((one) => typeof one === 'number');
