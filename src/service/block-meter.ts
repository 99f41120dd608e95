import { readFileSync } from 'node:fs';
import type { Clock } from '../core/clock.ts';

/** Scheduling times of a thread, as counted by the operating system. */
export interface ThreadTimes {
  /** Time on a CPU, ms. */
  readonly ranMs: number;
  /** Time in which it was ready to run but had no CPU, ms; counted when it gets one. */
  readonly waitedMs: number;
  /** State: `R` runs or is ready to run, `D` waits for a disk or a page of memory, `S` waits for something else. */
  readonly state: string;
}

/** Time without progress of a thread, ms. */
export interface Stall {
  /** In which it could have run. */
  readonly blockedMs: number;
  /** The same with the time in which it waited for a disk or a page of memory. */
  readonly stalledMs: number;
}

/** Times of the main thread of this process; undefined if the system has no /proc. */
export function readMainThread(): ThreadTimes | undefined {
  try {
    const folder = `/proc/self/task/${process.pid}`;
    const [ran, waited] = readFileSync(`${folder}/schedstat`, 'utf8').split(' ').map(Number);
    const stat = readFileSync(`${folder}/stat`, 'utf8');
    // the name before the state is in brackets and may contain anything
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    if (ran === undefined || waited === undefined) return undefined;
    return { ranMs: ran / 1e6, waitedMs: waited / 1e6, state };
  } catch {
    return undefined;
  }
}

const none: Stall = { blockedMs: 0, stalledMs: 0 };

/**
 * Measures how long the main thread could have run without making progress. Time without a CPU, or in wait for a disk or a page of
 * memory, does not count: a healthy thread on an overloaded machine is not blocked, and a restart would only add load.
 */
export class BlockMeter {
  readonly #clock: Clock;
  readonly #read: () => ThreadTimes | undefined;
  #beat: number;
  #at: number;
  #times: ThreadTimes | undefined;
  #stall: Stall = none;

  /** @param beat counter of the main thread's progress */
  constructor(clock: Clock, read: () => ThreadTimes | undefined, beat: number) {
    this.#clock = clock;
    this.#read = read;
    this.#beat = beat;
    this.#at = clock.monotonic();
    this.#times = read();
  }

  /**
   * Records one check. Checks are counted, so that a suspended machine does not look like a blocked thread.
   */
  check(beat: number, checkMs: number): Stall {
    const now = this.#clock.monotonic();
    const times = this.#read();
    const ms = checkMs * (1 - starvedShare(this.#times, times, now - this.#at));
    const { blockedMs, stalledMs } = this.#stall;
    const isWaiting = times?.state === 'D';
    this.#stall = beat === this.#beat ? { blockedMs: isWaiting ? blockedMs : blockedMs + ms, stalledMs: stalledMs + ms } : none;
    this.#beat = beat;
    this.#at = now;
    this.#times = times;
    return this.#stall;
  }
}

/** Fraction of the elapsed time in which the thread was ready without a CPU, 0–1; 0 if unknown. */
function starvedShare(before: ThreadTimes | undefined, after: ThreadTimes | undefined, elapsedMs: number): number {
  if (before === undefined || after === undefined || elapsedMs <= 0) return 0;
  const waited = after.waitedMs - before.waitedMs;
  // the system counts a wait only after it has ended
  const waiting = after.state === 'R' ? elapsedMs - (after.ranMs - before.ranMs) : 0;
  return Math.min(1, Math.max(0, waited, waiting) / elapsedMs);
}
