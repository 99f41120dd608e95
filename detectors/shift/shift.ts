import { formatDuration } from '../../src/core/format.ts';
import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { column, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, meanStep, raise } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { compared, explainTag, measure } from '../../src/detector-kit/words.ts';
import { Charts, type LevelRange } from './charts.ts';

export interface ShiftConfig {
  readonly fast: number;
  readonly slow: number;
  readonly minSamples: number;
}

/** Fewest samples of both passes, in memories of the level, that show the levels of normal operation: fewer show a part of a drift. */
const fewestMemories = 20;

/**
 * Detects a level shift against a slow level, by two charts: EWMA (distance of the recent mean) and CUSUM (duration of a
 * deviation beyond the noise). Each is compared with its largest value on either side in normal operation. Daily cycles,
 * set-point steps and pump starts, which move both charts, therefore stay within 1.
 */
export class ShiftDetector extends TagDetector<Charts> {
  readonly #config: ShiftConfig;
  readonly #root: Float64Array;
  readonly #rooted: Float64Array;
  /** Smallest change of the value; 0 if it never changed, and in baselines of earlier versions. */
  readonly #step: Float64Array;
  readonly #scale: Float64Array;
  readonly #offset: Float64Array;
  readonly #sum: Float64Array;
  /** Unknown in baselines of earlier versions, and after a short calibration. */
  readonly #levels: LevelRange;

  constructor(config: ShiftConfig, target: DetectorTarget) {
    // both memories and the detector share the columns of scales and largest sums
    let scale: Float64Array = new Float64Array(0);
    let mostSum: Float64Array = new Float64Array(0);
    let levels: LevelRange = { low: new Float64Array(0), high: new Float64Array(0) };
    // columns of no channels are empty whether they were added or not
    let added = false;
    super(
      'shift',
      target,
      ({ kind, role }) => kind === 'analog' && role === 'measurement',
      config.minSamples,
      (_, baseline) => {
        // the memory of running is made first: only it begins at a learned level
        const isRunning = !added;
        if (isRunning) {
          added = true;
          scale = baseline.add('scale');
          mostSum = baseline.add('sum');
          levels = { low: baseline.add('low', 1, Number.NaN, true), high: baseline.add('high', 1, Number.NaN, true) };
        }
        return new Charts(scale, mostSum, config.fast, config.slow, isRunning ? levels : undefined);
      },
    );
    this.#levels = levels;
    this.#config = config;
    this.#scale = scale;
    this.#root = this.baseline.add('root');
    this.#rooted = this.baseline.add('rooted');
    this.#step = this.baseline.add('step', 1, 0, true);
    this.#offset = this.baseline.add('offset');
    this.#sum = mostSum;
  }

  protected absorb({ length, channel }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number);
  }

  #absorbOne(channel: number): void {
    const { learning } = this;
    if ((learning.count[channel] as number) <= this.#config.fast) return;
    if (this.learnsScale(channel)) {
      this.#learnScale(channel, Math.abs(learning.innovation[channel] as number));
      this.#learnStep(channel, learning.change[channel] as number);
    }
    if (!this.learnsShape(channel)) return;
    // not earlier: a scale from few samples would keep the level at its start
    this.#scale[channel] = Math.max((this.#root[channel] ?? 0) ** 2, this.#rounding(channel));
    if ((learning.count[channel] as number) > this.#config.slow) this.#learnLevel(channel, learning.level[channel] as number);
    raise(this.#offset, channel, Math.abs(learning.offset(channel)));
    raise(this.#sum, channel, learning.sum(channel));
  }

  /** Squared mean root: a scale that rare large innovations change little. */
  #learnScale(channel: number, size: number): void {
    const rooted = this.#rooted[channel] as number;
    this.#root[channel] = meanStep(this.#root[channel] as number, Math.sqrt(size), rooted, Number.MAX_SAFE_INTEGER);
    this.#rooted[channel] = rooted + 1;
  }

  #learnLevel(channel: number, level: number): void {
    const { low, high } = this.#levels;
    if (!(level >= (low[channel] as number))) low[channel] = level;
    if (!(level <= (high[channel] as number))) high[channel] = level;
  }

  #learnStep(channel: number, change: number): void {
    const step = this.#step[channel] as number;
    if (change > 0) this.#step[channel] = step === 0 ? change : Math.min(step, change);
  }

  /**
   * Largest error of a rounded value: half of the smallest change. Without it the scale of a value that hardly ever changes would be so small
   * that its level never reaches another value. Half of the last digit that is shown if only large changes were learned.
   */
  #rounding(channel: number): number {
    const { decimals } = this.tags[channel] as Tag;
    return 0.5 * Math.min(this.#step[channel] as number, 10 ** -decimals);
  }

  protected override finish(): void {
    const { low, high } = this.#levels;
    const fewest = fewestMemories * this.#config.slow;
    for (let channel = 0; channel < low.length; channel++)
      if ((this.samples[channel] as number) < fewest) low[channel] = high[channel] = Number.NaN;
  }

  protected judge({ length, channel }: Samples, surprise: Float64Array): void {
    const { count } = this.running;
    const { fast } = this.#config;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      surprise[i] = (count[at] as number) <= fast ? Number.NaN : graded(Math.max(this.#ewma(at), this.#cusum(at)));
    }
  }

  #ewma(channel: number): number {
    const furthest = Math.max(this.#offset[channel] as number, this.#scale[channel] as number);
    return furthest > 0 ? Math.abs(this.running.offset(channel)) / furthest : 0;
  }

  #cusum(channel: number): number {
    return this.running.sum(channel) / Math.max(this.#sum[channel] as number, this.#config.fast);
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    const { unit } = this.tags[channel] as Tag;
    return [{ name: '', unit, figures: { away: column(this.#offset, { least: 0 }) } }];
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const recent = this.running.recent[channel] as number;
    const level = this.running.level[channel] as number;
    const offset = recent - level;
    const furthest = this.#offset[channel] as number;
    const side = offset < 0 ? 'below' : 'above';
    const spanMs = this.#config.slow * tag.scanMs;
    const [off, most] = compared(tag, Math.abs(offset), furthest);
    const away = `${off} ${side} its mean of the last ${formatDuration(spanMs)}`;
    const sustained = this.#cusum(channel) > this.#ewma(channel);
    return explainTag({
      tag,
      does: sustained ? `stays at ${measure(recent, tag)}, ${away}` : `moved to ${measure(recent, tag)}, ${away}`,
      normal: sustained ? 'Normal: shorter deviations of this size' : `Normal: at most ${most} away`,
      headline: `shifted ${offset < 0 ? 'down' : 'up'} to ${measure(recent, tag)}`,
      measured: recent,
      expected: level,
      low: level - furthest,
      high: level + furthest,
      normalIf: `it came back to about ${measure(level, tag)}`,
      techniques: [],
    });
  }
}
