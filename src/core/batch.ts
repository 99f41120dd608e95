/** Bytes of one sample: sourceTime 8, receiveTime 8, value 8, tag 4, quality 4. */
const sampleBytes = 32;

/** Form of a batch in messages between threads: the memory is shared, not copied. */
export interface BatchMessage {
  readonly device: string;
  readonly length: number;
  readonly memory: SharedArrayBuffer | ArrayBuffer;
  /** First row of the batch in the memory; default 0. */
  readonly first?: number;
  readonly texts: readonly (readonly [row: number, text: string])[];
}

/**
 * The samples of one read of one device, as columns in shared memory. A `BatchBuilder` writes them once; afterwards they are
 * immutable. Historian, detectors and dashboard read the same bytes from any thread.
 */
export class Batch {
  readonly device: string;
  readonly length: number;
  /** Index into the run's `TagTable`. */
  readonly tag: Uint32Array;
  /** In engineering units; for text tags the code in the tag's `TextDictionary`. */
  readonly value: Float64Array;
  /** OPC UA StatusCode, see `quality.ts`. */
  readonly quality: Uint32Array;
  /** Time at which the device measured the sample, ms UTC. */
  readonly sourceTime: Float64Array;
  /** Time at which the collector received the sample, ms UTC. */
  readonly receiveTime: Float64Array;
  /** Its tags as one array that other batches of a recording share: good samples of one source time and one receive time. Undefined for others. */
  layout: Uint32Array | undefined;
  /** Texts by row, for strings and for integers beyond 2⁵³. */
  readonly texts: ReadonlyMap<number, string>;
  readonly #memory: SharedArrayBuffer | ArrayBuffer;
  readonly #first: number;
  /** Computed on first access. */
  #plainTime: number | undefined;

  /** @param texts those of the message, if they exist as a map */
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
   * The common source time of an ordinary batch: all samples are good and finite, none exceeds `mostValue`, and the device's
   * clock is not ahead. NaN for every other batch.
   */
  get plainTime(): number {
    return (this.#plainTime ??= isPlain(this) ? (this.sourceTime[0] ?? Number.NaN) : Number.NaN);
  }

  /** Discards cached properties. Only for the builder, which overwrites the memory. */
  forget(): void {
    this.#plainTime = undefined;
    this.layout = undefined;
  }

  toMessage(): BatchMessage {
    const isPart = this.length * sampleBytes < this.#memory.byteLength;
    // memory that is not shared is copied when sent, so a part contains only its own rows
    if (isPart && this.#memory instanceof ArrayBuffer) return this.#copied().toMessage();
    return { device: this.device, length: this.length, memory: this.#memory, first: this.#first, texts: [...this.texts] };
  }

  /** The rows [from, to) as a batch of the same memory; the batch itself if these are all rows. */
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

/** Texts of the rows [from, to). An index by row, built once, lets many cuts of a batch read each row once. */
function textsBetween(texts: ReadonlyMap<number, string>, from: number, to: number): ReadonlyMap<number, string> {
  const between = new Map<number, string>();
  for (let row = from; row < to; row++) {
    const text = texts.get(row);
    if (text !== undefined) between.set(row - from, text);
  }
  return between;
}

/** Largest value whose square, and sums of such squares, are finite. */
export const mostValue = 1e100;

function isPlain({ length, value, quality, sourceTime, receiveTime, layout }: Batch): boolean {
  const time = sourceTime[0] as number;
  if (length === 0 || !Number.isFinite(time)) return false;
  if (layout !== undefined) {
    for (let row = 0; row < length; row++) if (!(Math.abs(value[row] as number) <= mostValue)) return false;
    return (receiveTime[0] as number) >= time;
  }
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
  /** The tags that fill the memory, with good qualities. */
  #alike: Uint32Array | undefined;

  /**
   * @param capacity most samples that will be added
   * @param shared false for many short-lived samples: V8 does not account for shared memory and collects it too late
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

  /** Adds a sample. @throws RangeError beyond the capacity */
  add(tag: number, value: number, quality: number, sourceTime: number, receiveTime: number): void {
    const row = this.#length;
    const batch = this.#batch;
    if (row >= batch.length) throw new RangeError(`batch of ${this.#device} is full at ${batch.length} samples`);
    this.#alike = undefined;
    batch.tag[row] = tag;
    batch.value[row] = value;
    batch.quality[row] = quality;
    batch.sourceTime[row] = sourceTime;
    batch.receiveTime[row] = receiveTime;
    this.#length = row + 1;
  }

  /** Adds a text under its code in the tag's dictionary. */
  addText(tag: number, text: string, code: number, quality: number, sourceTime: number, receiveTime: number): void {
    this.#texts.set(this.#length, text);
    this.add(tag, code, quality, sourceTime, receiveTime);
  }

  /**
   * Adds the first `length` samples of columns. `receiveTime` is one time or a column. `texts` are by row of these columns; their
   * codes are in `value`.
   * @throws RangeError beyond the capacity
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
    this.#alike = undefined;
    batch.tag.set(columns.tag.subarray(0, length), row);
    batch.value.set(columns.value.subarray(0, length), row);
    batch.quality.set(columns.quality.subarray(0, length), row);
    batch.sourceTime.set(columns.sourceTime.subarray(0, length), row);
    if (typeof receiveTime === 'number') batch.receiveTime.fill(receiveTime, row, row + length);
    else batch.receiveTime.set(receiveTime.subarray(0, length), row);
    for (const [at, text] of texts) this.#texts.set(row + at, text);
    this.#length = row + length;
  }

  /**
   * Adds good samples with one source time and one receive time.
   * @param tag becomes the layout of a batch with these samples alone
   * @throws RangeError beyond the capacity
   */
  addAlike(tag: Uint32Array, value: Float64Array, sourceTime: number, receiveTime: number): void {
    const row = this.#length;
    const end = row + tag.length;
    const batch = this.#batch;
    if (end > batch.length) throw new RangeError(`batch of ${this.#device} is full at ${batch.length} samples`);
    if (tag !== this.#alike || row !== 0) {
      batch.tag.set(tag, row);
      batch.quality.fill(0, row, end);
      this.#alike = row === 0 && end === batch.length ? tag : undefined;
    }
    batch.value.set(value, row);
    batch.sourceTime.fill(sourceTime, row, end);
    batch.receiveTime.fill(receiveTime, row, end);
    if (end === batch.length) batch.layout = row === 0 ? tag : undefined;
    this.#length = end;
  }

  /** Reuses the memory for the next batch. This overwrites the previously published batch, so readers must not keep it. */
  restart(): void {
    this.#length = 0;
    if (this.#texts.size > 0) this.#texts.clear();
    this.#batch.forget();
  }

  publish(): Batch {
    // usually the batch is full and needs no other views
    if (this.#length === this.#batch.length) return this.#batch;
    return new Batch({ ...this.#batch.toMessage(), length: this.#length }, this.#texts);
  }
}

/** Assigns each text of a tag a small number, in the order of first appearance. Bounded: further texts share the last code. */
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
