/**
 * A map of a bounded size that forgets what was not used for long. It has two generations: what is used is in the young one;
 * when that holds half the capacity it becomes the old one, and what was still in the old one is forgotten. So at least the half of
 * the capacity that was used last is kept, and a use costs one look-up (a list in exact order of use would cost three, and
 * a Map that is deleted from at its beginning grows slow).
 */
export class Lru<K, V> {
  /** Entries that were forgotten for want of room. */
  evicted = 0;
  readonly #half: number;
  readonly #onEvict: ((value: V, key: K) => void) | undefined;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  /**
   * @param capacity most entries at any time, at least 2
   * @param onEvict is told what is forgotten, while it is still whole
   */
  constructor(capacity: number, onEvict?: (value: V, key: K) => void) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The value, which counts as used by this. */
  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.#insert(key, old);
    return old;
  }

  /** The value as `get`; made where there is none. */
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

  /** All entries; deleting the one at hand does no harm. */
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
