import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { Figure, BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, meanStep, raise } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { compared, explainTag, isNothing, normalRange } from '../../src/detector-kit/words.ts';
import { leastSide, Roughness, Usual } from './roughness.ts';

export interface NoiseConfig {
  readonly window: number;
  readonly minSamples: number;
}

/** Share of the usual roughness below which the noise is lost. A process that is merely calmer keeps that of its sensor. */
const lostShare = 0.1;

/**
 * Detects too much or too little noise. Surprise is the distance of the log of the roughness from its normal mean, in units of
 * the largest normal distance on that side. If the last digit normally changes less often than once per window, a constant value
 * is no surprise.
 */
export class NoiseDetector extends TagDetector<Roughness> {
  readonly #warm: number;
  readonly #usual: Usual;
  readonly #high: Float64Array;
  /** Largest of the negated logarithms. */
  readonly #low: Float64Array;

  constructor(config: NoiseConfig, target: DetectorTarget) {
    let usual: Usual | undefined;
    super(
      'noise',
      target,
      ({ kind, role }) => kind === 'analog' && role === 'measurement',
      config.minSamples,
      (tags, baseline) => {
        // the first memory that is created is the running one; in learning each difference counts in full
        if (usual !== undefined) return new Roughness(tags.length, config.window);
        usual = new Usual(tags, baseline);
        return new Roughness(tags.length, config.window, usual);
      },
    );
    this.#usual = usual ?? new Usual(this.tags, this.baseline);
    this.#warm = 2 * config.window;
    this.#high = this.baseline.add('logHigh', 1, Number.NEGATIVE_INFINITY);
    this.#low = this.baseline.add('negatedLogLow', 1, Number.NEGATIVE_INFINITY);
  }

  protected absorb({ length, channel }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number);
  }

  #absorbOne(channel: number): void {
    raise(this.#usual.largestRoot, channel, this.learning.root[channel] as number);
    if ((this.learning.count[channel] as number) < this.#warm) return;
    const log = this.#usual.logOf(channel, this.learning.of(channel));
    const counted = this.#usual.windows[channel] as number;
    this.#usual.centre[channel] = meanStep(this.#usual.centre[channel] as number, log, counted, Number.MAX_SAFE_INTEGER);
    this.#usual.windows[channel] = counted + 1;
    raise(this.#high, channel, log);
    raise(this.#low, channel, -log);
  }

  protected judge({ length, channel }: Samples, surprise: Float64Array): void {
    const { count, log } = this.running;
    const { windows, centre: centres } = this.#usual;
    const [warm, lows, highs] = [this.#warm, this.#low, this.#high];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const centre = centres[at] as number;
      const away = (log[at] as number) - centre;
      const side = away > 0 ? (highs[at] as number) - centre : centre + (lows[at] as number);
      const isKnown = (count[at] as number) >= warm && windows[at] !== 0;
      surprise[i] = isKnown ? graded(Math.abs(away) / Math.max(side, leastSide)) : Number.NaN;
    }
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    const { unit } = this.tags[channel] as Tag;
    if (this.#usual.windows[channel] === 0) return [];
    const figures = { low: powerOf(this.#low, -1), usual: powerOf(this.#usual.centre), high: powerOf(this.#high) };
    return [{ name: '', unit, figures }];
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const now = this.running.of(channel);
    const centre = Math.exp(this.#usual.centre[channel] as number);
    const low = Math.exp(-(this.#low[channel] as number));
    const high = Math.exp(this.#high[channel] as number);
    const vanished = now < centre;
    const [by, least, most] = compared(tag, now, low, high);
    const isConstant = isNothing(high, tag);
    return explainTag({
      tag,
      does: `fluctuates ${vanished ? 'too little' : 'too much'}, by ${by} from sample to sample`,
      normal: isConstant ? 'Normal: no fluctuation' : normalRange(least, most, tag.unit),
      headline: vanished ? (now < lostShare * centre ? 'has lost its noise' : 'fluctuates too little') : 'is noisy',
      of: 'fluctuation',
      measured: now,
      expected: centre,
      low,
      high,
      normalIf: isConstant ? 'it did not fluctuate' : `its fluctuation were between ${least} and ${most} from sample to sample`,
      techniques: ['T1692.002'],
    });
  }
}

/** A column that holds the logarithm of the shown value, or its negative. */
const powerOf = (data: Float64Array, sign: 1 | -1 = 1): Figure => ({
  read: (channel) => Math.exp(sign * (data[channel] as number)),
  write: (channel, value) => (data[channel] = sign * Math.log(value)),
  least: Number.MIN_VALUE,
});
