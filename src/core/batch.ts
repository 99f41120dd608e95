/** Bytes of one sample: sourceTime 8, receiveTime 8, value 8, tag 4, quality 4. */
const sampleBytes = 32;

/** Form of a batch in messages between threads: the memory is shared, not copied. */
export interface BatchMessage {
  readonly device: string;
  readonly length: number;
  readonly memory: SharedArrayBuffer | ArrayBuffer;
  /** Row of the memory with which it begins; 0 if not given. */
  readonly first?: number;
  readonly texts: readonly (readonly [row: number, text: string])[];
}

/**
 * The samples of one read of one device, columnar, in shared memory. Written once by a `BatchBuilder` and immutable after
 * that, so that historian, detectors and dashboard read the same bytes in any thread.
 */
export class Batch {
  readonly device: string;
  readonly length: number;
  /** Index into the run's `TagTable`. */
  readonly tag: Uint32Array;
  /** In engineering units; for texts the code of the tag's `TextDictionary`. */
  readonly value: Float64Array;
  /** OPC UA StatusCode, see `quality.ts`. */
  readonly quality: Uint32Array;
  /** When the device measured it, ms UTC. */
  readonly sourceTime: Float64Array;
  /** When the collector had it, ms UTC. */
  readonly receiveTime: Float64Array;
  /** Row → text, for strings and integers beyond 2⁵³. */
  readonly texts: ReadonlyMap<number, string>;
  readonly #memory: SharedArrayBuffer | ArrayBuffer;
  readonly #first: number;
  /** Undefined until it is asked for. */
  #plainTime: number | undefined;

  /** @param texts those of the message, where they are at hand as a map already */
  constructor(message: BatchMessage, texts: ReadonlyMap<number, string> = new Map(message.texts)) {
    const { memory, length, first = 0 } = message;
    const capacity = memory.byteLength / sampleBytes;
    this.device = message.device;
    this.length = length;
    this.sourceTime = new Float64Array(memory, first * 8, length);
    this.receiveTime = new Float64Array(memory, (capacity + first) * 8, length);
    this.value = new Float64Array(memory, (2 * capacity + first) * 8, length);
    this.tag = new Uint32Array(memory, capacity * 24 + first * 4, length);
    this.quality = new Uint32Array(memory, capacity * 28 + first * 4, length);
    this.texts = texts;
    this.#memory = memory;
    this.#first = first;
  }

  /**
   * The one source time of samples that need no second look, as those of most polls: all are good and finite, none is larger than `mostValue`,
   * and the device's clock is not ahead. NaN of every other batch.
   */
  get plainTime(): number {
    return (this.#plainTime ??= isPlain(this) ? (this.sourceTime[0] ?? Number.NaN) : Number.NaN);
  }

  /** For its builder alone, which writes it anew. */
  forget(): void {
    this.#plainTime = undefined;
  }

  toMessage(): BatchMessage {
    const isPart = this.length * sampleBytes < this.#memory.byteLength;
    // memory that is not shared is copied: a part takes no more than its own rows along
    if (isPart && this.#memory instanceof ArrayBuffer) return this.#copied().toMessage();
    return { device: this.device, length: this.length, memory: this.#memory, first: this.#first, texts: [...this.texts] };
  }

  /** Its rows in [from, to) as a batch of the same memory; itself where they are all of it. */
  slice(from: number, to: number, device: string = this.device): Batch {
    if (from === 0 && to === this.length && device === this.device) return this;
    const texts = this.texts.size === 0 ? this.texts : textsBetween(this.texts, from, to);
    return new Batch({ device, length: to - from, memory: this.#memory, first: this.#first + from, texts: [] }, texts);
  }

  #copied(): Batch {
    const builder = new BatchBuilder(this.device, this.length);
    builder.addColumns(this, this.length, this.receiveTime, this.texts);
    return builder.publish();
  }
}

/** Rows by tag, built once, so that cutting a batch into many parts reads each row once. */
function textsBetween(texts: ReadonlyMap<number, string>, from: number, to: number): ReadonlyMap<number, string> {
  const between = new Map<number, string>();
  for (let row = from; row < to; row++) {
    const text = texts.get(row);
    if (text !== undefined) between.set(row - from, text);
  }
  return between;
}

/** The largest value whose square, and sums of these, are sure to be finite. */
export const mostValue = 1e100;

function isPlain({ length, value, quality, sourceTime, receiveTime }: Batch): boolean {
  const time = sourceTime[0] as number;
  if (length === 0 || !Number.isFinite(time)) return false;
  for (let row = 0; row < length; row++) {
    if (quality[row] !== 0 || !(Math.abs(value[row] as number) <= mostValue)) return false;
    if (sourceTime[row] !== time || !((receiveTime[row] as number) >= time)) return false;
  }
  return true;
}

/** Fills one batch. `publish` ends the writing. */
export class BatchBuilder {
  readonly #batch: Batch;
  readonly #device: string;
  readonly #texts = new Map<number, string>();
  #length = 0;

  /**
   * @param capacity most samples that will be added
   * @param shared false for many samples that are soon done with: of shared memory V8 does not know how much there is, and collects
   * it too late
   */
  constructor(device: string, capacity: number, shared = true) {
    this.#device = device;
    const bytes = capacity * sampleBytes;
    const memory = shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
    this.#batch = new Batch({ device, length: capacity, memory, texts: [] }, this.#texts);
  }

  get length(): number {
    return this.#length;
  }

  /** @throws RangeError beyond the capacity */
  add(tag: number, value: number, quality: number, sourceTime: number, receiveTime: number): void {
    const row = this.#length;
    const batch = this.#batch;
    if (row >= batch.length) throw new RangeError(`batch of ${this.#device} is full at ${batch.length} samples`);
    batch.tag[row] = tag;
    batch.value[row] = value;
    batch.quality[row] = quality;
    batch.sourceTime[row] = sourceTime;
    batch.receiveTime[row] = receiveTime;
    this.#length = row + 1;
  }

  /** Adds a text under the code that the tag's dictionary gives it. */
  addText(tag: number, text: string, code: number, quality: number, sourceTime: number, receiveTime: number): void {
    this.#texts.set(this.#length, text);
    this.add(tag, code, quality, sourceTime, receiveTime);
  }

  /**
   * Adds samples that stand in columns already, the first `length` of each, copied at once. They were received at one time, or at
   * those of a column; `texts` are by row of these columns, and their codes stand in `value`. @throws RangeError beyond the capacity
   */
  addColumns(
    columns: Pick<Batch, 'tag' | 'value' | 'quality' | 'sourceTime'>,
    length: number,
    receiveTime: number | Float64Array,
    texts: ReadonlyMap<number, string>,
  ): void {
    const row = this.#length;
    const batch = this.#batch;
    if (row + length > batch.length) throw new RangeError(`batch of ${this.#device} is full at ${batch.length} samples`);
    batch.tag.set(columns.tag.subarray(0, length), row);
    batch.value.set(columns.value.subarray(0, length), row);
    batch.quality.set(columns.quality.subarray(0, length), row);
    batch.sourceTime.set(columns.sourceTime.subarray(0, length), row);
    if (typeof receiveTime === 'number') batch.receiveTime.fill(receiveTime, row, row + length);
    else batch.receiveTime.set(receiveTime.subarray(0, length), row);
    for (const [at, text] of texts) this.#texts.set(row + at, text);
    this.#length = row + length;
  }

  /** Adds good samples that were measured, and received, at one time each. @throws RangeError beyond the capacity */
  addAlike(tag: Uint32Array, value: Float64Array, sourceTime: number, receiveTime: number): void {
    const row = this.#length;
    const end = row + tag.length;
    const batch = this.#batch;
    if (end > batch.length) throw new RangeError(`batch of ${this.#device} is full at ${batch.length} samples`);
    batch.tag.set(tag, row);
    batch.value.set(value, row);
    batch.quality.fill(0, row, end);
    batch.sourceTime.fill(sourceTime, row, end);
    batch.receiveTime.fill(receiveTime, row, end);
    this.#length = end;
  }

  /** Begins anew in the same memory, for readers that keep nothing: what was published before is overwritten. */
  restart(): void {
    this.#length = 0;
    if (this.#texts.size > 0) this.#texts.clear();
    this.#batch.forget();
  }

  publish(): Batch {
    // As a rule it is as full as was expected, and needs no other views.
    if (this.#length === this.#batch.length) return this.#batch;
    return new Batch({ ...this.#batch.toMessage(), length: this.#length }, this.#texts);
  }
}

/** Gives each text of one tag a small number, in order of first appearance; bounded, the rest share the last code. */
export class TextDictionary {
  readonly #codes = new Map<string, number>();
  readonly #bound: number;

  constructor(bound = 65_536) {
    this.#bound = bound;
  }

  codeOf(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    if (this.#codes.size >= this.#bound) return this.#bound;
    const code = this.#codes.size;
    this.#codes.set(text, code);
    return code;
  }
}
