import type { LatestValues } from '../../../src/core/monitor.ts';
import type { TagTable } from '../../../src/core/tag.ts';
import { createValueFrame, type ServerMessage } from '../../protocol.ts';

/** Site time and wall time of a frame, ms UTC. */
export interface FrameTime {
  readonly time: number;
  readonly wallTime: number;
}

/**
 * Values of one page's view. It keeps no queue: a frame is the difference between the latest values and those that the page
 * has, computed when the page can read it. A slow page gets fewer frames and never old values.
 */
export class ValueStream {
  readonly #latest: LatestValues;
  readonly #tags: TagTable;
  readonly #run: number;
  #watch = 0;
  #watched = new Uint32Array(0);
  /** Slots of the view that belong to text tags. */
  #texts: { readonly slot: number; sent: string | undefined }[] = [];
  #value = new Float64Array(0);
  #receiveTime = new Float64Array(0);
  #quality = new Uint32Array(0);
  #changed = new Uint32Array(0);
  #needsSnapshot = false;

  constructor(latest: LatestValues, tags: TagTable, run: number) {
    this.#latest = latest;
    this.#tags = tags;
    this.#run = run;
  }

  /** Replaces the view; the next frame is a snapshot of it. False if an index is not in the tag table. */
  watch(watch: number, tags: readonly number[]): boolean {
    if (tags.some((tag) => tag >= this.#tags.size)) return false;
    this.#watch = watch;
    this.#watched = Uint32Array.from(new Set(tags));
    const size = this.#watched.length;
    this.#value = new Float64Array(size);
    this.#receiveTime = new Float64Array(size);
    this.#quality = new Uint32Array(size);
    this.#changed = new Uint32Array(size);
    this.#texts = [...this.#watched].flatMap((tag, slot) =>
      this.#tags.at(tag).kind === 'text' ? [{ slot, sent: undefined }] : [],
    );
    this.#needsSnapshot = true;
    return true;
  }

  /** The next frame; undefined if the page has all values. */
  frame({ time, wallTime }: FrameTime): ArrayBuffer | undefined {
    const snapshot = this.#needsSnapshot;
    const count = snapshot ? this.#takeAll() : this.#takeChanged();
    if (count === 0 && !snapshot) return undefined;
    this.#needsSnapshot = false;
    const { buffer, frame } = createValueFrame({ run: this.#run, watch: this.#watch, snapshot, time, wallTime }, count);
    for (let i = 0; i < count; i++) {
      const slot = this.#changed[i] ?? 0;
      const tag = this.#watched[slot] ?? 0;
      frame.tag[i] = tag;
      frame.value[i] = this.#value[slot] ?? Number.NaN;
      frame.quality[i] = this.#quality[slot] ?? 0;
      frame.receiveTime[i] = this.#receiveTime[slot] ?? Number.NaN;
      frame.sourceTime[i] = this.#latest.sourceTime[tag] ?? Number.NaN;
      frame.lastGood[i] = this.#latest.lastGood[tag] ?? Number.NaN;
    }
    return buffer;
  }

  /** Texts that the page does not have yet; undefined if there are none. To be called after `frame`. */
  texts(): Extract<ServerMessage, { type: 'texts' }> | undefined {
    const texts: { tag: number; text: string }[] = [];
    for (const each of this.#texts) {
      const tag = this.#watched[each.slot] ?? 0;
      const text = this.#latest.text(tag);
      if (text === undefined || text === each.sent) continue;
      each.sent = text;
      texts.push({ tag, text });
    }
    return texts.length === 0 ? undefined : { type: 'texts', watch: this.#watch, texts };
  }

  #takeAll(): number {
    for (let slot = 0; slot < this.#watched.length; slot++) {
      this.#take(slot);
      this.#changed[slot] = slot;
    }
    return this.#watched.length;
  }

  /** A sample received later is a new sample even with the same value, because ages depend on it. */
  #takeChanged(): number {
    const { value, receiveTime, quality } = this.#latest;
    let count = 0;
    for (let slot = 0; slot < this.#watched.length; slot++) {
      const tag = this.#watched[slot] ?? 0;
      const isSame =
        same(receiveTime[tag], this.#receiveTime[slot]) &&
        quality[tag] === this.#quality[slot] &&
        same(value[tag], this.#value[slot]);
      if (isSame) continue;
      this.#take(slot);
      this.#changed[count] = slot;
      count++;
    }
    return count;
  }

  #take(slot: number): void {
    const tag = this.#watched[slot] ?? 0;
    this.#value[slot] = this.#latest.value[tag] ?? Number.NaN;
    this.#receiveTime[slot] = this.#latest.receiveTime[tag] ?? Number.NaN;
    this.#quality[slot] = this.#latest.quality[tag] ?? 0;
  }
}

const same = (a: number | undefined, b: number | undefined): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));
