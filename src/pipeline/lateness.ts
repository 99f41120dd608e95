import type { PunctualityEvent } from '../core/observation.ts';

/** How far parts of the monitor are behind, ms of stream time. */
export interface Delays {
  /** A tick of the stream came so long after it was due: the event loop is blocked, or the stream is full. */
  readonly loopMs: number;
  /** Polls begin so long after they are due, for other reasons than that a device is slow. */
  readonly pollMs: number;
  /** The oldest observation has waited so long for the detectors. */
  readonly queueMs: number;
  /** The simulated plant is behind the lab's clock. */
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

/** A delay up to this long is no lateness, ms of stream time. */
const limitMs = 2_000;
/** In a lab, event loops and polls may be late by this much real time, ms. */
const answerMs = 500;
/**
 * In a lab, devices may be silent for this much real time, ms: as long as at 1×, where a tag is missing after three scans of a second. On a
 * busy machine with two cores the simulator was seen to answer 2.4 s late, without a part of the monitor being late.
 */
const silenceMs = 3_000;
/** Lateness ends when nothing was late for so long, ms of stream time and of real time. */
const calmMs = 10_000;
const calmRealMs = 1_000;
/** While it lasts it is emitted again this often, ms of stream time and of real time. */
const againMs = 10_000;
const againRealMs = 2_000;
/** It is emitted at once when it has grown by this factor. */
const growth = 1.25;
/** A delay beyond this is not granted: by then a part has failed and is not merely slow, ms of real time. */
const mostRealMs = 30_000;
/** Devices are given this long at least to be connected and asked after a start, ms of real time. */
const connectMs = 5_000;
/** What was missed during a delay is made good within about the same time. */
const allowance = 2;

/** Real seconds last `speed` times as long in stream time. */
const atLeast = (streamMs: number, realMs: number, speed: number): number => Math.max(streamMs, realMs * Math.max(1, speed));

/** Real time that is granted because plant time runs faster, ms of stream time. */
const granted = (realMs: number, speed: number): number => realMs * Math.max(0, speed - 1);

/** Decides from the delays of the monitor's parts when the monitor is late, and by how much. */
export class Lateness {
  #late = false;
  /** Largest delay since the monitor was last on time and all was made good. */
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
   * @returns the event to emit; undefined where nothing has changed
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
    // devices are given as long again to be connected and asked
    if (calmFor >= atLeast(calmMs + this.#peakMs, calmRealMs, speed)) this.#peakMs = 0;
    return this.#emit({ time, lateMs: 0, cause: '', speed });
  }

  #emit({ time, lateMs, cause, speed }: { time: number; lateMs: number; cause: string; speed: number }) {
    const event: PunctualityEvent = {
      type: 'punctuality',
      time,
      lateMs: Math.round(lateMs),
      allowMs: Math.round(allowance * this.#peakMs + granted(silenceMs, speed)),
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
