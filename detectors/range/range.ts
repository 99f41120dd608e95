import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Columns } from '../../src/detector-kit/columns.ts';
import { column, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { type Memory, TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { compared, explainTag, measure, normalRange, techniquesOfChange } from '../../src/detector-kit/words.ts';
import { Drift } from './drift.ts';

export interface RangeConfig {
  readonly resolution: number;
  readonly minSamples: number;
}

/** Addition to the half-width, as a share, if the movement of a tag is unknown. */
const leastResolution = 1e-9;

/** The present value. */
class Last implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;

  constructor(channels: number) {
    this.state = new Columns(channels);
    this.value = this.state.add('value', 1, Number.NaN);
  }

  advance({ length, channel, value }: Samples): void {
    const values = this.value;
    for (let i = 0; i < length; i++) values[channel[i] as number] = value[i] as number;
  }
}

/**
 * Judges values by the learned range of a tag. Surprise is the distance from the middle of the range in units of its half-width,
 * so that 1 is the edge of the calibration. The half-width includes the share `resolution` of the engineering range, so that a
 * constant tag also has a range. A measurement that drifted through the whole calibration has no range, and is not judged.
 */
export class RangeDetector extends TagDetector<Last> {
  readonly #config: RangeConfig;
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  /** In the unit of the tag; NaN if it is derived from the learned values. */
  readonly #resolution: Float64Array;
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
    this.#resolution = Float64Array.from(this.tags, ({ range }) =>
      range === undefined ? Number.NaN : config.resolution * (range.high - range.low) || leastResolution,
    );
    this.#drift = new Drift(this.baseline, this.samples, this.tags.map(isMeasured));
  }

  protected absorb(samples: Samples): void {
    const { length, channel, value } = samples;
    const [lows, highs] = [this.#low, this.#high];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const one = value[i] as number;
      if (one > (highs[at] as number)) highs[at] = one;
      if (one < (lows[at] as number)) lows[at] = one;
    }
    this.#drift.learn(samples);
  }

  protected judge({ length, channel, value }: Samples, surprise: Float64Array): void {
    const [lows, highs, resolutions, drift] = [this.#low, this.#high, this.#resolution, this.#drift];
    const share = this.#config.resolution;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const low = lows[at] as number;
      const high = highs[at] as number;
      const stated = resolutions[at] as number;
      const resolution = stated >= 0 ? stated : share * Math.max(Math.abs(low), Math.abs(high)) || leastResolution;
      const away = Math.abs((value[i] as number) - (low + high) / 2) / ((high - low) / 2 + resolution);
      surprise[i] = drift.drifts(at) ? Number.NaN : graded(away);
    }
  }

  /** A value that drifted while it was learned has no range. */
  protected override compares(channel: number): boolean {
    return !this.#drift.drifts(channel);
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    const { unit } = this.tags[channel] as Tag;
    if (!this.compares(channel)) return [];
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
    const chosen = !isMeasured(tag);
    return explainTag({
      tag,
      does: `${chosen ? 'was set to' : 'is'} ${exactly}${expected === measured ? '' : `, ${measured < low ? 'below' : 'above'} its learned range`}`,
      normal: normalRange(least, most, tag.unit, chosen ? `${tag.role.replace('setpoint', 'set-point')} ${tag.name}` : ''),
      headline: chosen ? `set to ${at}` : `${measured < low ? 'low' : 'high'} at ${at}`,
      measured,
      expected,
      low,
      high,
      normalIf: low === high ? `it were ${least}` : `it were between ${least} and ${most}`,
      techniques: techniquesOfChange(tag),
    });
  }
}

const isMeasured = ({ role }: Tag): boolean => role === 'measurement' || role === 'status';
