import { addedDelayMs } from '../../src/core/clock.ts';
import { formatDuration } from '../../src/core/format.ts';
import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Columns } from '../../src/detector-kit/columns.ts';
import type { BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, trusted } from '../../src/detector-kit/grade.ts';
import { usualAbsorbMs, Widths } from '../../src/detector-kit/recent.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { type Memory, TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { explainTag, measure } from '../../src/detector-kit/words.ts';
import { Rests } from './rests.ts';

export interface FrozenConfig {
  readonly minSamples: number;
  readonly minChanges: number;
  readonly trustedRests: number;
}

/** The present value, the start of its stay and its last sample; on a change also the previous value. */
class StayMemory implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  readonly since: Float64Array;
  readonly seen: Float64Array;
  readonly before: Float64Array;
  /** Duration of `before` up to the change; NaN on samples that change nothing. */
  readonly beforeMs: Float64Array;
  readonly widths: Widths;

  constructor(channels: number) {
    this.state = new Columns(channels);
    this.value = this.state.add('value', 1, Number.NaN);
    this.since = this.state.add('since', 1, Number.NaN);
    this.seen = this.state.add('seen', 1, Number.NaN);
    this.before = this.state.add('before', 1, Number.NaN);
    this.beforeMs = this.state.add('beforeMs', 1, Number.NaN);
    this.widths = new Widths(this.state, Number.POSITIVE_INFINITY);
  }

  advance({ length, channel, time, value }: Samples): void {
    const { value: values, since, seen, before, beforeMs } = this;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const now = time[i] as number;
      const one = value[i] as number;
      const last = values[at] as number;
      values[at] = one;
      seen[at] = now;
      if (one === last) {
        beforeMs[at] = Number.NaN;
        continue;
      }
      before[at] = last;
      beforeMs[at] = now - (since[at] as number);
      since[at] = now;
    }
  }
}

/**
 * Detects stuck values. Surprise is the time since the last change, in units of the longest stay at that value in normal
 * operation; see `Rests` for values that have no bound of their own. At an end of the engineering range a transmitter is limited
 * and its value constant, which `limits` and `range` judge.
 */
export class FrozenDetector extends TagDetector<StayMemory> {
  readonly #rests: Rests;
  readonly #changes: Float64Array;
  readonly #minChanges: number;
  readonly #trustedRests: number;
  /** Tolerance above 1×, ms of plant time. */
  #delayMs = 0;

  constructor(config: FrozenConfig, target: DetectorTarget) {
    super('frozen', target, moves, config.minSamples, (tags) => new StayMemory(tags.length));
    this.#minChanges = config.minChanges;
    this.#trustedRests = config.trustedRests;
    this.#rests = new Rests(this.baseline);
    this.#changes = this.baseline.add('changes');
  }

  protected override pace(speed: number): void {
    this.#delayMs = addedDelayMs(speed);
  }

  protected absorb({ length, channel }: Samples): void {
    const { before, beforeMs } = this.learning;
    const [changes, rests] = [this.#changes, this.#rests];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const stayMs = beforeMs[at] as number;
      if (Number.isNaN(stayMs)) continue;
      (changes[at] as number)++;
      rests.learn(at, before[at] as number, stayMs);
    }
  }

  protected override finish(): void {
    for (let at = 0; at < this.channels.length; at++) this.#endStay(this.learning, at);
  }

  #endStay({ value, since, seen }: StayMemory, at: number): void {
    if ((seen[at] as number) > (since[at] as number))
      this.#rests.learn(at, value[at] as number, (seen[at] as number) - (since[at] as number));
  }

  protected judge({ length, channel, time, value }: Samples, surprise: Float64Array): void {
    const { since } = this.running;
    const [changes, minChanges] = [this.#changes, this.#minChanges];
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const stayMs = (time[i] as number) - (since[at] as number);
      // most values have just changed: they need no further computation
      if ((changes[at] as number) < minChanges) surprise[i] = Number.NaN;
      else surprise[i] = this.#judgeStay(at, time[i] as number, value[i] as number, stayMs);
    }
  }

  /** Surprise of a stay. Longer stays that ended by themselves widen the bound from the next day on. */
  #judgeStay(at: number, time: number, value: number, stayMs: number): number {
    const { widths } = this.running;
    if (stayMs === 0) {
      const { before, beforeMs } = this.running;
      const lastMs = beforeMs[at] as number;
      const ended = lastMs > 0 ? lastMs / this.#longest(at, before[at] as number) : 0;
      // the end of an alarm does not teach that such stays are usual
      widths.follow(at, time, ended > alarmRatio * (widths.width[at] as number) ? 0 : ended);
      return 0;
    }
    const { range } = this.tags[at] as Tag;
    const isLimited = range !== undefined && (value <= range.low || value >= range.high);
    const longest = this.#longest(at, value);
    const ratio = isLimited ? 0 : stayMs / longest;
    widths.follow(at, time, 0);
    // a stay that has been an alarm for a day is usual from then on
    if (stayMs > usualAbsorbMs + alarmRatio * longest * (widths.width[at] as number)) widths.widen(at, ratio);
    const away = ratio / (widths.width[at] as number);
    const surprise = graded(trusted(away, this.#rests.count(at, value), this.#trustedRests));
    return surprise / surpriseOfAlarm;
  }

  protected override restart(memory: StayMemory, channel: number): void {
    if (memory === this.learning) this.#endStay(memory, channel);
    for (const column of [memory.value, memory.since, memory.seen, memory.before, memory.beforeMs]) column[channel] = Number.NaN;
  }

  protected override compares(channel: number): boolean {
    return (this.#changes[channel] as number) >= this.#minChanges;
  }

  /** Longest normal stay at the value plus a scan, the accuracy of polling, and the delay of a fast lab, ms. */
  #longest(channel: number, value: number): number {
    const { scanMs } = this.tags[channel] as Tag;
    return Math.max(this.#rests.longest(channel, value), scanMs) + scanMs + this.#delayMs;
  }

  protected override lines(channel: number): readonly BaselineLine[] {
    if (!this.compares(channel)) return [];
    return this.#rests.lines(channel, this.tags[channel] as Tag);
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    const value = this.running.value[channel] as number;
    const stuck = formatDuration((this.running.seen[channel] as number) - (this.running.since[channel] as number));
    const longest = formatDuration(this.#longest(channel, value));
    return explainTag({
      tag,
      does: `has been stuck at ${measure(value, tag)} for ${stuck}`,
      normal: `Normal: it changes within ${longest}`,
      headline: `frozen at ${measure(value, tag)}`,
      measured: value,
      expected: Number.NaN,
      normalIf: `it changed again within ${longest}`,
      techniques: ['T1692.002'],
    });
  }
}

/** A finding begins at three times the bound: the longest of some stays is a weak bound for the next one. */
const alarmRatio = 3;
const surpriseOfAlarm = graded(alarmRatio);

/** Set-points may be constant for any time. */
const moves = ({ kind, role }: Tag): boolean =>
  (kind === 'analog' || kind === 'counter') && (role === 'measurement' || role === 'status');
