import { addedDelayMs } from '../../src/core/clock.ts';
import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { column, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, raise, trusted } from '../../src/detector-kit/grade.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { States } from '../../src/detector-kit/states.ts';
import { TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { explainCause } from './explain.ts';
import { longestStayMs, surpriseOfPosition } from './position-stays.ts';
import { anyChanged, anyWasIn, sistersOf } from './sisters.ts';
import { burst, type Cause, causes, Stay } from './stay.ts';

export interface DiscreteConfig {
  readonly minSamples: number;
  readonly trustedStays: number;
}

/**
 * Judges the states of a discrete tag. The surprise of a new state after n samples is ln(n + 1), the negative log of its
 * probability by the rule of succession. A new change has that of a new result (`surpriseOfNew`). Neither is new if similar equipment
 * was in that state, or changed so. A stay, or a burst of changes, has its ratio to the learned extreme. The largest counts.
 */
export class DiscreteDetector extends TagDetector<Stay> {
  readonly #config: DiscreteConfig;
  readonly #states: States;
  /** Changes per second over the last few changes. */
  readonly #rate: Float64Array;
  readonly #changes: Float64Array;
  /** By channel: those of the same tag of similar equipment. */
  readonly #sisters: readonly (readonly number[])[];
  /** Tolerance for long stays in a fast lab, ms of plant time. */
  #delayMs = 0;
  #surprise = 0;

  constructor(config: DiscreteConfig, target: DetectorTarget) {
    super(
      'discrete',
      target,
      ({ kind }) => kind === 'discrete',
      config.minSamples,
      (tags) => new Stay(tags.length),
    );
    this.#config = config;
    this.#states = new States(this.baseline);
    this.#rate = this.baseline.add('changesPerSecond');
    this.#changes = this.baseline.add('changes');
    this.#sisters = sistersOf(this.channels, target.tags);
  }

  protected override pace(speed: number): void {
    this.running.speed = speed;
    this.#delayMs = addedDelayMs(speed);
  }

  protected absorb({ length, channel, time, value }: Samples): void {
    for (let i = 0; i < length; i++) this.#absorbOne(channel[i] as number, time[i] as number, value[i] as number);
  }

  #absorbOne(channel: number, time: number, value: number): void {
    const { before, beforeMs, changed } = this.learning;
    const state = this.#states.note(channel, value);
    if (state < 0) return;
    this.#states.learnStay(state, this.learning.stayedMs(channel, time));
    if (changed[channel] !== 1) return;
    (this.#changes[channel] as number)++;
    const from = this.#states.find(channel, before[channel] as number);
    if (from >= 0) this.#states.learnChange(channel, from, state, beforeMs[channel] as number);
    raise(this.#rate, channel, this.learning.changesPerSecond(channel, time));
  }

  protected judge({ length, channel, time, value }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) surprise[i] = this.#judgeOne(channel[i] as number, time[i] as number, value[i] as number);
  }

  #judgeOne(channel: number, time: number, value: number): number {
    const { running } = this;
    this.#surprise = 0;
    running.cause[channel] = 0;
    const state = this.#states.find(channel, value);
    const from = running.changed[channel] === 1 ? this.#states.find(channel, running.before[channel] as number) : -1;
    this.#judgeState(channel, time, value, state);
    if (from >= 0 && state >= 0) this.#judgeChange(channel, from, state);
    // the rate is defined only at changes: without further changes the burst is over
    if (running.changed[channel] === 1) {
      // the learned time as a whole is one more time without a faster burst
      const bursts = 1 + (this.#changes[channel] as number) / burst;
      this.#weigh(channel, this.#trusted(running.changesPerSecond(channel, time) / this.#fastest(channel), bursts), 'often');
    }
    return graded(this.#surprise);
  }

  /** Rate of the fastest burst of changes. With fewer changes than a burst it is at least one in the whole learned time. */
  #fastest(channel: number): number {
    const learnedMs = (this.samples[channel] as number) * this.#scanMs(channel);
    return Math.max(this.#rate[channel] as number, (1_000 * burst) / learnedMs);
  }

  #judgeState(channel: number, time: number, value: number, state: number): void {
    const states = this.#states;
    if (state < 0) {
      if (!states.full(channel) && !anyWasIn(states, this.#sisters[channel] ?? [], value))
        this.#weigh(channel, this.#surpriseOfState(channel, value), 'state');
      return;
    }
    if (this.tags[channel]?.restsAt?.includes(value) === true) return;
    const stayedMs = this.running.stayedMs(channel, time);
    const toleranceMs = this.#scanMs(channel) + this.#delayMs;
    let ratio = stayedMs / (states.longestMs(state) + toleranceMs);
    if (ratio > 1) ratio = stayedMs / (longestStayMs(states, channel, state, this.tags[channel] as Tag) + toleranceMs);
    this.#weigh(channel, this.#trusted(ratio, states.staysNearLongest(state)), 'long');
  }

  #surpriseOfState(channel: number, value: number): number {
    return (
      surpriseOfPosition(this.#states, channel, value, this.tags[channel] as Tag) ?? Math.log1p(this.samples[channel] as number)
    );
  }

  #judgeChange(channel: number, from: number, to: number): void {
    const states = this.#states;
    const scanMs = this.#scanMs(channel);
    if (!states.followed(channel, from, to) && !this.#isOfSisters(channel) && !this.running.mayHaveSkipped(channel, scanMs))
      this.#weigh(channel, states.surpriseOfNew(from), 'transition');
    if (states.shortestMs(from) === Number.POSITIVE_INFINITY) return;
    const ratio = (states.shortestMs(from) + scanMs) / ((this.running.beforeMs[channel] as number) + scanMs);
    this.#weigh(channel, this.#trusted(ratio, states.staysNearShortest(from)), 'short');
  }

  /** True if similar equipment has changed as this channel just did. */
  #isOfSisters(channel: number): boolean {
    const { before, value } = this.running;
    return anyChanged(this.#states, this.#sisters[channel] ?? [], before[channel] as number, value[channel] as number);
  }

  /** Ratio of a stay or of a burst of changes, reduced if few were learned; 0 without any. */
  #trusted(ratio: number, learned: number): number {
    return learned === 0 ? 0 : trusted(ratio, learned, this.#config.trustedStays);
  }

  #weigh(channel: number, surprise: number, cause: Cause): void {
    if (!(surprise > this.#surprise)) return;
    this.#surprise = surprise;
    this.running.cause[channel] = causes.indexOf(cause);
  }

  #scanMs(channel: number): number {
    return (this.tags[channel] as Tag).scanMs;
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    const { states } = this.tags[channel] as Tag;
    return [
      ...this.#states.lines(channel, (value) => [value, states?.[value] ?? ''].join(' ').trim()),
      { name: 'changes', unit: '/s', figures: { most: column(this.#rate, { least: 0 }) } },
    ];
  }

  explain(channel: number): Explanation {
    const { running } = this;
    const cause = causes[running.cause[channel] as number] ?? 'none';
    return explainCause(cause, channel, this.tags[channel] as Tag, running, this.#states, this.#fastest(channel));
  }
}
