import { Columns } from '../../src/streaming/columns.ts';
import type { Tag } from '../../src/core/tag.ts';
import { meanStep, saysOver } from '../../src/streaming/grade.ts';
import type { Samples } from '../../src/streaming/samples.ts';
import type { Memory } from '../../src/streaming/tag-detector.ts';

/** Share of the engineering range (of 1 without one) below which noise counts as none. */
const least = 1e-9;
/** One root counts at most as so many times the largest of normal running. */
const mostRoots = 2;
/** Roughness within this log ratio of the usual one is chance. */
export const leastSide = Math.log(1.5);

/** What is known of the roughness in normal running, by channel: columns of the baseline. */
export class Usual {
  /** Root of the largest second difference. */
  readonly largestRoot: Float64Array;
  /** Mean of the logarithm of the roughness. */
  readonly centre: Float64Array;
  /** Windows that were learned. */
  readonly windows: Float64Array;
  /** Roughness that counts as none, in the unit of the tag. */
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
   * Logarithm of how much more likely a second difference is with the usual roughness than with the one of now, both taken for the mean of an
   * exponential distribution; −∞ where the two are alike.
   * @param log of the roughness of now
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
 * Mean square root of |x(t) − 2x(t−1) + x(t−2)|, exponentially. Second differences do not see levels and slopes; the square
 * root keeps a step of the process from passing for noise. What was anomalous is forgotten when it is over: one difference
 * counts for little more than the largest of normal running did, and the mean begins anew where the odds say that it should.
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
  /** Logarithm of the roughness since the last sample, where something is known of what is usual; follows from the rest of the state. */
  readonly log: Float64Array;

  /** @param usual what is known of normal running; without it every difference counts whole */
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

  /** Forgets what was anomalous when it is over. */
  #compare(usual: Usual, channel: number, counted: number): void {
    const roughness = this.of(channel);
    const log = usual.logOf(channel, roughness);
    const isOver = saysOver(this.#over, channel, usual.oddsOf(channel, counted ** 2, roughness, log));
    if (isOver) this.#mean[channel] = Math.exp((usual.centre[channel] as number) / 2);
    this.log[channel] = isOver ? usual.logOf(channel, this.of(channel)) : log;
  }

  /** In the unit of the tag. */
  of(channel: number): number {
    return (this.#mean[channel] as number) ** 2;
  }
}
