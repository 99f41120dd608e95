import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Columns } from '../../src/streaming/columns.ts';
import { column, type Line } from '../../src/streaming/facts.ts';
import { graded, raise } from '../../src/streaming/grade.ts';
import type { Samples } from '../../src/streaming/samples.ts';
import { type Memory, TagDetector } from '../../src/streaming/tag-detector.ts';
import { compared, explainTag, measure, techniquesOfChange } from '../../src/streaming/words.ts';
import { Drift } from './drift.ts';

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
 * that never moved a range of its own, without a division by something near 0. A measurement that drifted through the whole
 * calibration has no range, and is not judged.
 */
export class RangeDetector extends TagDetector<Last> {
  readonly #config: RangeConfig;
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  readonly #drift: Drift;

  constructor(config: RangeConfig, target: DetectorTarget) {
    super(
      'range',
      target,
      ({ kind }) => kind === 'analog',
      config.minSamples,
      (tags) => new Last(tags.length),
    );
    this.#config = config;
    this.#high = this.baseline.add('high', 1, Number.NEGATIVE_INFINITY);
    this.#low = this.baseline.add('low', 1, Number.POSITIVE_INFINITY);
    this.#drift = new Drift(this.baseline, this.samples);
  }

  protected absorb({ length, channel, time, value }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number, time[i] as number, value[i] as number);
  }

  #absorbOne(channel: number, time: number, value: number): void {
    this.learning.advance(channel, time, value);
    raise(this.#high, channel, value);
    if (value < (this.#low[channel] as number)) this.#low[channel] = value;
    this.#drift.learn(channel, time, value);
  }

  protected judge({ length, channel, time, value }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) surprise[i] = this.#judgeOne(channel[i] as number, time[i] as number, value[i] as number);
  }

  #judgeOne(channel: number, time: number, value: number): number {
    this.running.advance(channel, time, value);
    if (isMeasured(this.tags[channel] as Tag) && this.#drift.drifts(channel)) return Number.NaN;
    const low = this.#low[channel] as number;
    const high = this.#high[channel] as number;
    return graded(Math.abs(value - (low + high) / 2) / ((high - low) / 2 + this.#resolution(channel, low, high)));
  }

  #resolution(channel: number, low: number, high: number): number {
    const { range } = this.tags[channel] as Tag;
    const span = range === undefined ? Math.max(Math.abs(low), Math.abs(high)) : range.high - range.low;
    return this.#config.resolution * span || 1e-9;
  }

  protected override lines(channel: number): readonly Line[] {
    const { unit } = this.tags[channel] as Tag;
    if (isMeasured(this.tags[channel] as Tag) && this.#drift.drifts(channel)) return [];
    return [{ name: '', unit, figures: { low: column(this.#low), high: column(this.#high) } }];
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const measured = this.running.value[channel] as number;
    const low = this.#low[channel] as number;
    const high = this.#high[channel] as number;
    const at = measure(measured, tag);
    const expected = Math.min(high, Math.max(low, measured));
    const [exactly, least, most] = compared(tag, measured, low, high);
    const usual = low === high ? `always at ${least}` : `between ${least} and ${most}`;
    const chosen = !isMeasured(tag);
    return explainTag({
      tag,
      does: `${chosen ? 'was set to' : 'is'} ${exactly}, a value that it did not have in normal running, when it was ${usual}`,
      headline: chosen ? `set to ${at}` : `${measured < low ? 'low' : 'high'} at ${at}`,
      measured,
      expected,
      low,
      high,
      normalIf: low === high ? `it were ${least}` : `it were ${usual}`,
      techniques: techniquesOfChange(tag),
    });
  }
}

const isMeasured = ({ role }: Tag): boolean => role === 'measurement' || role === 'status';
