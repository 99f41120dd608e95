/** An item that stores its position in a heap, so that it can be removed. */
export interface HeapItem {
  /** Position in the heap, maintained by it; -1 outside. */
  place: number;
}

/** A binary heap: its first item is found at once, and each item can be removed in logarithmic time (J. Williams 1964). */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  /** @param before a total order */
  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    item.place = this.#items.length;
    this.#items.push(item);
    this.#rise(item);
  }

  /** No-op for an item that is not in the heap. */
  remove(item: T): void {
    const { place } = item;
    if (place < 0) return;
    item.place = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  /** The first `wanted` item. Does not search below items that are not `reached`. */
  find(reached: (item: T) => boolean, wanted: (item: T) => boolean): T | undefined {
    let found: T | undefined;
    const look = (place: number): void => {
      const item = this.#items[place];
      if (item === undefined || !reached(item) || (found !== undefined && !this.#before(item, found))) return;
      // Items below it come after it.
      if (wanted(item)) found = item;
      else {
        look(2 * place + 1);
        look(2 * place + 2);
      }
    };
    look(0);
    return found;
  }

  #rise(item: T): void {
    while (item.place > 0) {
      const above = this.#items[(item.place - 1) >> 1];
      if (above === undefined || !this.#before(item, above)) return;
      this.#swap(item, above);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const left = this.#items[2 * item.place + 1];
      const right = this.#items[2 * item.place + 2];
      if (left === undefined) return;
      const below = right !== undefined && this.#before(right, left) ? right : left;
      if (!this.#before(below, item)) return;
      this.#swap(item, below);
    }
  }

  #swap(a: T, b: T): void {
    const { place } = a;
    this.#put(a, b.place);
    this.#put(b, place);
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }
}
