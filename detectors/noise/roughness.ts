import { Columns } from '../../src/detector-kit/columns.ts';
import type { Tag } from '../../src/core/tag.ts';
import { meanStep, addsOver } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import type { Memory } from '../../src/detector-kit/tag-detector.ts';

/** Share of the engineering range (of 1 without a range) below which noise counts as zero. */
const least = 1e-9;
/** Maximum weight of one root, as a multiple of the largest of normal operation. */
const mostRoots = 2;
/** Roughness within this log ratio of the usual one is chance. */
export const leastSide = Math.log(1.5);

/** Roughness in normal operation, by channel: columns of the baseline. */
export class Usual {
  /** Root of the largest second difference. */
  readonly largestRoot: Float64Array;
  /** Mean of the logarithm of the roughness. */
  readonly centre: Float64Array;
  /** Learned windows. */
  readonly windows: Float64Array;
  /** Roughness that counts as zero, in the unit of the tag. */
  readonly least: Float64Array;

  constructor(tags: readonly Tag[], baseline: Columns) {
    this.largestRoot = baseline.add('largestRoot');
    this.centre = baseline.add('logCentre');
    this.windows = baseline.add('windows');
    this.least = Float64Array.from(tags, ({ range }) => least * (range === undefined ? 1 : range.high - range.low));
  }

  logOf(channel: number, roughness: number): number {
    return Math.log(roughness + (this.least[channel] as number));
  }

  /**
   * Log likelihood ratio of a second difference, usual roughness over the present one, both as the mean of an
   * exponential distribution; −∞ if the two are alike.
   * @param log of the present roughness
   */
  oddsOf(channel: number, difference: number, roughness: number, log: number): number {
    if (this.windows[channel] === 0) return Number.NEGATIVE_INFINITY;
    const none = this.least[channel] as number;
    const centre = this.centre[channel] as number;
    const away = log - centre;
    if (Math.abs(away) <= leastSide) return Number.NEGATIVE_INFINITY;
    return away - (difference + none) * (Math.exp(-centre) - 1 / (roughness + none));
  }
}

/**
 * Mean square root of |x(t) − 2x(t−1) + x(t−2)|, exponentially averaged. Second differences remove levels and slopes, and the
 * square root limits the effect of a process step. An anomaly is removed when it has ended: one difference counts for little more
 * than the largest of normal operation, and the mean restarts according to the odds.
 */
export class Roughness implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  readonly count: Float64Array;
  /** Root of the last second difference. */
  readonly root: Float64Array;
  readonly #window: number;
  readonly #before: Float64Array;
  readonly #mean: Float64Array;
  readonly #over: Float64Array;
  readonly #usual: Usual | undefined;
  /** Logarithm of the roughness since the last sample, if the normal roughness is known; computed from the rest of the state. */
  readonly log: Float64Array;

  /** @param usual roughness in normal operation; without it every difference counts in full */
  constructor(channels: number, window: number, usual?: Usual) {
    this.state = new Columns(channels);
    this.#usual = usual;
    this.#window = window;
    this.log = new Float64Array(channels).fill(Number.NaN);
    this.value = this.state.add('value', 1, Number.NaN);
    this.#before = this.state.add('before', 1, Number.NaN);
    this.#mean = this.state.add('mean');
    this.root = this.state.add('root');
    this.count = this.state.add('count');
    this.#over = this.state.add('over');
  }

  advance({ length, channel, value }: Samples): void {
    const [values, befores, counts, means, roots] = [this.value, this.#before, this.count, this.#mean, this.root];
    const [usual, window] = [this.#usual, this.#window];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const one = value[i] as number;
      const last = values[at] as number;
      const difference = Math.abs(one - 2 * last + (befores[at] as number));
      befores[at] = last;
      values[at] = one;
      if (!(difference >= 0)) continue;
      const count = counts[at] as number;
      const root = Math.sqrt(difference);
      const most = usual === undefined ? 0 : mostRoots * (usual.largestRoot[at] as number);
      const counted = most > 0 && root > most ? most : root;
      roots[at] = root;
      means[at] = meanStep(means[at] as number, counted, count, window);
      counts[at] = count + 1;
      if (usual !== undefined) this.#compare(usual, at, counted);
    }
  }

  /** Removes an anomaly that has ended. */
  #compare(usual: Usual, channel: number, counted: number): void {
    const roughness = this.of(channel);
    const log = usual.logOf(channel, roughness);
    const isOver = addsOver(this.#over, channel, usual.oddsOf(channel, counted ** 2, roughness, log));
    if (isOver) this.#mean[channel] = Math.exp((usual.centre[channel] as number) / 2);
    this.log[channel] = isOver ? usual.logOf(channel, this.of(channel)) : log;
  }

  /** Roughness in the unit of the tag. */
  of(channel: number): number {
    return (this.#mean[channel] as number) ** 2;
  }
}
