import type { Detector } from '../../core/detector.ts';
import type { TagTable } from '../../core/tag.ts';
import { contributingTags } from '../../detection/engine/index.ts';

/** The explanation of a large surprise. */
export interface Moment {
  /** Row of its channel in the maxima. */
  readonly channel: number;
  readonly block: number;
  readonly surprise: number;
  readonly sentence: string;
  /** Names of the contributing tags. */
  readonly tags: readonly string[];
}

/** Parts of the data in which the largest surprise of each channel is explained. */
const parts = 12;
/** Most explanations of a channel that are kept. */
const mostOfChannel = 4;
/** A surprise this many times the last explained one of its part is explained again. */
const notableGrowth = 1.3;

/**
 * Explanations of the largest surprises on data that the explaining detectors have not learned. They describe unusual episodes of a
 * calibration, which the finished baseline would explain as normal.
 */
export class Moments {
  readonly #tags: TagTable;
  readonly #partOf: (block: number) => number;
  /** By channel and part: surprise above which another explanation is due. */
  readonly #bars: Float32Array;
  readonly #kept = new Map<number, Moment>();
  #news: { readonly channel: number; readonly block: number; readonly surprise: number }[] = [];

  constructor(channels: number, blocks: number, tags: TagTable) {
    this.#tags = tags;
    this.#partOf = (block) => Math.floor((block * parts) / blocks);
    this.#bars = new Float32Array(channels * parts).fill(1);
  }

  note(channel: number, block: number, surprise: number): void {
    const index = channel * parts + this.#partOf(block);
    if (!(surprise > (this.#bars[index] as number))) return;
    this.#bars[index] = surprise * notableGrowth;
    this.#news.push({ channel, block, surprise });
  }

  get hasNews(): boolean {
    return this.#news.length > 0;
  }

  /**
   * Explains the noted surprises. Call after the observation that caused them.
   * @param offset row of the detector's first channel in the maxima
   */
  explain(detector: Detector, offset: number): void {
    for (const { channel, block, surprise } of this.#news) {
      const index = channel - offset;
      const explanation = detector.explain(index);
      const place = detector.channels[index];
      if (place === undefined || explanation.sentence === '') continue;
      const tags = contributingTags(place, explanation, this.#tags);
      const { sentence } = explanation;
      this.#kept.set(channel * parts + this.#partOf(block), { channel, block, surprise, sentence, tags });
    }
    this.#news = [];
  }

  /** By channel, largest surprise first. */
  list(): Moment[] {
    const byChannel = Map.groupBy(this.#kept.values(), ({ channel }) => channel);
    return [...byChannel]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([, own]) => own.toSorted((a, b) => b.surprise - a.surprise || a.block - b.block).slice(0, mostOfChannel));
  }
}
