import { formatDuration } from '../../src/core/format.ts';
import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { column, type Figure, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, meanStep, raise } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { compared, explainTag, measure } from '../../src/detector-kit/words.ts';
import { Swings, swings } from './swings.ts';

export interface OscillationConfig {
  readonly resolution: number;
  readonly slowestMs: number;
  readonly minSamples: number;
}

/** Factor by which a turning point exceeds the noise from sample to sample. */
const aboveNoise = 4;

/**
 * Detects regular oscillations, as of a hunting loop or a sticking valve. The strength is the smallest of the last eight swings
 * times the regularity of their periods, so that steps, single disturbances and noise have none. Surprise is the ratio to the
 * strongest oscillation of normal operation.
 */
export class OscillationDetector extends TagDetector<Swings> {
  readonly #least: Float64Array;
  readonly #root: Float64Array;
  readonly #rooted: Float64Array;
  readonly #before: Float64Array;
  readonly #strongest: Float64Array;
  readonly #resolution: Float64Array;

  constructor(config: OscillationConfig, target: DetectorTarget) {
    // both memories and the detector share the one column
    let least: Float64Array = new Float64Array(0);
    super(
      'oscillation',
      target,
      ({ kind, role }) => kind === 'analog' && role === 'measurement',
      config.minSamples,
      (_, baseline) => {
        if (least.length === 0) least = baseline.add('leastSwing');
        return new Swings(least, config.slowestMs / 2);
      },
    );
    this.#least = least;
    this.#root = this.baseline.add('root');
    this.#rooted = this.baseline.add('rooted');
    this.#before = this.baseline.add('before', 1, Number.NaN);
    this.#strongest = this.baseline.add('strongest');
    this.#resolution = Float64Array.from(
      this.tags,
      ({ range }) => config.resolution * (range === undefined ? 0 : range.high - range.low),
    );
  }

  protected absorb({ length, channel, value }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number, value[i] as number);
  }

  #absorbOne(channel: number, value: number): void {
    if (this.learnsScale(channel)) this.#learnScale(channel, value);
    if (this.learnsShape(channel)) raise(this.#strongest, channel, this.learning.strength[channel] as number);
  }

  /** Squared mean root of the differences: a scale that rare large ones change little. */
  #learnScale(channel: number, value: number): void {
    const difference = Math.abs(value - (this.#before[channel] as number));
    this.#before[channel] = value;
    if (!(difference >= 0)) return;
    const rooted = this.#rooted[channel] as number;
    const root = meanStep(this.#root[channel] as number, Math.sqrt(difference), rooted, Number.MAX_SAFE_INTEGER);
    this.#root[channel] = root;
    this.#rooted[channel] = rooted + 1;
    this.#least[channel] = Math.max(aboveNoise * root ** 2, this.#resolution[channel] as number);
  }

  protected judge({ length, channel, time }: Samples, surprise: Float64Array): void {
    const { running } = this;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const strength = running.strength[at] as number;
      const isNone = strength === 0 || running.isOver(at, time[i] as number);
      surprise[i] = isNone ? 0 : graded(strength / this.#normal(at));
    }
  }

  /** Strongest oscillation of normal operation, at least the size of a swing. */
  #normal(channel: number): number {
    return Math.max(this.#strongest[channel] as number, this.#least[channel] as number);
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    if (this.#rooted[channel] === 0) return [];
    const swing: Figure = { ...column(this.#strongest, { least: 0 }), read: () => this.#normal(channel) };
    return [{ name: '', unit: (this.tags[channel] as Tag).unit, figures: { swing } }];
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const height = this.running.smallest(channel);
    const period = formatDuration(this.running.periodMs(channel));
    const [by, usual] = compared(tag, height, this.#normal(channel));
    return explainTag({
      tag,
      does: `oscillates by ${by} with a period of ${period}, ${swings / 2} periods in a row`,
      normal: `Normal: regular swings below ${usual}`,
      headline: `oscillates by ${measure(height, tag)}`,
      of: 'swing',
      measured: height,
      expected: 0,
      low: 0,
      high: this.#normal(channel),
      normalIf: `it swung by less than ${usual}, or less evenly`,
      techniques: ['T0836', 'T1692.002'],
    });
  }
}
