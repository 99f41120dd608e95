import { Columns } from '../../src/detector-kit/columns.ts';
import { surelySeenMs } from '../../src/detector-kit/fast-time.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import type { Memory } from '../../src/detector-kit/tag-detector.ts';

/** Cause of the surprise of a discrete tag, as stored in its running state. */
export const causes = ['none', 'state', 'transition', 'long', 'short', 'often'] as const;
export type Cause = (typeof causes)[number];

/** Number of changes over which the rate of changes is measured. */
export const burst = 8;

/** The state of each channel, the previous one, and the time of the last change. */
export class Stay implements Memory {
  readonly state: Columns;
  /** Seconds of plant time per second. Above 1, a state may have begun long before its first sample. */
  speed = 1;
  readonly value: Float64Array;
  /** The previous state and its duration; NaN if its beginning was not seen. */
  readonly before: Float64Array;
  readonly beforeMs: Float64Array;
  /** 1 on the first sample in a state that was entered from another. */
  readonly changed: Float64Array;
  /** Index into `causes`: cause of the last surprise. */
  readonly cause: Float64Array;
  readonly seen: Float64Array;
  readonly #since: Float64Array;
  /** 1 when `since` is the time of a change, 0 when it is that of a first sample. */
  readonly #entered: Float64Array;
  /** In a lab above 1×, longest time for which the present state may have lasted before its first sample, ms. 0 at 1×: about a scan period. */
  readonly #unseenMs: Float64Array;
  /** Times of the last changes, a ring. */
  readonly #changeTimes: Float64Array;
  readonly #next: Float64Array;

  constructor(channels: number) {
    this.state = new Columns(channels);
    this.value = this.state.add('value', 1, Number.NaN);
    this.before = this.state.add('before', 1, Number.NaN);
    this.beforeMs = this.state.add('beforeMs', 1, Number.NaN);
    this.changed = this.state.add('changed');
    this.cause = this.state.add('cause');
    this.seen = this.state.add('seen', 1, Number.NaN);
    this.#since = this.state.add('since', 1, Number.NaN);
    this.#entered = this.state.add('entered');
    this.#changeTimes = this.state.add('changeTimes', burst, Number.NEGATIVE_INFINITY);
    this.#next = this.state.add('next');
    this.#unseenMs = this.state.add('unseenMs', 1, 0, true);
  }

  advance({ length, channel, time, value }: Samples): void {
    for (let i = 0; i < length; i++) this.#take(channel[i] as number, time[i] as number, value[i] as number);
  }

  #take(channel: number, time: number, value: number): void {
    const last = this.value[channel] as number;
    this.value[channel] = value;
    const seen = this.seen[channel] as number;
    this.seen[channel] = time;
    const first = Number.isNaN(last);
    this.changed[channel] = first || value === last ? 0 : 1;
    if (first) this.#since[channel] = time;
    if (this.changed[channel] === 0) return;
    this.#endBurst(channel, time);
    this.before[channel] = last;
    this.beforeMs[channel] =
      this.#entered[channel] === 1 ? this.stayedMs(channel, time) + (this.#unseenMs[channel] as number) : Number.NaN;
    this.#unseenMs[channel] = this.speed > 1 ? time - seen : 0;
    this.#since[channel] = time;
    this.#entered[channel] = 1;
    const next = this.#next[channel] as number;
    this.#changeTimes[channel * burst + next] = time;
    this.#next[channel] = (next + 1) % burst;
  }

  /**
   * Ends the burst of the last eight changes if a stay is longer than all of them together. A burst across that stay would be
   * slower, so that nothing is lost, and a later change is not reported for an earlier burst.
   */
  #endBurst(channel: number, time: number): void {
    const oldest = this.#changeTimes[channel * burst + (this.#next[channel] as number)] as number;
    const since = this.#since[channel] as number;
    if (time - since > since - oldest) this.#changeTimes.fill(Number.NEGATIVE_INFINITY, channel * burst, (channel + 1) * burst);
  }

  /** True if other states may have passed before the present one. @param scanMs scan period of the tag */
  mayHaveSkipped(channel: number, scanMs: number): boolean {
    return (this.#unseenMs[channel] as number) > surelySeenMs(scanMs, this.speed);
  }

  /** Observed time of the channel in its state. */
  stayedMs(channel: number, time: number): number {
    return time - (this.#since[channel] as number);
  }

  /** Rate of the last changes, up to the given time; 0 before there are enough changes. */
  changesPerSecond(channel: number, time: number): number {
    const oldest = this.#changeTimes[channel * burst + (this.#next[channel] as number)] as number;
    return (1_000 * burst) / (time - oldest);
  }
}
