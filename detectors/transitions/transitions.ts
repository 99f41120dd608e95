import type { DetectorSnapshot, DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { column, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, raise } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { compared, explainTag, measure } from '../../src/detector-kit/words.ts';
import { Chain } from './chain.ts';
import { Rarity } from './rarity.ts';

export interface TransitionsConfig {
  readonly window: number;
  readonly minSamples: number;
}

/**
 * Judges how a measurement moves between its values from one sample to the next. Surprise is the ratio of the mean rarity of the recent moves
 * to the largest one of normal operation. A value within its range, but where the process never rests or never moves to, is therefore found.
 */
export class TransitionsDetector extends TagDetector<Rarity> {
  readonly #chain: Chain;
  readonly #largest: Float64Array;
  /** Above 1×, samples are further apart than those that were learned. */
  #isFast = false;

  constructor(config: TransitionsConfig, target: DetectorTarget) {
    let chain: Chain | undefined;
    let largest: Float64Array = new Float64Array(0);
    super(
      'transitions',
      target,
      ({ kind, role }) => kind === 'analog' && role === 'measurement',
      config.minSamples,
      (tags, baseline) => {
        // the first memory that is created is the running one
        if (chain !== undefined) return new Rarity(tags.length, chain, config.window);
        chain = new Chain(tags, baseline);
        largest = baseline.add('largest');
        return new Rarity(tags.length, chain, config.window, largest);
      },
      false,
    );
    if (chain === undefined) throw new TypeError('the running memory was not made');
    this.#chain = chain;
    this.#largest = largest;
  }

  override restore(snapshot: DetectorSnapshot): void {
    super.restore(snapshot);
    this.#chain.forgetComputed();
  }

  protected override pace(speed: number): void {
    this.#isFast = speed > 1;
  }

  protected absorb({ length, channel }: Samples): void {
    const { before, value, mean } = this.learning;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      if (this.learnsScale(at) && !Number.isNaN(before[at])) this.#chain.add(at, before[at] as number, value[at] as number);
      if (!this.learnsShape(at) || !this.#chain.isLively(at)) continue;
      this.learning.average(at);
      raise(this.#largest, at, mean[at] as number);
    }
  }

  protected judge({ length, channel }: Samples, surprise: Float64Array): void {
    const { mean } = this.running;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      surprise[i] = Number.NaN;
      if (!this.compares(at)) continue;
      // an open finding ends, and does not return with the speed
      if (this.#isFast) this.running.reset(at);
      else this.running.average(at);
      surprise[i] = graded((mean[at] as number) / (this.#largest[at] as number));
    }
  }

  protected override compares(channel: number): boolean {
    return (this.#largest[channel] as number) > 0 && this.#chain.isLively(channel);
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    if (!this.compares(channel)) return [];
    return [{ name: '', unit: '', figures: { high: column(this.#largest, { above: 0 }) } }];
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const { from, to } = this.running;
    const [before, value] = [from[channel] as number, to[channel] as number];
    const [low, high] = this.#chain.around(channel, value);
    const [start, end, least, most] = compared(tag, before, value, low, high);
    const about = { tag, measured: value, techniques: [] };
    if (this.#chain.isNew(channel, value))
      return explainTag({
        ...about,
        does: `is at ${end}, between its normal values`,
        normal: `Normal: not between ${least} and ${most}`,
        headline: `is at ${measure(value, tag)}`,
        expected: nearest(value, low, high),
        normalIf: `it were not between ${least} and ${most}`,
      });
    const { seen, of, stays } = this.#chain.countOf(channel, before, value);
    return explainTag({
      ...about,
      does: stays ? `stays near ${end}` : `moves in a rare way, such as from ${start} to ${end}`,
      normal: stays ? `Normal: it leaves with ${of - seen} of ${of} samples` : `Normal: ${seen} of ${of} moves from there`,
      headline: stays ? `stays near ${measure(value, tag)}` : 'moves in a rare way',
      expected: before,
      normalIf: 'its moves were as frequent as in normal operation',
    });
  }
}

/** The nearest of two values. */
const nearest = (value: number, low: number, high: number): number => (value - low < high - value ? low : high);
