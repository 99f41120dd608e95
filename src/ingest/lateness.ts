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

/** A smaller delay is no lateness, ms of stream time. */
const limitMs = 2_000;
/** In a lab, event loops and polls may be late by this much real time, ms. */
const answerMs = 500;
/**
 * In a lab, devices may be silent for this much real time beyond their bounds, ms. On a busy machine with two cores the simulator was observed to
 * answer 2.4 s late, without a part of the monitor being late. Real devices are granted nothing.
 */
const silenceMs = 3_000;
/** Lateness ends when no part was late for so long, ms of stream time and of real time. */
const calmMs = 10_000;
const calmRealMs = 1_000;
/** Period of repetition while it lasts, ms of stream time and of real time. */
const againMs = 10_000;
const againRealMs = 2_000;
/** Growth factor at which it is emitted at once. */
const growth = 1.25;
/** A longer delay is not granted: a part has then failed and is not merely slow, ms of real time. */
const mostRealMs = 30_000;
/** Devices are given this long at least to be connected and asked after a start, ms of real time. */
const connectMs = 5_000;
/** A part needs about the same time to make up for a delay. */
const allowance = 2;

/** Real seconds last `speed` times as long in stream time. */
const atLeast = (streamMs: number, realMs: number, speed: number): number => Math.max(streamMs, realMs * Math.max(1, speed));

/** Real time granted because plant time runs faster, ms of stream time. */
const granted = (realMs: number, speed: number): number => realMs * Math.max(0, speed - 1);

/** Decides from the delays of the monitor's parts if the monitor is late, and by how much. */
export class Lateness {
  readonly #isLab: boolean;
  #late = false;
  /** Largest delay since the monitor was last on time and had made up for all delays. */
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

  /** @param isLab the devices are simulated on this machine */
  constructor(isLab = false) {
    this.#isLab = isLab;
  }

  /**
   * To be called at the first observation: a start is no lateness, but detectors of silence grant its duration like that of a delay.
   * @param tookMs ms of stream time
   * @param speed stream seconds per real second
   */
  start(time: number, tookMs: number, speed: number): void {
    const real = Math.max(1, speed);
    this.#peakMs = Math.min(mostRealMs * real, Math.max(connectMs * real, tookMs));
    this.#lastLate = time;
  }

  /** The last statement; on time before the first. */
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
    if (ms > limitMs + granted(answerMs, speed)) {
      this.#peakMs = Math.max(this.#peakMs, ms);
      this.#late = true;
      this.#lastLate = time;
      return this.#emit({ time, lateMs: ms, cause: worst?.text ?? '', speed });
    }
    const calmFor = time - this.#lastLate;
    if (this.#late && calmFor < atLeast(calmMs, calmRealMs, speed)) return undefined;
    this.#late = false;
    // devices get as long again to be connected and polled
    if (calmFor >= atLeast(calmMs + this.#peakMs, calmRealMs, speed)) this.#peakMs = 0;
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
