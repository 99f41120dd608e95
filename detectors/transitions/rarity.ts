import { Columns } from '../../src/detector-kit/columns.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import type { Memory } from '../../src/detector-kit/tag-detector.ts';
import type { Chain } from './chain.ts';

/** Largest mean rarity, as a multiple of the largest of normal operation: a finding ends soon after its cause. */
const most = 8;

/** Exponential average of the rarity of the moves of each channel, and the rarest of its recent moves. */
export class Rarity implements Memory {
  readonly state: Columns;
  /** Last value and the one before it; NaN if there is none. */
  readonly value: Float64Array;
  readonly before: Float64Array;
  readonly mean: Float64Array;
  /** The move that contributes most to the mean, with its contribution. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly weight: Float64Array;
  /** Value at which the present rest began, and the number of samples for which it has stayed near it. */
  readonly #anchor: Float64Array;
  readonly #stayed: Float64Array;
  readonly #chain: Chain;
  readonly #window: number;
  readonly #largest: Float64Array | undefined;

  /** @param largest mean of normal operation, by channel; undefined while it is learned */
  constructor(channels: number, chain: Chain, window: number, largest?: Float64Array) {
    this.state = new Columns(channels);
    this.#chain = chain;
    this.#window = window;
    this.#largest = largest;
    this.value = this.state.add('value', 1, Number.NaN);
    this.before = this.state.add('before', 1, Number.NaN);
    this.mean = this.state.add('mean');
    this.from = this.state.add('from', 1, Number.NaN);
    this.to = this.state.add('to', 1, Number.NaN);
    this.weight = this.state.add('weight');
    this.#anchor = this.state.add('anchor', 1, Number.NaN, true);
    this.#stayed = this.state.add('stayed', 1, 0, true);
  }

  advance({ length, channel, value }: Samples): void {
    const { value: values, before } = this;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      before[at] = values[at] as number;
      values[at] = value[i] as number;
    }
  }

  /** Begins the mean of a channel anew. */
  reset(channel: number): void {
    this.mean[channel] = 0;
    this.weight[channel] = 0;
  }

  /**
   * A rest lasts for a reason, such as a stopped machine, and its duration does not depend on the value: its arrival and its first sample
   * count in full, and the others as a stay anywhere. At a value that was never learned each sample counts in full.
   */
  #rarityOf(channel: number, from: number, to: number): number {
    const rarity = this.#chain.rarity(channel, from, to);
    if (!this.#chain.isNear(channel, this.#anchor[channel] as number, to)) {
      this.#anchor[channel] = to;
      this.#stayed[channel] = 0;
      return rarity;
    }
    const stayed = (this.#stayed[channel] as number) + 1;
    this.#stayed[channel] = stayed;
    if (stayed === 1 || this.#chain.isNew(channel, to)) return rarity;
    return Math.min(rarity, this.#chain.rarityOfRest(channel));
  }

  /** Adds the last move of a channel to its mean. */
  average(channel: number): void {
    const [from, to] = [this.before[channel] as number, this.value[channel] as number];
    if (Number.isNaN(from)) return;
    const rarity = this.#rarityOf(channel, from, to) / this.#window;
    const kept = 1 - 1 / this.#window;
    const mean = (this.mean[channel] as number) * kept + rarity;
    const largest = this.#largest?.[channel] ?? 0;
    this.mean[channel] = largest > 0 ? Math.min(mean, most * largest) : mean;
    const weight = (this.weight[channel] as number) * kept;
    this.weight[channel] = Math.max(weight, rarity);
    if (!(rarity > 0 && rarity >= weight)) return;
    this.from[channel] = from;
    this.to[channel] = to;
  }
}
