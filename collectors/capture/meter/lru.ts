/**
 * A map of a bounded size that forgets what was not used for the longest. Its entries stand in order of use, the oldest first.
 */
export class Lru<K, V> {
  /** Entries that were forgotten for want of room. */
  evicted = 0;
  readonly #capacity: number;
  readonly #entries = new Map<K, V>();
  readonly #onEvict: ((value: V, key: K) => void) | undefined;

  /** @param onEvict is told what is forgotten, while it is still whole */
  constructor(capacity: number, onEvict?: (value: V, key: K) => void) {
    this.#capacity = capacity;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, which counts as used by this. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** The value as `get`; made where there is none. */
  obtain(key: K, make: (key: K) => V): V {
    const known = this.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    this.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.#capacity) this.#evict();
    this.#entries.set(key, value);
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  entries(): IterableIterator<[K, V]> {
    return this.#entries.entries();
  }

  #evict(): void {
    for (const [key, value] of this.#entries) {
      this.#onEvict?.(value, key);
      this.#entries.delete(key);
      this.evicted++;
      return;
    }
  }
}
