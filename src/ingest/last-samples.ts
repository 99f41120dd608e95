import { isUsable } from '../core/quality.ts';

/** Last sample of each tag of one device, as columns: a site has many tags with frequent samples. */
export class LastSamples {
  readonly #places: ReadonlyMap<number, number>;
  readonly #sourceTime: Float64Array;
  readonly #isGood: Uint8Array;
  readonly #isKnown: Uint8Array;
  #good = 0;
  #known = 0;

  /** @param tags indices of the device's tags */
  constructor(tags: readonly number[]) {
    this.#places = new Map(tags.map((tag, place) => [tag, place]));
    this.#sourceTime = new Float64Array(tags.length).fill(Number.NEGATIVE_INFINITY);
    this.#isGood = new Uint8Array(tags.length);
    this.#isKnown = new Uint8Array(tags.length);
  }

  /** Number of tags whose last sample was good; if it is above 0, the device has data. */
  get good(): number {
    return this.#good;
  }

  /** True once every tag has a sample since the start or the last loss. */
  get isWhole(): boolean {
    return this.#known === this.#isKnown.length;
  }

  /** Source time of a tag's last sample, ms UTC; −∞ if it has none. */
  lastTime(tag: number): number {
    return this.#sourceTime[this.#places.get(tag) ?? -1] ?? Number.NEGATIVE_INFINITY;
  }

  /** Records a sample. False if its source time is before that of the last one of its tag. @throws RangeError for a tag of another device */
  note(tag: number, sourceTime: number, quality: number): boolean {
    const place = this.#places.get(tag);
    if (place === undefined) throw new RangeError(`tag ${tag} does not belong to the device that reports it`);
    this.#known += 1 - (this.#isKnown[place] as number);
    this.#isKnown[place] = 1;
    const good = isUsable(quality) ? 1 : 0;
    this.#good += good - (this.#isGood[place] as number);
    this.#isGood[place] = good;
    const isBefore = sourceTime < (this.#sourceTime[place] as number);
    this.#sourceTime[place] = sourceTime;
    return !isBefore;
  }

  /** Records the loss of the device: no tag is good. */
  lost(): void {
    this.#isGood.fill(0);
    this.#isKnown.fill(0);
    this.#good = 0;
    this.#known = 0;
  }
}
