import { Lru } from '../../../src/core/lru.ts';
import type { Span } from './pdu.ts';

const pageSize = 128;

/** Consecutive registers or coils as last seen. */
interface Page {
  readonly value: Uint16Array;
  readonly seen: Uint8Array;
}

/**
 * Last known values of coils and holding registers, from reads and successful writes of any client. Keeps the pages of 128 values
 * that were used last.
 */
export class RegisterMemory {
  readonly #pages: Lru<number, Page>;
  readonly #endpoints: Lru<string, number>;
  #nextEndpoint = 0;

  /** @param pages maximum number: 128 registers or coils and about 400 bytes each */
  constructor(pages = 8_192) {
    this.#pages = new Lru(pages);
    this.#endpoints = new Lru(pages);
  }

  /** Number of evicted pages. */
  get evicted(): number {
    return this.#pages.evicted;
  }

  get size(): number {
    return this.#pages.size;
  }

  /** Number that identifies a server in this memory. */
  endpoint(server: string, port: number): number {
    return this.#endpoints.obtain(`${server}|${port}`, () => this.#nextEndpoint++);
  }

  /** Stores the values of a span. @param data registers of two bytes, or packed coils */
  store(endpoint: number, unit: number, { table, start, count }: Span, data: Buffer, mask = 0xffff): void {
    if (table !== 'coil' && table !== 'holding') return;
    let page: Page | undefined;
    for (let i = 0; i < count; i++) {
      const address = start + i;
      const slot = address % pageSize;
      if (page === undefined || slot === 0) {
        page = this.#pages.obtain(pageOf(endpoint, unit, table, address), () => ({
          value: new Uint16Array(pageSize),
          seen: new Uint8Array(pageSize),
        }));
      }
      const written = valueAt(table, data, i);
      if (mask === 0xffff) page.seen[slot] = 1;
      page.value[slot] = ((page.value[slot] ?? 0) & ~mask) | (written & mask);
    }
  }

  /** Register or coil as last seen; undefined if unknown. */
  recall(endpoint: number, unit: number, table: 'coil' | 'holding', address: number): number | undefined {
    const page = this.#pages.get(pageOf(endpoint, unit, table, address));
    const slot = address % pageSize;
    return page === undefined || page.seen[slot] !== 1 ? undefined : page.value[slot];
  }
}

/** Value at index `i` of a span's bytes. */
export function valueAt(table: Span['table'], data: Buffer, i: number): number {
  if (table === 'coil' || table === 'discrete') return ((data[i >> 3] ?? 0) >> (i & 7)) & 1;
  return 2 * i + 2 <= data.length ? data.readUInt16BE(2 * i) : 0;
}

/** Endpoint, unit, table and page in one number. */
const pageOf = (endpoint: number, unit: number, table: 'coil' | 'holding', address: number): number =>
  ((endpoint * 256 + unit) * 2 + (table === 'coil' ? 0 : 1)) * 512 + Math.floor(address / pageSize);
