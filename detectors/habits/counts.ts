import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';

/** Most distinct keys of one count; the least recent is dropped. */
const mostKeys = 256;

/** How often each of some things has occurred. */
export class Counts<Key extends string | number> {
  readonly #counts = new Map<Key, number>();

  get total(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }

  of(key: Key): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: Key): void {
    const count = this.of(key);
    this.#counts.delete(key);
    if (this.#counts.size >= mostKeys) {
      const [oldest] = this.#counts.keys();
      if (oldest !== undefined) this.#counts.delete(oldest);
    }
    this.#counts.set(key, count + 1);
  }

  /** Sum of the counts of the keys that a test accepts. */
  sum(accepts: (key: Key, count: number) => boolean): number {
    let sum = 0;
    for (const [key, count] of this.#counts) if (accepts(key, count)) sum += count;
    return sum;
  }

  /** Number of occurrences of things that are no more frequent than this one. */
  asRare(key: Key): number {
    const own = this.of(key);
    return this.sum((_key, count) => count <= own);
  }

  halve(): void {
    for (const [key, count] of this.#counts) this.#counts.set(key, count / 2);
  }

  save(): unknown {
    return [...this.#counts];
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    if (!Array.isArray(saved)) throw mismatch('counts of habits are missing');
    this.#counts.clear();
    for (const [key, count] of saved as [Key, number][]) this.#counts.set(key, count);
  }
}

/** A map of bounded size that drops its least recently used entry. */
export class Recent<Entry> {
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;
  readonly #make: () => Entry;

  constructor(most: number, make: () => Entry) {
    this.#most = most;
    this.#make = make;
  }

  /** The entry of a key, created on first use. */
  use(key: string): Entry {
    const entry = this.#entries.get(key) ?? this.#make();
    this.#entries.delete(key);
    if (this.#entries.size >= this.#most) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, entry);
    return entry;
  }

  save(saved: (entry: Entry) => unknown): unknown {
    return [...this.#entries].map(([key, entry]) => ({ key, entry: saved(entry) }));
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown, read: (entry: Entry, from: unknown) => void): void {
    if (!Array.isArray(saved)) throw mismatch('habits are missing');
    this.#entries.clear();
    for (const one of saved as unknown[]) {
      const { key, entry } = isRecord(one) ? one : {};
      if (typeof key !== 'string') throw mismatch('a habit has no key');
      read(this.use(key), entry);
    }
  }
}
