import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Columns } from '../../src/detector-kit/columns.ts';
import { type BaselineLine, column, type Figure } from '../../src/detector-kit/facts.ts';
import { graded, raise } from '../../src/detector-kit/grade.ts';
import { usualAbsorbMs, dayMs, RecentLevels, Widths } from '../../src/detector-kit/recent.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { type Memory, TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { BlockMeans, growthOf } from '../../src/detector-kit/wander.ts';
import { compared, explainTag, measure, normalRange, techniquesOfChange } from '../../src/detector-kit/words.ts';

export interface RangeConfig {
  readonly resolution: number;
  readonly minSamples: number;
}

/** Addition to the half-width of a tag without an engineering range that was 0 while it was learned. */
const leastResolution = 1e-9;
/** Longest time for which one value counts, in scan periods. */
const longestStep = 3;

/** The value of each tag, and what is usual of it now. */
class Recent implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  readonly levels: RecentLevels;
  readonly widths: Widths;
  /** Of a calibration in progress. */
  readonly blocks: BlockMeans;
  readonly begin: Float64Array;
  readonly end: Float64Array;

  constructor(channels: number) {
    this.state = new Columns(channels);
    this.value = this.state.add('value', 1, Number.NaN);
    this.levels = new RecentLevels(this.state);
    this.widths = new Widths(this.state);
    this.blocks = new BlockMeans(this.state);
    this.begin = this.state.add('begin', 1, Number.NaN);
    this.end = this.state.add('end', 1, Number.NaN);
  }

  advance({ length, channel, value }: Samples): void {
    for (let i = 0; i < length; i++) this.value[channel[i] as number] = value[i] as number;
  }
}

/**
 * Judges each value against a band around the recent level of its tag: as wide as the largest distance from that level in normal operation.
 * The level follows a measurement within a day. A set-point does not wander by itself: its level is the middle of its learned range.
 */
export class RangeDetector extends TagDetector<Recent> {
  readonly #minSamples: number;
  readonly #resolution: number;
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  /** Largest distance from the level of the day before. */
  readonly #swing: Float64Array;
  readonly #growth: Float64Array;
  /** By channel: the step of a constant; NaN without an engineering range. */
  readonly #steps: Float64Array;
  readonly #follows: readonly boolean[];

  constructor(config: RangeConfig, target: DetectorTarget) {
    super(
      'range',
      target,
      ({ kind }) => kind === 'analog',
      config.minSamples,
      (tags) => new Recent(tags.length),
    );
    this.#minSamples = config.minSamples;
    this.#resolution = config.resolution;
    this.#high = this.baseline.add('high', 1, Number.NEGATIVE_INFINITY);
    this.#low = this.baseline.add('low', 1, Number.POSITIVE_INFINITY);
    this.#swing = this.baseline.add('swing');
    this.#growth = this.baseline.add('growth', 1, 1);
    this.#steps = Float64Array.from(this.tags, ({ range }) =>
      range === undefined ? Number.NaN : config.resolution * (range.high - range.low) || leastResolution,
    );
    this.#follows = this.tags.map(isMeasured);
  }

  /** What is usual outlasts a gap. */
  protected override restart(): void {}

  protected absorb({ length, channel, time, value }: Samples): void {
    const { levels, blocks, begin, end } = this.learning;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const now = time[i] as number;
      const one = value[i] as number;
      if (one > (this.#high[at] as number)) this.#high[at] = one;
      if (one < (this.#low[at] as number)) this.#low[at] = one;
      if (Number.isNaN(begin[at])) begin[at] = now;
      const off = levels.learn(at, one, this.#stepOf(at), now - (begin[at] as number));
      // the first values are not yet a level
      if (2 * (this.samples[at] as number) > this.#minSamples) raise(this.#swing, at, Math.abs(off));
      blocks.add(at, one);
      end[at] = now;
    }
  }

  protected override finish(): void {
    const { blocks, begin, end } = this.learning;
    for (let at = 0; at < this.channels.length; at++) {
      if (this.#follows[at] === true)
        this.#growth[at] = growthOf(blocks.of(at), (end[at] as number) - (begin[at] as number), dayMs);
      else this.#swing[at] = ((this.#high[at] as number) - (this.#low[at] as number)) / 2;
    }
  }

  protected judge({ length, channel, time, value }: Samples, surprise: Float64Array): void {
    const { levels, widths } = this.running;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const now = time[i] as number;
      const one = value[i] as number;
      if (Number.isNaN(levels.level[at])) this.#start(at);
      const ratio = Math.abs(one - (levels.level[at] as number)) / this.#boundOf(at);
      const away = ratio / (widths.width[at] as number);
      surprise[i] = graded(away);
      widths.follow(at, now, away > 1 ? 0 : ratio);
      if (away <= 1 && this.#follows[at] !== true) continue;
      if (levels.follow(at, now, one, away > 1, this.#stepOf(at) * longestStep, usualAbsorbMs))
        widths.widen(at, (levels.spread[at] as number) / this.#boundOf(at));
    }
  }

  /** The tag starts in the middle of what was learned. */
  #start(at: number): void {
    this.running.levels.level[at] = ((this.#low[at] as number) + (this.#high[at] as number)) / 2;
    this.running.widths.width[at] = this.#growth[at] as number;
  }

  #stepOf(at: number): number {
    return (this.tags[at] as Tag).scanMs;
  }

  #boundOf(at: number): number {
    const step = this.#steps[at] as number;
    if (step >= 0) return (this.#swing[at] as number) + step;
    const largest = Math.max(Math.abs(this.#low[at] as number), Math.abs(this.#high[at] as number));
    return (this.#swing[at] as number) + (this.#resolution * largest || leastResolution);
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    const { unit } = this.tags[channel] as Tag;
    const [low, high, swing] = [column(this.#low), column(this.#high), column(this.#swing, { least: 0 })];
    if (this.#follows[channel] === true) return [{ name: '', unit, figures: { low: learnt(low), high: learnt(high), swing } }];
    const chosen = (figure: Figure): Figure => ({
      ...learnt(figure),
      write: (at, value) => {
        figure.write?.(at, value);
        this.#swing[at] = ((this.#high[at] as number) - (this.#low[at] as number)) / 2;
        this.#start(at);
      },
    });
    return [{ name: '', unit, figures: { low: chosen(low), high: chosen(high) } }];
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const measured = this.running.value[channel] as number;
    const level = this.running.levels.level[channel] as number;
    const half = this.#boundOf(channel) * (this.running.widths.width[channel] as number);
    const [low, high] = [level - half, level + half];
    const at = measure(measured, tag);
    const expected = Math.min(high, Math.max(low, measured));
    const [exactly, least, most] = compared(tag, measured, low, high);
    const chosen = !isMeasured(tag);
    return explainTag({
      tag,
      does: `${chosen ? 'was set to' : 'is'} ${exactly}${expected === measured ? '' : `, ${measured < low ? 'below' : 'above'} its normal range`}`,
      normal: normalRange(least, most, tag.unit, chosen ? `${tag.role.replace('setpoint', 'set-point')} ${tag.name}` : ''),
      headline: chosen ? `set to ${at}` : `${measured < low ? 'low' : 'high'} at ${at}`,
      measured,
      expected,
      low,
      high,
      normalIf: least === most ? `it were ${least}` : `it were between ${least} and ${most}`,
      techniques: techniquesOfChange(tag),
    });
  }
}

/** A figure that can only be learned. */
const learnt = (figure: Figure): Figure => ({ read: (channel) => figure.read(channel) });

const isMeasured = ({ role }: Tag): boolean => role === 'measurement' || role === 'status';
