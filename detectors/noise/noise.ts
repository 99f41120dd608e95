import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Columns } from '../../src/streaming/columns.ts';
import type { Figure, Line } from '../../src/streaming/facts.ts';
import { graded, meanStep, raise } from '../../src/streaming/grade.ts';
import { type Memory, TagDetector } from '../../src/streaming/tag-detector.ts';
import { explainTag, measure } from '../../src/streaming/words.ts';

export interface NoiseConfig {
  readonly window: number;
  readonly minSamples: number;
}

/** Share of the engineering range (of 1 without one) below which noise counts as none. */
const least = 1e-9;
/** One root counts at most as so many times the largest of normal running. */
const mostRoots = 2;
/** The side of a distribution is at least this wide, as a log ratio: less is chance. */
const leastSide = Math.log(1.5);

/**
 * Mean square root of |x(t) − 2x(t−1) + x(t−2)|, exponentially. Second differences do not see levels and slopes; the square
 * root keeps a step of the process from passing for noise. One difference counts for little more than the largest of normal
 * running did, so that noise is over soon after it was, however wild it had been.
 */
class Roughness implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  readonly count: Float64Array;
  readonly #window: number;
  readonly #before: Float64Array;
  readonly #mean: Float64Array;
  /** Root of the last second difference. */
  readonly root: Float64Array;
  readonly #largest: Float64Array | undefined;

  /** @param largest root of normal running, by channel; 0 while it is not known */
  constructor(channels: number, window: number, largest?: Float64Array) {
    this.state = new Columns(channels);
    this.#largest = largest;
    this.#window = window;
    this.value = this.state.add('value', 1, Number.NaN);
    this.#before = this.state.add('before', 1, Number.NaN);
    this.#mean = this.state.add('mean');
    this.root = this.state.add('root');
    this.count = this.state.add('count');
  }

  advance(channel: number, _time: number, value: number): void {
    const last = this.value[channel] as number;
    const bend = Math.abs(value - 2 * last + (this.#before[channel] as number));
    this.#before[channel] = last;
    this.value[channel] = value;
    if (!(bend >= 0)) return;
    const count = this.count[channel] as number;
    const root = Math.sqrt(bend);
    const most = mostRoots * (this.#largest?.[channel] ?? 0);
    this.root[channel] = root;
    const counted = most > 0 && root > most ? most : root;
    this.#mean[channel] = meanStep(this.#mean[channel] as number, counted, count, this.#window);
    this.count[channel] = count + 1;
  }

  /** In the unit of the tag. */
  of(channel: number): number {
    return (this.#mean[channel] as number) ** 2;
  }
}

/**
 * Two-sided. Surprise is how far the log of the roughness is from its normal mean, in units of how far it ever went to that
 * side. A value whose last digit moves less often than once a window has normally been still for a window, so that silence says nothing of it.
 */
export class NoiseDetector extends TagDetector<Roughness> {
  readonly #warm: number;
  readonly #centre: Float64Array;
  readonly #counted: Float64Array;
  readonly #high: Float64Array;
  /** Of the negated log. */
  readonly #low: Float64Array;
  readonly #least: Float64Array;
  /** Root of the largest second difference. */
  readonly #largest: Float64Array;

  constructor(config: NoiseConfig, target: DetectorTarget) {
    let largest: Float64Array | undefined;
    super(
      'noise',
      target,
      ({ kind, role }) => kind === 'analog' && role === 'measurement',
      config.minSamples,
      (tags, baseline) => {
        // the first memory made is the one that runs; what is learned counts whole
        if (largest !== undefined) return new Roughness(tags.length, config.window);
        largest = baseline.add('largestRoot');
        return new Roughness(tags.length, config.window, largest);
      },
    );
    this.#largest = largest ?? this.baseline.add('largestRoot');
    this.#warm = 2 * config.window;
    this.#centre = this.baseline.add('logCentre');
    this.#counted = this.baseline.add('windows');
    this.#high = this.baseline.add('logHigh', 1, Number.NEGATIVE_INFINITY);
    this.#low = this.baseline.add('negatedLogLow', 1, Number.NEGATIVE_INFINITY);
    this.#least = Float64Array.from(this.tags, ({ range }) => least * (range === undefined ? 1 : range.high - range.low));
  }

  protected absorb(channel: number): void {
    raise(this.#largest, channel, this.learning.root[channel] as number);
    if ((this.learning.count[channel] as number) < this.#warm) return;
    const log = this.#log(this.learning, channel);
    const counted = this.#counted[channel] as number;
    this.#centre[channel] = meanStep(this.#centre[channel] as number, log, counted, Number.MAX_SAFE_INTEGER);
    this.#counted[channel] = counted + 1;
    raise(this.#high, channel, log);
    raise(this.#low, channel, -log);
  }

  protected judge(channel: number): number {
    if ((this.running.count[channel] as number) < this.#warm || this.#counted[channel] === 0) return Number.NaN;
    const centre = this.#centre[channel] as number;
    const away = this.#log(this.running, channel) - centre;
    const side = away > 0 ? (this.#high[channel] as number) - centre : centre + (this.#low[channel] as number);
    return graded(Math.abs(away) / Math.max(side, leastSide));
  }

  #log(memory: Roughness, channel: number): number {
    return Math.log(memory.of(channel) + (this.#least[channel] as number));
  }

  protected override lines(channel: number): readonly Line[] {
    const { unit } = this.tags[channel] as Tag;
    if (this.#counted[channel] === 0) return [];
    const figures = { low: powerOf(this.#low, -1), usual: powerOf(this.#centre), high: powerOf(this.#high) };
    return [{ name: '', unit, figures }];
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const now = this.running.of(channel);
    const centre = Math.exp(this.#centre[channel] as number);
    const low = Math.exp(-(this.#low[channel] as number));
    const high = Math.exp(this.#high[channel] as number);
    const vanished = now < centre;
    const usual = `between ${measure(low, tag)} and ${measure(high, tag)}`;
    return explainTag({
      tag,
      does: `${vanished ? 'has almost stopped fluctuating' : 'fluctuates more than it should'}: by ${measure(now, tag)} from sample to sample, normally ${usual}`,
      headline: vanished ? 'has lost its noise' : 'is noisy',
      measured: now,
      expected: centre,
      low,
      high,
      normalIf: `it fluctuated by ${usual} from sample to sample`,
      techniques: ['T1692.002'],
    });
  }
}

/** A column that holds the logarithm of what is shown, or its negative. */
const powerOf = (data: Float64Array, sign: 1 | -1 = 1): Figure => ({
  read: (channel) => Math.exp(sign * (data[channel] as number)),
  write: (channel, value) => (data[channel] = sign * Math.log(value)),
  least: Number.MIN_VALUE,
});
