import { formatDuration } from '../../src/core/format.ts';
import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { column, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, raise } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { compared, explainTag, measure, techniquesOfChange } from '../../src/detector-kit/words.ts';
import { Moves } from '../../src/detector-kit/moves.ts';

export interface RateConfig {
  readonly window: number;
  readonly minSamples: number;
}

/** Share of the engineering range per second below which movement does not count: rounding of computed values. */
const least = 1e-6;

/**
 * Judges the rate of change. Surprise is the ratio of the rate to the fastest normal one. Both directions count together, because
 * a pump that started once in the calibration may not have stopped in it. A tag that never moved has no rate and is left to
 * `range`.
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

  protected absorb({ length, channel }: Samples): void {
    const { step, slope } = this.learning;
    const [mostStep, mostSlope] = [this.#step, this.#slope];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      raise(mostStep, at, Math.abs(step[at] as number));
      raise(mostSlope, at, Math.abs(slope[at] as number));
    }
  }

  protected judge({ length, channel }: Samples, surprise: Float64Array): void {
    const { step, slope } = this.running;
    const [mostStep, mostSlope, leasts] = [this.#step, this.#slope, this.#least];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const least = leasts[at] as number;
      const bySample = ratio(step[at] as number, mostStep[at] as number, least);
      surprise[i] = graded(Math.max(bySample, ratio(slope[at] as number, mostSlope[at] as number, least)));
    }
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    const { unit } = this.tags[channel] as Tag;
    const figures = { sample: column(this.#step, { least: 0 }), window: column(this.#slope, { least: 0 }) };
    return [{ name: '', unit: `${unit}/s`, figures }];
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const { value, step, slope, slopeMs } = this.running;
    const [mostStep, mostSlope] = [this.#step[channel] as number, this.#slope[channel] as number];
    const leastRate = this.#least[channel] as number;
    const [bySample, byWindow] = [step[channel] as number, slope[channel] as number];
    const quick = ratio(bySample, mostStep, leastRate) >= ratio(byWindow, mostSlope, leastRate);
    const rate = quick ? bySample : byWindow;
    const most = quick ? mostStep : mostSlope;
    const overMs = quick ? tag.scanMs : (slopeMs[channel] as number);
    const [moved, usual] = compared(tag, Math.abs(rate * overMs) / 1_000, (most * overMs) / 1_000);
    const direction = rate < 0 ? 'falls' : 'rises';
    const measured = value[channel] as number;
    return explainTag({
      tag,
      does: `${direction} by ${moved} within ${formatDuration(overMs)} to ${measure(measured, tag)}`,
      normal: `Normal: at most ${usual} within ${formatDuration(overMs)}`,
      headline: `${direction} too fast`,
      measured,
      expected: measured - (Math.sign(rate) * Math.max(0, Math.abs(rate) - most) * overMs) / 1_000,
      normalIf: `it moved by less than ${usual} within ${formatDuration(overMs)}`,
      techniques: techniquesOfMove(tag),
    });
  }
}

/** Ratio of a rate to the fastest normal one; 0 without one. */
const ratio = (rate: number, fastest: number, leastRate: number): number =>
  fastest > 0 ? Math.abs(rate) / Math.max(fastest, leastRate) : 0;

/** Techniques: a measurement that moves in a new way may be falsified; every other tag was changed by a command. */
function techniquesOfMove(tag: Tag): readonly string[] {
  return tag.role === 'measurement' || tag.role === 'status' ? ['T1692.002'] : techniquesOfChange(tag);
}
