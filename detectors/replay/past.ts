import { distinctNeeded } from './chance.ts';

const smallest = 256;
/** Multiplier of the rolling hash. */
const base = 0x01000193;
/** Leaves the upper eight bits of a hash. */
const markShift = 24;
const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

/**
 * The last `memory` value changes of one tag, and the last position of each sequence of `length` values. `NaN` separates
 * unrelated parts. The table of sequences has two slots for each value and no chains: a sequence that loses its slot is found one
 * change later.
 */
export class Past {
  /** Changes since the beginning; the number of the next one. */
  count = 0;
  readonly #memory: number;
  #values = new Float64Array(smallest);
  #times = new Float64Array(smallest);
  #length = 0;
  #places = new Int32Array(0);
  /** Some bits of the hash in each slot: nearly every search ends here, in a table that a processor's cache holds. */
  #marks = new Uint8Array(0);
  /** Hash of the last `length` values; updated with each push. */
  #hash = 0;
  /** Factor of a value in the hash when it leaves the window. */
  #leaving = 0;
  /** Last change for which `lookUp` was called, the hash after it, and the slot of that hash. */
  #computedAt = -1;
  #computedFor = Number.NaN;
  #answer = 0;
  #slot = 0;
  /** True if `#found` is the previous content of that slot. */
  #isFetched = false;
  #found = 0;

  /** @param memory a power of two */
  constructor(memory: number) {
    this.#memory = memory;
  }

  push(value: number, time: number, length: number): void {
    if (this.count === this.#values.length && this.count < this.#memory) this.#grow();
    const at = this.count & (this.#values.length - 1);
    if (length === this.#length) this.lookUp(value);
    this.#values[at] = value;
    this.#times[at] = time;
    this.count++;
    if (length !== this.#length) this.#remember(length);
    else if (length > 0) {
      this.#hash = this.#answer;
      this.#store(this.#slot, this.count - 1);
    }
  }

  /** Value of change `number`; NaN if it is no longer stored. */
  valueAt(number: number): number {
    return number < this.count && number >= this.#oldest()
      ? (this.#values[number & (this.#values.length - 1)] as number)
      : Number.NaN;
  }

  /** The last `most` values, the oldest first. */
  latest(most: number): Float64Array {
    const from = Math.max(this.#oldest(), this.count - most);
    return Float64Array.from({ length: this.count - from }, (_, i) => this.valueAt(from + i));
  }

  timeAt(number: number): number {
    return this.#times[number & (this.#times.length - 1)] as number;
  }

  /** Prepares `find` of the same value. The search computes the hash; storing the change uses it again. */
  lookUp(value: number): void {
    if (this.#length === 0 || (this.#computedAt === this.count && this.#computedFor === value)) return;
    this.#computedAt = this.count;
    this.#computedFor = value;
    this.#answer = this.#hashWith(value, this.count, this.#oldest());
    this.#slot = this.#placeOf(this.#answer);
    this.#isFetched = false;
  }

  /** Reads the slot after `lookUp`: scattered memory, so a loop over many tags with nothing else in it waits for several at once. */
  fetch(): void {
    this.#found = this.#marks[this.#slot] === this.#answer >>> markShift ? (this.#places[this.#slot] as number) : 0;
    this.#isFetched = true;
  }

  /**
   * End of an earlier sequence equal to the one that `value` would complete, at least its length ago; −1 if none. Must be called
   * before `push`.
   */
  find(value: number, length: number): number {
    if (length !== this.#length) this.#remember(length);
    this.lookUp(value);
    if (!this.#isFetched) this.fetch();
    const end = this.#found - 1;
    if (end < 0 || this.count - end < length || this.valueAt(end) !== value) return -1;
    const different = [value];
    for (let back = 1; back < length; back++) {
      const past = this.valueAt(end - back);
      if (past !== this.valueAt(this.count - back)) return -1;
      if (!different.includes(past)) different.push(past);
    }
    return different.length < distinctNeeded(length) ? -1 : end;
  }

  /** Stored values and times in order, for a snapshot. */
  save(): { readonly count: number; readonly values: Float64Array; readonly times: Float64Array } {
    const { count } = this;
    const from = this.#oldest();
    const values = new Float64Array(count - from);
    const times = new Float64Array(count - from);
    for (let number = from; number < count; number++) {
      values[number - from] = this.valueAt(number);
      times[number - from] = this.timeAt(number);
    }
    return { count, values, times };
  }

  load(count: number, values: Float64Array, times: Float64Array): void {
    let size = smallest;
    while (size < values.length) size *= 2;
    this.#values = new Float64Array(size);
    this.#times = new Float64Array(size);
    this.count = count;
    values.forEach((value, i) => {
      const at = (count - values.length + i) & (size - 1);
      this.#values[at] = value;
      this.#times[at] = times[i] as number;
    });
    this.#length = 0;
  }

  #oldest(): number {
    return Math.max(0, this.count - this.#values.length);
  }

  #grow(): void {
    const values = new Float64Array(2 * this.#values.length);
    const times = new Float64Array(2 * this.#times.length);
    values.set(this.#values);
    times.set(this.#times);
    this.#values = values;
    this.#times = times;
    this.#length = 0;
  }

  #remember(length: number): void {
    this.#length = length;
    this.#computedAt = -1;
    this.#places = new Int32Array(length === 0 ? 0 : 2 * this.#values.length);
    this.#marks = new Uint8Array(this.#places.length);
    this.#hash = 0;
    this.#leaving = 1;
    for (let i = 0; i < length; i++) this.#leaving = Math.imul(this.#leaving, base);
    const oldest = this.#oldest();
    for (let number = oldest; number < this.count; number++) {
      this.#hash = this.#hashWith(this.valueAt(number), number, oldest);
      if (length > 0) this.#store(this.#placeOf(this.#hash), number);
    }
  }

  /** Stores the position of the sequence that ends with change `end`, whose hash is known. */
  #store(place: number, end: number): void {
    if (end - this.#length + 1 < this.#oldest()) return;
    this.#places[place] = end + 1;
    this.#marks[place] = this.#hash >>> markShift;
  }

  #placeOf(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.#places.length - 1);
  }

  /** Hash after change `number` to `value`, without values before `oldest` (Karp and Rabin, 1987). */
  #hashWith(value: number, number: number, oldest: number): number {
    const gone = number - this.#length;
    const left = gone < oldest ? 0 : Math.imul(part(this.valueAt(gone)), this.#leaving);
    return (Math.imul(this.#hash, base) + part(value) - left) | 0;
  }
}

/** Contribution of a value to a hash. */
function part(value: number): number {
  bits[0] = value;
  const mixed = Math.imul((words[0] as number) ^ ((words[1] as number) >>> 7), 0x85ebca6b);
  return Math.imul((mixed ^ (mixed >>> 13)) + (words[1] as number), 0xc2b2ae35);
}
