import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Columns } from '../../src/streaming/columns.ts';
import { Extremes } from '../../src/streaming/extremes.ts';
import { graded } from '../../src/streaming/grade.ts';
import { type Memory, TagDetector } from '../../src/streaming/tag-detector.ts';
import { explainTag, measure, techniquesOfChange } from '../../src/streaming/words.ts';

export interface RangeConfig {
  readonly resolution: number;
  readonly minSamples: number;
}

/** The value now. */
class Last implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;

  constructor(channels: number) {
    this.state = new Columns(channels);
    this.value = this.state.add('value', 1, Number.NaN);
  }

  advance(channel: number, _time: number, value: number): void {
    this.value[channel] = value;
  }
}

/**
 * The learned range of a tag. Surprise is the distance from the middle of the range in units of its half-width, so that 1 is
 * the edge of what calibration saw. The half-width grows by the share `resolution` of the engineering range: it gives a value
 * that never moved a range of its own, without a division by something near 0.
 */
export class RangeDetector extends TagDetector<Last> {
  readonly #config: RangeConfig;
  readonly #high: Extremes;
  /** Of the negated value. */
  readonly #low: Extremes;
  readonly #chosen: Uint8Array;

  constructor(config: RangeConfig, target: DetectorTarget) {
    super(
      'range',
      target,
      ({ kind }) => kind === 'analog',
      config.minSamples,
      (tags) => new Last(tags.length),
    );
    this.#config = config;
    this.#high = new Extremes(this.baseline, 'high');
    this.#low = new Extremes(this.baseline, 'low');
    this.#chosen = Uint8Array.from(this.tags, ({ role }) => (role === 'measurement' || role === 'status' ? 0 : 1));
  }

  protected absorb(channel: number, time: number, value: number): void {
    this.#high.learn(channel, time, value);
    this.#low.learn(channel, time, -value);
  }

  protected judge(channel: number, _time: number, value: number): number {
    const low = this.#edge(channel, -1);
    const high = this.#edge(channel, 1);
    return graded(Math.abs(value - (low + high) / 2) / ((high - low) / 2 + this.#resolution(channel, low, high)));
  }

  /**
   * Lower (−1) or upper (1) edge. What people set is normal wherever they have set it once. A measurement's two most extreme
   * hours may widen the range by no more than half of what the other hours span, so that an odd stretch in the calibration
   * does not blind the tag.
   */
  #edge(channel: number, side: -1 | 1): number {
    const extremes = side === 1 ? this.#high : this.#low;
    const most = extremes.most(channel);
    const others = this.#high.third(channel) + this.#low.third(channel);
    return side * (this.#chosen[channel] === 1 || !(others > 0) ? most : Math.min(most, extremes.third(channel) + others / 2));
  }

  #resolution(channel: number, low: number, high: number): number {
    const { range } = this.tags[channel] as Tag;
    const span = range === undefined ? Math.max(Math.abs(low), Math.abs(high)) : range.high - range.low;
    return this.#config.resolution * span || 1e-9;
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const measured = this.running.value[channel] as number;
    const low = this.#edge(channel, -1);
    const high = this.#edge(channel, 1);
    const at = measure(measured, tag);
    const expected = Math.min(high, Math.max(low, measured));
    const usual = low === high ? `always at ${measure(low, tag)}` : `between ${measure(low, tag)} and ${measure(high, tag)}`;
    const chosen = this.#chosen[channel] === 1;
    return explainTag({
      tag,
      does: `${chosen ? 'was set to' : 'is'} ${at}, a value that it did not have in normal running, when it was ${usual}`,
      headline: chosen ? `set to ${at}` : `${measured < low ? 'low' : 'high'} at ${at}`,
      measured,
      expected,
      low,
      high,
      normalIf: low === high ? `it were ${measure(low, tag)}` : `it were ${usual}`,
      techniques: techniquesOfChange(tag),
    });
  }
}
