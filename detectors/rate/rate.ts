import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Extremes } from '../../src/streaming/extremes.ts';
import { graded } from '../../src/streaming/grade.ts';
import { TagDetector } from '../../src/streaming/tag-detector.ts';
import { duration, explainTag, measure, techniquesOfChange } from '../../src/streaming/words.ts';
import { Moves } from './moves.ts';

export interface RateConfig {
  readonly window: number;
  readonly minSamples: number;
}

/** Share of the engineering range per second below which no movement counts: rounding of computed values. */
const least = 1e-6;

/**
 * Rate of change. Surprise is the ratio of the rate to the fastest normal one in the same direction: pumps start otherwise
 * than they stop, tanks fill otherwise than they drain. A tag that never moved has no rate and is left to `range`.
 */
export class RateDetector extends TagDetector<Moves> {
  readonly #risingStep: Extremes;
  readonly #fallingStep: Extremes;
  readonly #risingSlope: Extremes;
  readonly #fallingSlope: Extremes;
  readonly #least: Float64Array;

  constructor(config: RateConfig, target: DetectorTarget) {
    super(
      'rate',
      target,
      ({ kind }) => kind === 'analog' || kind === 'counter',
      config.minSamples,
      (tags) =>
        new Moves(
          tags.map(({ scanMs }) => scanMs),
          config.window,
        ),
    );
    this.#risingStep = new Extremes(this.baseline, 'risingStep');
    this.#fallingStep = new Extremes(this.baseline, 'fallingStep');
    this.#risingSlope = new Extremes(this.baseline, 'risingSlope');
    this.#fallingSlope = new Extremes(this.baseline, 'fallingSlope');
    this.#least = Float64Array.from(this.tags, ({ range }) => (range === undefined ? 0 : least * (range.high - range.low)));
  }

  protected absorb(channel: number, time: number): void {
    const step = this.learning.step[channel] as number;
    const slope = this.learning.slope[channel] as number;
    (step < 0 ? this.#fallingStep : this.#risingStep).learn(channel, time, Math.abs(step));
    (slope < 0 ? this.#fallingSlope : this.#risingSlope).learn(channel, time, Math.abs(slope));
  }

  protected judge(channel: number): number {
    return graded(Math.max(this.#stepRatio(channel), this.#slopeRatio(channel)));
  }

  #stepRatio(channel: number): number {
    return this.#ratio(channel, this.running.step[channel] as number, this.#risingStep, this.#fallingStep);
  }

  #slopeRatio(channel: number): number {
    return this.#ratio(channel, this.running.slope[channel] as number, this.#risingSlope, this.#fallingSlope);
  }

  #ratio(channel: number, rate: number, rising: Extremes, falling: Extremes): number {
    // a direction that was never taken is judged by the other one
    const own = (rate < 0 ? falling : rising).bound(channel);
    const fastest = own > 0 ? own : (rate < 0 ? rising : falling).bound(channel);
    return fastest > 0 ? Math.abs(rate) / Math.max(fastest, this.#least[channel] as number) : 0;
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const { value, step, slope, slopeMs } = this.running;
    const quick = this.#stepRatio(channel) >= this.#slopeRatio(channel);
    const rate = (quick ? step[channel] : slope[channel]) as number;
    const overMs = quick ? tag.scanMs : (slopeMs[channel] as number);
    const extremes = quick ? [this.#risingStep, this.#fallingStep] : [this.#risingSlope, this.#fallingSlope];
    const most = Math.max(0, (rate < 0 ? extremes[1] : extremes[0])?.bound(channel) ?? 0);
    const moved = measure(Math.abs(rate * overMs) / 1_000, tag);
    const usual = measure((most * overMs) / 1_000, tag);
    const direction = rate < 0 ? 'falls' : 'rises';
    const measured = value[channel] as number;
    return explainTag({
      tag,
      does: `${direction} by ${moved} within ${duration(overMs)}, to ${measure(measured, tag)}; in normal running it ${direction} by at most ${usual} in that time`,
      headline: `${direction} too fast`,
      measured,
      expected: measured - (Math.sign(rate) * Math.max(0, Math.abs(rate) - most) * overMs) / 1_000,
      normalIf: `it moved by less than ${usual} within ${duration(overMs)}`,
      techniques: tag.role === 'measurement' || tag.role === 'status' ? ['T1692.002'] : techniquesOfChange(tag),
    });
  }
}
