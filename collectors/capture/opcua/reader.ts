/** Decodes one item at the reader's position. */
export type Read<T> = (from: Reader) => T;

/** An encoded array: its first elements, and their total number. */
export interface List<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** OPC 10000-6, 5.2.2.12 and 5.2.2.16: decoders support at least 100 levels. */
const deepest = 100;
/** Maximum number of bytes kept of a text; identifiers may have 4096 characters (OPC 10000-3, 8.2.4). */
const longestText = 4096;
/** Maximum number of elements kept of an array. */
const mostItems = 1000;
/** ms from 1601 to 1970. */
const epochMs = 11_644_473_600_000;

/**
 * Reader for untrusted bytes (OPC 10000-6, 5.2). Invalid input makes the reader fail. A failed reader has no bytes left and
 * returns zeros and empty texts, so that every loop ends and `failed` needs to be checked only once, at the end.
 */
export class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #end: number;
  #depth = 0;
  #failedAt = -1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  get failed(): boolean {
    return this.#failedAt >= 0;
  }

  /** Offset of the next byte, or of the failure. */
  get at(): number {
    return this.failed ? this.#failedAt : this.#at;
  }

  /** Number of bytes left. */
  get left(): number {
    return this.#end - this.#at;
  }

  fail(): void {
    if (!this.failed) this.#failedAt = this.#at;
    this.#at = this.#end;
  }

  /** Offset of the next `count` bytes, which are consumed; -1 and `failed` if there are too few. */
  #take(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) {
      this.fail();
      return -1;
    }
    this.#at = at + count;
    return at;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#bytes.readUInt8(at);
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#bytes.readUInt16LE(at);
  }

  i16(): number {
    return (this.u16() << 16) >> 16;
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#bytes.readUInt32LE(at);
  }

  i32(): number {
    return this.u32() | 0;
  }

  u64(): bigint {
    const at = this.#take(8);
    return at < 0 ? 0n : this.#bytes.readBigUInt64LE(at);
  }

  i64(): bigint {
    return BigInt.asIntN(64, this.u64());
  }

  f32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#bytes.readFloatLE(at);
  }

  f64(): number {
    const at = this.#take(8);
    return at < 0 ? 0 : this.#bytes.readDoubleLE(at);
  }

  /** A DateTime: ms UTC, NaN for the null time. */
  time(): number {
    const ticks = this.i64();
    return ticks === 0n ? Number.NaN : Number(ticks / 10_000n) - epochMs + Number(ticks % 10_000n) / 10_000;
  }

  /** Next `count` bytes, not copied. */
  raw(count: number): Buffer {
    const at = this.#take(count);
    return at < 0 ? this.#bytes.subarray(0, 0) : this.#bytes.subarray(at, at + count);
  }

  /** Number of following elements of at least one byte each; 0 for the null array. */
  count(): number {
    const count = this.i32();
    if (count === -1) return 0;
    if (count < 0 || count > this.left) {
      this.fail();
      return 0;
    }
    return count;
  }

  /** A ByteString, not copied; empty for null. */
  bytes(): Buffer {
    return this.raw(this.count());
  }

  /** A String, at most its first 4096 bytes; empty for null. */
  text(): string {
    const bytes = this.bytes();
    return bytes.toString('utf8', 0, Math.min(bytes.length, longestText));
  }

  /** Result of `read` one level deeper, or undefined and `failed` beyond the maximum depth. */
  inside<T>(read: Read<T>): T | undefined {
    if (this.#depth >= deepest) {
      this.fail();
      return undefined;
    }
    this.#depth++;
    const value = read(this);
    this.#depth--;
    return value;
  }
}

/** Reader of an array whose elements are at least one byte long. */
export function list<T>(read: Read<T>): Read<List<T>> {
  return (from) => {
    const total = from.count();
    const items: T[] = [];
    for (let row = 0; row < total && !from.failed; row++) {
      const item = read(from);
      if (row < mostItems && !from.failed) items.push(item);
    }
    return { items, total };
  };
}

/** Reader of the fields of `shape`, in its order. */
export function struct<S extends Readonly<Record<string, Read<unknown>>>>(
  shape: S,
): Read<{ readonly [K in keyof S]: ReturnType<S[K]> }> {
  const fields = Object.entries(shape);
  return (from) => {
    const values: Record<string, unknown> = {};
    for (const [name, read] of fields) values[name] = read(from);
    return values as { readonly [K in keyof S]: ReturnType<S[K]> };
  };
}
