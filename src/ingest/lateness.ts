import { addedDelayMs } from '../core/clock.ts';
import type { PunctualityEvent } from '../core/observation.ts';

/** Delays of parts of the monitor, ms of stream time. */
export interface Delays {
  /** Delay of a tick of the stream: the event loop is blocked, or the stream is full. */
  readonly loopMs: number;
  /** Delay of polls for reasons other than a slow device. */
  readonly pollMs: number;
  /** Wait of the oldest observation for the detectors. */
  readonly queueMs: number;
  /** Delay of the simulated plant behind the lab's clock. */
  readonly labMs: number;
}

/** Cause that the guard of the main thread reports as well. */
export const blockedLoop = 'the event loop is blocked';

const causes: readonly { readonly of: keyof Delays; readonly text: string }[] = [
  { of: 'loopMs', text: blockedLoop },
  { of: 'pollMs', text: 'polls begin late' },
  { of: 'queueMs', text: 'observations wait for the detectors' },
  { of: 'labMs', text: "the simulated plant is behind the lab's clock" },
];

/** Delays below this are no lateness, ms of stream time. */
const limitMs = 2_000;
/**
 * In a lab, additional tolerance for missing data, ms of real time. On a busy machine with two cores the simulator responded 2.4
 * s late, although no part of the monitor was late. Real devices have no such tolerance.
 */
const silenceMs = 3_000;
/** Time without a late part after which lateness ends, ms of both stream time and real time. */
const onTimeMs = 10_000;
const onTimeRealMs = 1_000;
/** Period of repetition while it lasts, ms of stream time and of real time. */
const againMs = 10_000;
const againRealMs = 2_000;
/** Growth factor at which it is emitted again at once. */
const growth = 1.25;
/** Largest tolerance, ms of real time. A part with a longer delay has failed and is not merely slow. */
const mostRealMs = 30_000;
/** Least time that devices have to be connected and polled after a start, ms of real time. */
const connectMs = 5_000;
/** Tolerance as a multiple of the delay: a part needs about the same time to catch up. */
const allowance = 2;

/** The larger of a stream time and a real time, in stream time. */
const atLeast = (streamMs: number, realMs: number, speed: number): number => Math.max(streamMs, realMs * Math.max(1, speed));

/** Computes from the delays of the monitor's parts if the monitor is late, and by how much. */
export class Lateness {
  readonly #isLab: boolean;
  #late = false;
  /** Largest delay since the monitor had last caught up. */
  #peakMs = 0;
  #lastLate = Number.NEGATIVE_INFINITY;
  #emitted: PunctualityEvent = {
    type: 'punctuality',
    time: Number.NEGATIVE_INFINITY,
    lateMs: 0,
    allowMs: 0,
    speed: 1,
    cause: '',
  };

  /** @param isLab true if the devices are simulated on this machine */
  constructor(isLab = false) {
    this.#isLab = isLab;
  }

  /**
   * Must be called at the first observation. A start is no lateness, but detectors of missing data tolerate its duration like a
   * delay.
   * @param tookMs ms of stream time
   * @param speed stream seconds per real second
   */
  start(time: number, tookMs: number, speed: number): void {
    const real = Math.max(1, speed);
    this.#peakMs = Math.min(mostRealMs * real, Math.max(connectMs * real, tookMs));
    this.#lastLate = time;
  }

  /** The last event; on time before the first. */
  get now(): PunctualityEvent {
    return this.#emitted;
  }

  /**
   * @param time stream time, ms UTC
   * @param speed stream seconds per real second
   * @returns the event to emit; undefined without a change
   */
  measure(time: number, delays: Delays, speed: number): PunctualityEvent | undefined {
    const most = mostRealMs * Math.max(1, speed);
    const [worst] = causes.map(({ of, text }) => ({ ms: Math.min(most, delays[of]), text })).toSorted((a, b) => b.ms - a.ms);
    const ms = worst?.ms ?? 0;
    if (ms > limitMs + addedDelayMs(speed)) {
      this.#peakMs = Math.max(this.#peakMs, ms);
      this.#late = true;
      this.#lastLate = time;
      return this.#emit({ time, lateMs: ms, cause: worst?.text ?? '', speed });
    }
    const onTimeFor = time - this.#lastLate;
    if (this.#late && onTimeFor < atLeast(onTimeMs, onTimeRealMs, speed)) return undefined;
    this.#late = false;
    // devices need the same time again to be connected and polled
    if (onTimeFor >= atLeast(onTimeMs + this.#peakMs, onTimeRealMs, speed)) this.#peakMs = 0;
    return this.#emit({ time, lateMs: 0, cause: '', speed });
  }

  #emit({ time, lateMs, cause, speed }: { time: number; lateMs: number; cause: string; speed: number }) {
    const event: PunctualityEvent = {
      type: 'punctuality',
      time,
      lateMs: Math.round(lateMs),
      allowMs: Math.round(allowance * this.#peakMs + (this.#isLab ? silenceMs * Math.max(1, speed) : 0)),
      speed: Math.max(1, speed),
      cause,
    };
    const before = this.#emitted;
    const isNews =
      lateMs === 0
        ? before.lateMs > 0 || before.allowMs !== event.allowMs
        : before.lateMs === 0 ||
          event.allowMs > growth * before.allowMs ||
          time - before.time >= atLeast(againMs, againRealMs, speed);
    if (!isNews) return undefined;
    this.#emitted = event;
    return event;
  }
}
