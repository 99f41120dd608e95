import { distinctNeeded } from './chance.ts';

const smallest = 256;
const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

/**
 * The changes of value of one tag, as far back as `memory` of them, and where each stretch of `length` values was last seen.
 * `NaN` parts what does not belong together. A table of stretches has two places for each value and no chains: a stretch
 * that loses its place is found a change later.
 */
export class Past {
  /** Changes taken in since the beginning; the number of the next one. */
  count = 0;
  readonly #memory: number;
  #values = new Float64Array(smallest);
  #times = new Float64Array(smallest);
  #length = 0;
  #places = new Int32Array(0);

  /** @param memory a power of two */
  constructor(memory: number) {
    this.#memory = memory;
  }

  push(value: number, time: number, length: number): void {
    if (this.count === this.#values.length && this.count < this.#memory) this.#grow();
    const at = this.count & (this.#values.length - 1);
    this.#values[at] = value;
    this.#times[at] = time;
    this.count++;
    if (length !== this.#length) this.#remember(length);
    else this.#place(this.count - 1);
  }

  /** Value of change `number`; NaN where it is forgotten. */
  valueAt(number: number): number {
    return number < this.count && number >= this.#oldest()
      ? (this.#values[number & (this.#values.length - 1)] as number)
      : Number.NaN;
  }

  timeAt(number: number): number {
    return this.#times[number & (this.#times.length - 1)] as number;
  }

  /** Where a stretch equal to the one that `value` would complete ended, at least its length ago; −1 if nowhere. Call before `push`. */
  find(value: number, length: number): number {
    if (length !== this.#length) this.#remember(length);
    const found = this.#places[this.#hash(this.count - 1, value) & (this.#places.length - 1)] ?? 0;
    const end = found - 1;
    if (end < 0 || this.count - end < length || this.valueAt(end) !== value) return -1;
    const different = [value];
    for (let back = 1; back < length; back++) {
      const past = this.valueAt(end - back);
      if (past !== this.valueAt(this.count - back)) return -1;
      if (!different.includes(past)) different.push(past);
    }
    return different.length < distinctNeeded(length) ? -1 : end;
  }

  /** Remembered values and times in order, for a snapshot. */
  save(): { readonly count: number; readonly values: Float64Array; readonly times: Float64Array } {
    const from = this.#oldest();
    const numbers = Float64Array.from({ length: this.count - from }, (_, i) => from + i);
    return { count: this.count, values: numbers.map((n) => this.valueAt(n)), times: numbers.map((n) => this.timeAt(n)) };
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
    this.#places = new Int32Array(length === 0 ? 0 : 2 * this.#values.length);
    if (length === 0) return;
    for (let end = this.#oldest() + length - 1; end < this.count; end++) this.#place(end);
  }

  #place(end: number): void {
    if (this.#length === 0 || end - this.#length + 1 < this.#oldest()) return;
    this.#places[this.#hash(end - 1, this.valueAt(end)) & (this.#places.length - 1)] = end + 1;
  }

  /** Of the stretch of `length` values that ends with `value` after the one numbered `before`. */
  #hash(before: number, value: number): number {
    let hash = mix(0, value);
    for (let back = 0; back < this.#length - 1; back++) hash = mix(hash, this.valueAt(before - back));
    return (hash ^ (hash >>> 15)) >>> 0;
  }
}

function mix(hash: number, value: number): number {
  bits[0] = value;
  const mixed = Math.imul((hash ^ (words[0] as number)) + 0x9e3779b9, 0x85ebca6b);
  return Math.imul((mixed ^ (mixed >>> 13)) + (words[1] as number), 0xc2b2ae35);
}
