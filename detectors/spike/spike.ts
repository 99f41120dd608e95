import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { Figure, BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, meanStep, raise } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { compared, explainTag, measure } from '../../src/detector-kit/words.ts';
import { Hampel } from './hampel.ts';

export interface SpikeConfig {
  readonly window: number;
  readonly minSamples: number;
}

/**
 * Weight of a tag's noise in the unit of height. The deviation of seven samples alone is by chance a third of the true one now and then, and the
 * highest normal spike then hides faults three times as high.
 */
const noiseWeight = 4;

/** Spikes to learn before the smallest of them is taken for one step of the last digit. */
const fewestSpikes = 100;

/**
 * Detects isolated outliers (Hampel's identifier). The height of a spike is in units of the deviation of its own window plus a multiple of the
 * usual height of the tag's small spikes, its noise. One step of the last digit in a constant window is therefore no large spike.
 * Surprise is the ratio to the highest spike of normal operation. Two rounded values differ by up to one step more or less than the true ones.
 * A height that exceeds the highest by less than one step counts as the highest: where noise made spikes of one step only, one of two steps says nothing.
 */
export class SpikeDetector extends TagDetector<Hampel> {
  readonly #window: number;
  readonly #root: Float64Array;
  readonly #rooted: Float64Array;
  readonly #highest: Float64Array;
  /** Weight of the noise with which `highest` was learned. */
  readonly #weight: Float64Array;
  /** Height of the smallest spike. 0 in baselines of earlier versions. */
  readonly #smallest: Float64Array;

  constructor(config: SpikeConfig, target: DetectorTarget) {
    super(
      'spike',
      target,
      ({ kind, role }) => kind === 'analog' && role === 'measurement',
      config.minSamples,
      (tags) =>
        new Hampel(
          tags.map(({ scanMs }) => scanMs),
          config.window,
        ),
    );
    this.#window = config.window;
    this.#root = this.baseline.add('root');
    this.#rooted = this.baseline.add('rooted');
    this.#highest = this.baseline.add('highest');
    this.#weight = this.baseline.add('weight', 1, 1, true);
    this.#smallest = this.baseline.add('smallest', 1, 0, true);
  }

  protected override pace(speed: number): void {
    this.running.speed = speed;
  }

  protected absorb({ length, channel }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number);
  }

  #absorbOne(channel: number): void {
    if ((this.learning.count[channel] as number) < this.#window) return;
    const height = this.learning.height[channel] as number;
    if (height > 0 && this.learnsScale(channel)) {
      const rooted = this.#rooted[channel] as number;
      if (rooted === 0) this.#weight[channel] = noiseWeight;
      this.#smallest[channel] = rooted === 0 ? height : Math.min(this.#smallest[channel] as number, height);
      this.#root[channel] = meanStep(this.#root[channel] as number, Math.sqrt(height), rooted, Number.MAX_SAFE_INTEGER);
      this.#rooted[channel] = rooted + 1;
    }
    if (this.learnsShape(channel)) raise(this.#highest, channel, this.#relative(this.learning, channel, 0));
  }

  protected judge({ length, channel }: Samples, surprise: Float64Array): void {
    const { count } = this.running;
    const [window, rooted, highests] = [this.#window, this.#rooted, this.#highest];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const highest = highests[at] as number;
      const isKnown = (count[at] as number) >= window && rooted[at] !== 0 && highest > 0;
      surprise[i] = isKnown ? graded(this.#ratio(at)) : Number.NaN;
    }
  }

  protected override compares(channel: number): boolean {
    return (this.#rooted[channel] as number) > 0 && (this.#highest[channel] as number) > 0;
  }

  /** Ratio of the height to the highest normal one. */
  #ratio(channel: number): number {
    const highest = this.#highest[channel] as number;
    const ratio = this.#relative(this.running, channel, 0) / highest;
    return ratio > 1 ? Math.max(1, this.#relative(this.running, channel, this.#step(channel)) / highest) : ratio;
  }

  /** Height of the candidate less `step`, in units of its noise. */
  #relative(memory: Hampel, channel: number, step: number): number {
    const height = (memory.height[channel] as number) - step;
    // most samples are no spike
    if (!(height > 0)) return 0;
    const unit = this.#unit(memory, channel);
    return unit > 0 ? height / unit : 0;
  }

  /** One step of the last digit; 0 if unknown. */
  #step(channel: number): number {
    return (this.#rooted[channel] as number) < fewestSpikes ? 0 : (this.#smallest[channel] as number);
  }

  #unit(memory: Hampel, channel: number): number {
    return (memory.deviation[channel] as number) + this.#noise(channel);
  }

  #noise(channel: number): number {
    return (this.#weight[channel] as number) * (this.#root[channel] as number) ** 2;
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    const { unit } = this.tags[channel] as Tag;
    const noise = this.#noise(channel);
    if (!(noise > 0)) return [];
    // in a window without noise
    const height: Figure = {
      read: () => (this.#highest[channel] as number) * noise,
      write: (_, value) => (this.#highest[channel] = value / noise),
      least: 0,
    };
    return [{ name: '', unit, figures: { height } }];
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const measured = this.running.candidate[channel] as number;
    const median = this.running.median[channel] as number;
    const reach = (this.#highest[channel] as number) * this.#unit(this.running, channel);
    const [height, most] = compared(tag, Math.abs(measured - median), reach);
    return explainTag({
      tag,
      does: `jumped to ${measure(measured, tag)} for one sample, ${height} away from its neighbours at ${measure(median, tag)}`,
      normal: `Normal: at most ${most} away`,
      headline: `spike to ${measure(measured, tag)}`,
      measured,
      expected: median,
      low: median - reach,
      high: median + reach,
      normalIf: `it stayed within ${most} of its neighbours`,
      techniques: ['T1692.002'],
    });
  }
}
