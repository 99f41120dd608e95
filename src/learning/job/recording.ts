import { type Batch, BatchBuilder } from '../../core/batch.ts';
import type { Observation } from '../../core/observation.ts';

/** Numbers per chunk of memory. */
const chunkLength = 1 << 18;

/** Batches of an iteration that are not overwritten yet. */
export const keptBatches = 64;

/** Flags in the first number of a batch: each row has its own source time, its own quality. The bits above are the layout. */
const ownTimes = 1;
const ownQualities = 2;
const flags = 4;

/** Rows that many batches share, since polls repeat the same tags. */
interface Layout {
  readonly device: string;
  readonly tags: Uint32Array;
}

/** Numbers in shared memory; a batch lies in one chunk. */
interface Chunk {
  readonly memory: SharedArrayBuffer;
  /** Numbers in use. */
  length: number;
}

/** Form of a recording in a message between threads: the memory is shared, not copied. */
export interface RecordingMessage {
  readonly layouts: readonly Layout[];
  readonly chunks: readonly Readonly<Chunk>[];
  /** Number of samples. */
  readonly length: number;
}

/**
 * Batches in memory for several passes over the same data by several threads, at little more than eight bytes per sample. Polls
 * repeat the same tags at one time, so only the values are stored. Texts are not stored, because no detector learns from them.
 */
export class Recording implements Iterable<Observation> {
  readonly #layouts: Layout[];
  readonly #chunks: Chunk[];
  /** Layouts by a hash of their tags. */
  readonly #known = new Map<number, number[]>();
  /** The last chunk. */
  #numbers: Float64Array = new Float64Array(0);
  #length: number;

  /** Creates an empty recording, or one from another thread, which is then complete. */
  constructor({ layouts, chunks, length }: RecordingMessage = { layouts: [], chunks: [], length: 0 }) {
    this.#layouts = [...layouts];
    this.#chunks = chunks.map((chunk) => ({ ...chunk }));
    this.#length = length;
  }

  /** Number of samples. */
  get length(): number {
    return this.#length;
  }

  toMessage(): RecordingMessage {
    return { layouts: this.#layouts, chunks: this.#chunks, length: this.#length };
  }

  append({ device, tag, value, quality, sourceTime, receiveTime, length }: Batch): void {
    const time = sourceTime[0] ?? Number.NaN;
    let [timed, qualified] = [false, false];
    for (let row = 0; row < length; row++) {
      if (sourceTime[row] !== time) timed = true;
      if (quality[row] !== 0) qualified = true;
    }
    const chunk = this.#roomFor(2 + (timed ? length : 1) + (qualified ? length : 0) + length);
    const numbers = this.#numbers;
    let at = chunk.length;
    numbers[at++] = flags * this.#layoutOf(device, tag) + (timed ? ownTimes : 0) + (qualified ? ownQualities : 0);
    numbers[at++] = receiveTime[0] ?? Number.NaN;
    if (!timed) numbers[at++] = time;
    for (const column of [...(timed ? [sourceTime] : []), ...(qualified ? [quality] : []), value]) {
      numbers.set(column, at);
      at += length;
    }
    chunk.length = at;
    this.#length += length;
  }

  /** Iterates in the order of appending, in which stream time never goes back. Each item is unchanged until `keptBatches` others have been returned. */
  *[Symbol.iterator](): Iterator<Observation> {
    let at = Number.NEGATIVE_INFINITY;
    for (const batch of this.#batches()) {
      at = Math.max(at, batch.receiveTime[0] ?? at);
      yield { kind: 'batch', batch, place: { at, aheadMs: 0 } };
    }
  }

  *#batches(): Generator<Batch, void, void> {
    const builders = new Builders(this.#layouts);
    for (const { memory, length } of this.#chunks) {
      const numbers = new Float64Array(memory);
      for (let at = 0; at < length; ) {
        const head = numbers[at++] as number;
        const receiveTime = numbers[at++] as number;
        const layout = Math.floor(head / flags);
        const { tags } = this.#layouts[layout] as Layout;
        const rows = tags.length;
        const times = at;
        const timeStep = (head & ownTimes) === 0 ? 0 : 1;
        at += timeStep === 0 ? 1 : rows;
        const qualities = at;
        const qualified = (head & ownQualities) !== 0;
        if (qualified) at += rows;
        const builder = builders.of(layout);
        if (timeStep === 0 && !qualified)
          builder.addAlike(tags, numbers.subarray(at, at + rows), numbers[times] as number, receiveTime);
        else
          for (let row = 0; row < rows; row++) {
            const quality = qualified ? (numbers[qualities + row] as number) : 0;
            const time = numbers[times + timeStep * row] as number;
            builder.add(tags[row] as number, numbers[at + row] as number, quality, time, receiveTime);
          }
        at += rows;
        yield builder.publish();
      }
    }
  }

  /** The last chunk, with capacity for `count` more numbers. */
  #roomFor(count: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.length + count <= this.#numbers.length) return last;
    const memory = new SharedArrayBuffer(8 * Math.max(count, chunkLength));
    const chunk = { memory, length: 0 };
    this.#numbers = new Float64Array(memory);
    this.#chunks.push(chunk);
    return chunk;
  }

  #layoutOf(device: string, tag: Uint32Array): number {
    let hash = tag.length;
    for (let row = 0; row < tag.length; row++) hash = (Math.imul(hash, 31) + (tag[row] as number)) | 0;
    const alike = this.#known.get(hash) ?? [];
    if (alike.length === 0) this.#known.set(hash, alike);
    for (const index of alike) {
      const layout = this.#layouts[index] as Layout;
      if (layout.device === device && layout.tags.length === tag.length && layout.tags.every((one, row) => one === tag[row]))
        return index;
    }
    const index = this.#layouts.push({ device, tags: tag.slice() }) - 1;
    alike.push(index);
    return index;
  }
}

/** Builders for each layout, used in turn, shared by batches of one device with the same number of rows. */
class Builders {
  readonly #layouts: readonly Layout[];
  readonly #byLayout: (Turns | undefined)[];
  readonly #bySize = new Map<string, Turns>();

  constructor(layouts: readonly Layout[]) {
    this.#layouts = layouts;
    this.#byLayout = layouts.map(() => undefined);
  }

  of(layout: number): BatchBuilder {
    const turns = (this.#byLayout[layout] ??= this.#turnsOf(this.#layouts[layout] as Layout));
    const builder = turns.builders[turns.next++ % turns.builders.length] as BatchBuilder;
    builder.restart();
    return builder;
  }

  #turnsOf({ device, tags }: Layout): Turns {
    const size = `${tags.length} ${device}`;
    const known = this.#bySize.get(size);
    if (known !== undefined) return known;
    const turns = { builders: Array.from({ length: keptBatches }, () => new BatchBuilder(device, tags.length)), next: 0 };
    this.#bySize.set(size, turns);
    return turns;
  }
}

interface Turns {
  readonly builders: readonly BatchBuilder[];
  next: number;
}
