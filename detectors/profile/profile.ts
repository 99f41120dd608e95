import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { WallClock } from '../../src/detector-kit/wall-clock.ts';
import { Average } from './average.ts';
import { Cycle, type CycleConfig, hours } from './cycle.ts';
import { explainHour, linesOf } from './words.ts';

export interface ProfileConfig extends CycleConfig {
  readonly averageS: number;
  readonly restDays: readonly (typeof weekdays)[number][];
}

/** Ordered by the day numbers of JavaScript dates. */
export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/**
 * Compares a tag's recent mean with this hour of the day on this kind of day. Surprise is the distance from the middle of the
 * hour's band in units of half its width plus the usual prediction error. Tags without a proven cycle are not judged.
 */
export class ProfileDetector extends TagDetector<Average> {
  readonly #clock: WallClock;
  readonly #isRest: readonly boolean[];
  readonly #cycle: Cycle;

  constructor(config: ProfileConfig, target: DetectorTarget) {
    super(
      'profile',
      target,
      ({ kind }) => kind === 'analog',
      1,
      (tags) => new Average(tags.length, config.averageS * 1_000),
    );
    this.#clock = new WallClock(target.timeZone);
    this.#isRest = weekdays.map((day) => config.restDays.includes(day));
    this.#cycle = new Cycle(this.baseline, config);
  }

  protected override restart(memory: Average, channel: number): void {
    memory.restart(channel);
  }

  protected absorb({ length, channel, time }: Samples): void {
    let slot = -1;
    for (let i = 0; i < length; i++) {
      if (i === 0 || time[i] !== time[i - 1]) slot = this.#slotAt(time[i] as number);
      this.#absorbOne(channel[i] as number, slot, this.#clock.day);
    }
  }

  #absorbOne(channel: number, slot: number, day: number): void {
    const { learning } = this;
    if (!learning.isSettled(channel)) return;
    if (learning.slot[channel] !== slot || learning.day[channel] !== day) this.#closeHour(channel);
    learning.slot[channel] = slot;
    learning.day[channel] = day;
    const mean = learning.mean[channel] as number;
    const count = ++(learning.count[channel] as number);
    learning.hourMean[channel] = (learning.hourMean[channel] as number) + (mean - (learning.hourMean[channel] as number)) / count;
    this.#cycle.widen(channel, slot, mean);
  }

  #closeHour(channel: number): void {
    const { count, day, slot, hourMean } = this.learning;
    if (count[channel] === 0) return;
    this.#cycle.learn(channel, day[channel] as number, slot[channel] as number, hourMean[channel] as number);
    count[channel] = 0;
    hourMean[channel] = 0;
  }

  protected override finish(): void {
    for (let channel = 0; channel < this.channels.length; channel++) this.#closeHour(channel);
  }

  /** Index of an hour among those of workdays and rest days. */
  #slotAt(time: number): number {
    this.#clock.read(time);
    return this.#clock.hour + (this.#isRest[this.#clock.weekday] === true ? hours : 0);
  }

  protected judge({ length, channel, time }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) surprise[i] = this.#judgeOne(channel[i] as number, time[i] as number);
  }

  #judgeOne(channel: number, time: number): number {
    const { running } = this;
    const cycle = this.#cycle;
    const kind = cycle.kind(channel);
    if (kind === 'none' || !running.isSettled(channel) || !cycle.bandOf(channel, this.#slotAt(time), kind)) return Number.NaN;
    const { low, high } = cycle;
    const width = (high - low) / 2 + cycle.slack(channel);
    return width > 0 ? graded(Math.abs((running.mean[channel] as number) - (low + high) / 2) / width) : Number.NaN;
  }

  protected override compares(channel: number): boolean {
    return this.#cycle.kind(channel) !== 'none';
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    return linesOf(this.#cycle, channel, (this.tags[channel] as Tag).unit);
  }

  explain(channel: number): Explanation {
    const time = this.running.time[channel] as number;
    const slot = this.#slotAt(Number.isNaN(time) ? 0 : time);
    return explainHour(this.tags[channel] as Tag, this.#cycle, channel, slot, this.running.mean[channel] as number);
  }
}
