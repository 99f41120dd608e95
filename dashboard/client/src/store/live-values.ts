import { batch, createSignal, getOwner, onCleanup, type Accessor } from 'solid-js';
import type { ValueFrame } from '../../../protocol.ts';
import { noSample, type Sample } from '../pure/state/freshness.ts';

type Listener = (time: number, value: number, quality: number) => void;

interface Watched {
  count: number;
  readonly version: Accessor<number>;
  readonly bump: () => void;
  readonly listeners: Set<Listener>;
}

/**
 * The last sample of the tags on screen, in typed arrays by tag index. Frames are stored at once. Cells with a new sample
 * are painted once per animation frame.
 */
export class LiveValues {
  #value = new Float64Array(0);
  #quality = new Uint32Array(0);
  #receiveTime = new Float64Array(0);
  #sourceTime = new Float64Array(0);
  #lastGood = new Float64Array(0);
  readonly #watched = new Map<number, Watched>();
  readonly #texts = new Map<number, string>();
  readonly #dirty = new Set<number>();
  #painting = false;
  #scheduled = false;
  readonly #onWatch: (tags: readonly number[]) => void;

  /** @param onWatch called once after the set of watched tags changed */
  constructor(onWatch: (tags: readonly number[]) => void) {
    this.#onWatch = onWatch;
  }

  get watchedTags(): readonly number[] {
    return [...this.#watched.keys()];
  }

  /** Keeps a tag subscribed until the current owner is disposed of. Returns its sample as a signal. */
  sample(tag: number): Accessor<Sample> {
    const watched = this.#enter(tag);
    return () => {
      watched.version();
      return this.read(tag);
    };
  }

  /** Text of a text tag. */
  text(tag: number): string | undefined {
    return this.#texts.get(tag);
  }

  /** Calls the listener for every sample of a tag, until the current owner is disposed of. */
  listen(tag: number, listener: Listener): void {
    const watched = this.#enter(tag);
    watched.listeners.add(listener);
    onCleanup(() => watched.listeners.delete(listener));
  }

  read(tag: number): Sample {
    if (tag >= this.#value.length) return noSample;
    return {
      value: this.#value[tag] ?? Number.NaN,
      quality: this.#quality[tag] ?? 0,
      receiveTime: this.#receiveTime[tag] ?? Number.NaN,
      sourceTime: this.#sourceTime[tag] ?? Number.NaN,
      lastGood: this.#lastGood[tag] ?? Number.NaN,
    };
  }

  take(frame: ValueFrame): void {
    for (let row = 0; row < frame.tag.length; row++) {
      const tag = frame.tag[row] ?? 0;
      if (tag >= this.#value.length) this.#grow(tag + 1);
      const value = frame.value[row] ?? Number.NaN;
      const quality = frame.quality[row] ?? 0;
      this.#value[tag] = value;
      this.#quality[tag] = quality;
      this.#receiveTime[tag] = frame.receiveTime[row] ?? Number.NaN;
      this.#sourceTime[tag] = frame.sourceTime[row] ?? Number.NaN;
      this.#lastGood[tag] = frame.lastGood[row] ?? Number.NaN;
      const watched = this.#watched.get(tag);
      if (watched === undefined) continue;
      this.#dirty.add(tag);
      const time = frame.sourceTime[row] ?? Number.NaN;
      for (const listener of watched.listeners) listener(time, value, quality);
    }
    this.#paint();
  }

  takeTexts(texts: readonly { readonly tag: number; readonly text: string }[]): void {
    for (const { tag, text } of texts) {
      this.#texts.set(tag, text);
      this.#dirty.add(tag);
    }
    this.#paint();
  }

  /** Drops all samples after a change of the server's tag list. */
  forget(): void {
    this.#receiveTime.fill(Number.NaN);
    this.#lastGood.fill(Number.NaN);
    this.#texts.clear();
    for (const tag of this.#watched.keys()) this.#dirty.add(tag);
    this.#paint();
  }

  #enter(tag: number): Watched {
    if (getOwner() === null) throw new Error('a tag can be watched only within a component');
    let watched = this.#watched.get(tag);
    if (watched === undefined) {
      const [version, setVersion] = createSignal(0);
      watched = { count: 0, version, bump: () => setVersion((n) => n + 1), listeners: new Set() };
      this.#watched.set(tag, watched);
      this.#schedule();
    }
    const entered = watched;
    entered.count++;
    onCleanup(() => {
      entered.count--;
      if (entered.count > 0) return;
      this.#watched.delete(tag);
      this.#schedule();
    });
    return entered;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#onWatch(this.watchedTags);
    });
  }

  #paint(): void {
    if (this.#painting || this.#dirty.size === 0) return;
    this.#painting = true;
    requestAnimationFrame(() => {
      this.#painting = false;
      batch(() => {
        for (const tag of this.#dirty) this.#watched.get(tag)?.bump();
      });
      this.#dirty.clear();
    });
  }

  #grow(size: number): void {
    const length = Math.max(size, this.#value.length * 2, 256);
    const grown = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const column = new Float64Array(length).fill(Number.NaN);
      column.set(old);
      return column;
    };
    const quality = new Uint32Array(length);
    quality.set(this.#quality);
    this.#quality = quality;
    this.#value = grown(this.#value);
    this.#receiveTime = grown(this.#receiveTime);
    this.#sourceTime = grown(this.#sourceTime);
    this.#lastGood = grown(this.#lastGood);
  }
}
