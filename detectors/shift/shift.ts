import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Extremes } from '../../src/streaming/extremes.ts';
import { graded, meanStep } from '../../src/streaming/grade.ts';
import { TagDetector } from '../../src/streaming/tag-detector.ts';
import { duration, explainTag, measure } from '../../src/streaming/words.ts';
import { Charts } from './charts.ts';

export interface ShiftConfig {
  readonly fast: number;
  readonly slow: number;
  readonly minSamples: number;
}

/**
 * Level shift against a slow level, by two charts: EWMA (how far the recent mean is away) and CUSUM (for how long it has been
 * away by more than noise). Each is compared with the furthest that it went to the same side in normal running, so that daily
 * cycles, setpoint steps and pump starts, which move both charts, are within 1.
 */
export class ShiftDetector extends TagDetector<Charts> {
  readonly #config: ShiftConfig;
  readonly #root: Float64Array;
  readonly #rooted: Float64Array;
  readonly #scale: Float64Array;
  readonly #offsetUp: Extremes;
  readonly #offsetDown: Extremes;
  readonly #sumUp: Extremes;
  readonly #sumDown: Extremes;

  constructor(config: ShiftConfig, target: DetectorTarget) {
    // both memories and the detector share the one column of scales
    let scale: Float64Array = new Float64Array(0);
    super(
      'shift',
      target,
      ({ kind, role }) => kind === 'analog' && role === 'measurement',
      config.minSamples,
      (_, baseline) => {
        if (scale.length === 0) scale = baseline.add('scale');
        return new Charts(scale, config.fast, config.slow);
      },
    );
    this.#config = config;
    this.#scale = scale;
    this.#root = this.baseline.add('root');
    this.#rooted = this.baseline.add('rooted');
    this.#offsetUp = new Extremes(this.baseline, 'offsetUp');
    this.#offsetDown = new Extremes(this.baseline, 'offsetDown');
    this.#sumUp = new Extremes(this.baseline, 'sumUp');
    this.#sumDown = new Extremes(this.baseline, 'sumDown');
  }

  protected absorb(channel: number, time: number): void {
    const { learning } = this;
    if ((learning.count[channel] as number) <= this.#config.fast) return;
    if (this.learnsScale(channel)) this.#learnScale(channel, Math.abs(learning.innovation[channel] as number));
    if (!this.learnsShape(channel)) return;
    const offset = learning.offset(channel);
    (offset < 0 ? this.#offsetDown : this.#offsetUp).learn(channel, time, Math.abs(offset));
    this.#sumUp.learn(channel, time, learning.above[channel] as number);
    this.#sumDown.learn(channel, time, learning.below[channel] as number);
  }

  /** The mean root, squared, is a scale that rare large innovations move little. */
  #learnScale(channel: number, size: number): void {
    const rooted = this.#rooted[channel] as number;
    this.#root[channel] = meanStep(this.#root[channel] as number, Math.sqrt(size), rooted, Number.MAX_SAFE_INTEGER);
    this.#rooted[channel] = rooted + 1;
    this.#scale[channel] = (this.#root[channel] as number) ** 2;
  }

  protected judge(channel: number): number {
    if ((this.running.count[channel] as number) <= this.#config.fast) return Number.NaN;
    return graded(Math.max(this.#ewma(channel), this.#cusum(channel)));
  }

  #ewma(channel: number): number {
    const offset = this.running.offset(channel);
    const furthest = Math.max((offset < 0 ? this.#offsetDown : this.#offsetUp).bound(channel), this.#scale[channel] as number);
    return furthest > 0 ? Math.abs(offset) / furthest : 0;
  }

  #cusum(channel: number): number {
    return Math.max(
      (this.running.above[channel] as number) / Math.max(this.#sumUp.bound(channel), this.#config.fast),
      (this.running.below[channel] as number) / Math.max(this.#sumDown.bound(channel), this.#config.fast),
    );
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const recent = this.running.recent[channel] as number;
    const level = this.running.level[channel] as number;
    const offset = recent - level;
    const down = Math.max(0, this.#offsetDown.bound(channel));
    const up = Math.max(0, this.#offsetUp.bound(channel));
    const side = offset < 0 ? 'below' : 'above';
    const spanMs = this.#config.slow * tag.scanMs;
    const away = `${measure(Math.abs(offset), tag)} ${side} its mean of the last ${duration(spanMs)}`;
    const usual = `at most ${measure(offset < 0 ? down : up, tag)} ${side} it`;
    const sustained = this.#cusum(channel) > this.#ewma(channel);
    return explainTag({
      tag,
      does: sustained
        ? `has stayed ${away} for longer than it ever did in normal running`
        : `has moved to ${measure(recent, tag)}, ${away}; in normal running it was ${usual}`,
      headline: `shifted ${offset < 0 ? 'down' : 'up'} to ${measure(recent, tag)}`,
      measured: recent,
      expected: level,
      low: level - down,
      high: level + up,
      normalIf: `it came back to about ${measure(level, tag)}`,
      techniques: [],
    });
  }
}
