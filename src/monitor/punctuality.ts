import type { Clock } from '../core/clock.ts';
import type { LabControl } from '../core/lab.ts';
import { type Metrics, pollsLateMs } from '../core/metrics.ts';
import type { Observation, PunctualityEvent } from '../core/observation.ts';

import { blockedLoop, Lateness } from '../ingest/lateness.ts';

export interface PunctualityParts {
  /** Time of the site. */
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly lab?: LabControl | undefined;
  /** Time for which the oldest observation has been waiting for the detectors, ms of real time. */
  readonly waitingMs: () => number;
}

/** Delay from which an alarm is raised, ms of real time. Smaller delays are only shown in the header and in the journal. */
const alarmRealMs = 5_000;

/** Interval of the stream's heartbeat, ms, by which detectors and alerts advance time even without samples. */
export const tickMs = 1_000;

/** Measures the delay of the monitor once per tick. */
export class PunctualityMeter {
  readonly #parts: PunctualityParts;
  readonly #lateness: Lateness;
  /**
   * Due time of the next tick, ms of the clock's monotonic time; undefined before the first observation, since a start is no
   * delay.
   */
  #due: number | undefined;
  readonly #createdAt: number;
  /** True if a block of the main thread was reported since the monitor was last on time. */
  #isBlockReported = false;
  /** A delay whose alarm waits for one tick, in which the block that caused it may be reported. */
  #held: PunctualityEvent | undefined;
  /** The delay of the alarm. */
  #shown: PunctualityEvent | undefined;

  constructor(parts: PunctualityParts) {
    this.#parts = parts;
    this.#lateness = new Lateness(parts.lab !== undefined);
    this.#createdAt = parts.clock.monotonic();
  }

  /** The last emitted event. */
  get now(): PunctualityEvent {
    return this.#lateness.now;
  }

  /** Records a block of the main thread, whose own alarm also reports the delay. */
  noteBlock(): void {
    this.#isBlockReported = true;
  }

  /**
   * Must be called once per tick.
   * @param isOpen true if the alarm is already open: it lasts as long as the monitor is late at all
   */
  isAlarm(isOpen: boolean): boolean {
    const held = this.#held;
    this.#held = undefined;
    this.#shown = this.now;
    const { lateMs, speed, cause } = this.now;
    const isBlockReported = this.#isBlockReported;
    if (lateMs === 0) this.#isBlockReported = false;
    if (held !== undefined && !isBlockReported) {
      this.#shown = held;
      return true;
    }
    if (lateMs === 0 || isOpen) return lateMs > 0;
    if (lateMs < alarmRealMs * speed) return false;
    if (cause !== blockedLoop) return true;
    if (!isBlockReported) this.#held = this.now;
    return false;
  }

  /** Title and detail of the alarm. The delay is in real time, like the control room. */
  words(): { readonly title: string; readonly detail: string } {
    const { lateMs, speed, cause } = this.#shown ?? this.now;
    return { title: `Monitor late by ${Math.round(lateMs / speed / 1_000)} s`, detail: `Cause: ${cause}.` };
  }

  /**
   * Must be called before each observation enters the stream: after a blocked event loop, an observation may come before the
   * overdue tick.
   * @returns the event to emit before it; undefined if nothing has changed
   */
  before(observation: Observation): PunctualityEvent | undefined {
    const now = this.#parts.clock.monotonic();
    const isFirst = this.#due === undefined;
    const due = (this.#due ??= now + tickMs);
    if (isFirst) this.#lateness.start(this.#parts.clock.now(), now - this.#createdAt, this.#speed());
    const isTick = observation.kind === 'event' && observation.event.type === 'tick';
    // detectors tolerate more in a fast lab, from its first second on
    const isSamePace = Math.max(1, this.#speed()) === this.now.speed;
    if (!isTick && !isFirst && isSamePace && now - due < tickMs) return undefined;
    const event = this.#measure(Math.max(0, now - due));
    if (isTick) this.#due = now + tickMs;
    return event;
  }

  #measure(loopMs: number): PunctualityEvent | undefined {
    const { clock, metrics, lab, waitingMs } = this.#parts;
    const speed = this.#speed();
    // in real time, a late poll is due to its device or its request budget, which the collectors account for
    const pollMs = speed > 1 ? metrics.take(pollsLateMs) * (1 - 1 / speed) : 0;
    const delays = { loopMs, pollMs, queueMs: waitingMs() * Math.max(1, speed), labMs: lab?.lagMs() ?? 0 };
    // at the time before the delay, so that the tolerance applies to its whole duration
    return this.#lateness.measure(clock.now() - loopMs - tickMs, delays, speed);
  }

  /** Stream seconds per real second. */
  #speed(): number {
    return this.#parts.lab?.status().pace.speed ?? 1;
  }
}
