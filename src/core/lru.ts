/**
 * Map of bounded size that evicts entries which were not used for long. It has two generations. A used entry moves to the young
 * generation; when that holds half the capacity, it becomes the old one and the previous old generation is evicted. At least the
 * most recently used half of the capacity is kept, and a use costs one look-up. An exact LRU list costs three, and a Map with
 * deletions at its beginning becomes slow.
 */
export class Lru<K, V> {
  /** Number of evicted entries. */
  evicted = 0;
  readonly #half: number;
  readonly #onEvict: ((value: V, key: K) => void) | undefined;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  /**
   * @param capacity maximum number of entries at any time, at least 2
   * @param onEvict receives each evicted entry
   */
  constructor(capacity: number, onEvict?: (value: V, key: K) => void) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Value of the key. Counts as a use. */
  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.#insert(key, old);
    return old;
  }

  /** Value of the key, as `get`; created if missing. */
  obtain(key: K, make: (key: K) => V): V {
    const known = this.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    this.#insert(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#old.delete(key);
    this.#insert(key, value);
  }

  delete(key: K): void {
    if (!this.#young.delete(key)) this.#old.delete(key);
  }

  /** All entries. The current entry may be deleted during iteration. */
  *entries(): IterableIterator<[K, V]> {
    yield* this.#old;
    yield* this.#young;
  }

  #insert(key: K, value: V): void {
    this.#young.set(key, value);
    if (this.#young.size <= this.#half) return;
    this.#young.delete(key);
    const forgotten = this.#old;
    this.#old = this.#young;
    this.#young = new Map([[key, value]]);
    this.evicted += forgotten.size;
    if (this.#onEvict !== undefined) for (const [oldKey, oldValue] of forgotten) this.#onEvict(oldValue, oldKey);
  }
}
