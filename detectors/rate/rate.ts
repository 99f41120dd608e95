import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { column, type Line } from '../../src/streaming/facts.ts';
import { graded, raise } from '../../src/streaming/grade.ts';
import type { Samples } from '../../src/streaming/samples.ts';
import { TagDetector } from '../../src/streaming/tag-detector.ts';
import { compared, duration, explainTag, measure, techniquesOfChange } from '../../src/streaming/words.ts';
import { Moves } from '../../src/streaming/moves.ts';

export interface RateConfig {
  readonly window: number;
  readonly minSamples: number;
}

/** Share of the engineering range per second below which no movement counts: rounding of computed values. */
const least = 1e-6;

/**
 * Rate of change. Surprise is the ratio of the rate to the fastest normal one; both directions count together, because a pump
 * that started once in the calibration may not have stopped in it. A tag that never moved has no rate and is left to `range`.
 */
export class RateDetector extends TagDetector<Moves> {
  readonly #step: Float64Array;
  readonly #slope: Float64Array;
  readonly #least: Float64Array;

  constructor(config: RateConfig, target: DetectorTarget) {
    super(
      'rate',
      target,
      ({ kind }) => kind === 'analog',
      config.minSamples,
      (tags) =>
        new Moves(
          tags.map(({ scanMs }) => scanMs),
          config.window,
        ),
    );
    this.#step = this.baseline.add('stepPerSecond');
    this.#slope = this.baseline.add('slopePerSecond');
    this.#least = Float64Array.from(this.tags, ({ range }) => (range === undefined ? 0 : least * (range.high - range.low)));
  }

  protected absorb({ length, channel, time, value }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number, time[i] as number, value[i] as number);
  }

  #absorbOne(channel: number, time: number, value: number): void {
    this.learning.advance(channel, time, value);
    raise(this.#step, channel, Math.abs(this.learning.step[channel] as number));
    raise(this.#slope, channel, Math.abs(this.learning.slope[channel] as number));
  }

  protected judge({ length, channel, time, value }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) surprise[i] = this.#judgeOne(channel[i] as number, time[i] as number, value[i] as number);
  }

  #judgeOne(channel: number, time: number, value: number): number {
    this.running.advance(channel, time, value);
    return graded(
      Math.max(this.#ratio(channel, this.running.step, this.#step), this.#ratio(channel, this.running.slope, this.#slope)),
    );
  }

  #ratio(channel: number, rate: Float64Array, fastest: Float64Array): number {
    const normal = fastest[channel] as number;
    return normal > 0 ? Math.abs(rate[channel] as number) / Math.max(normal, this.#least[channel] as number) : 0;
  }

  protected override lines(channel: number): readonly Line[] {
    const { unit } = this.tags[channel] as Tag;
    const figures = { sample: column(this.#step, { least: 0 }), window: column(this.#slope, { least: 0 }) };
    return [{ name: '', unit: `${unit}/s`, figures }];
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const { value, step, slope, slopeMs } = this.running;
    const quick = this.#ratio(channel, step, this.#step) >= this.#ratio(channel, slope, this.#slope);
    const rate = (quick ? step[channel] : slope[channel]) as number;
    const most = (quick ? this.#step[channel] : this.#slope[channel]) as number;
    const overMs = quick ? tag.scanMs : (slopeMs[channel] as number);
    const [moved, usual] = compared(tag, Math.abs(rate * overMs) / 1_000, (most * overMs) / 1_000);
    const direction = rate < 0 ? 'falls' : 'rises';
    const measured = value[channel] as number;
    return explainTag({
      tag,
      does: `${direction} by ${moved} within ${duration(overMs)}, to ${measure(measured, tag)}; in normal running it moves by at most ${usual} in that time`,
      headline: `${direction} too fast`,
      measured,
      expected: measured - (Math.sign(rate) * Math.max(0, Math.abs(rate) - most) * overMs) / 1_000,
      normalIf: `it moved by less than ${usual} within ${duration(overMs)}`,
      techniques: techniquesOfMove(tag),
    });
  }
}

/** A measurement that moves as it never did may have been replaced; everything else was moved by somebody. */
function techniquesOfMove(tag: Tag): readonly string[] {
  return tag.role === 'measurement' || tag.role === 'status' ? ['T1692.002'] : techniquesOfChange(tag);
}
