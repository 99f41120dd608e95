import { readFileSync } from 'node:fs';
import type { Clock } from '../core/clock.ts';

/** What the operating system has counted for a thread. */
export interface ThreadTimes {
  /** Time on a CPU, ms. */
  readonly ranMs: number;
  /** Time in which it was ready to run and had no CPU, ms; counted when it gets one. */
  readonly waitedMs: number;
  /** It runs or is ready to run now. */
  readonly isRunnable: boolean;
}

/** Times of the main thread of this process; undefined where the system has no /proc. */
export function readMainThread(): ThreadTimes | undefined {
  try {
    const folder = `/proc/self/task/${process.pid}`;
    const [ran, waited] = readFileSync(`${folder}/schedstat`, 'utf8').split(' ').map(Number);
    const stat = readFileSync(`${folder}/stat`, 'utf8');
    // the name before the state is in brackets and may hold anything
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    if (ran === undefined || waited === undefined) return undefined;
    return { ranMs: ran / 1e6, waitedMs: waited / 1e6, isRunnable: state === 'R' };
  } catch {
    return undefined;
  }
}

/**
 * Measures for how long the main thread could run and has made no progress. Time in which it had no CPU does not count: a healthy
 * thread on a starved machine is not blocked, and a restart would only add load.
 */
export class BlockMeter {
  readonly #clock: Clock;
  readonly #read: () => ThreadTimes | undefined;
  #beat: number;
  #at: number;
  #times: ThreadTimes | undefined;
  #blockedMs = 0;

  /** @param beat counter of the main thread's progress */
  constructor(clock: Clock, read: () => ThreadTimes | undefined, beat: number) {
    this.#clock = clock;
    this.#read = read;
    this.#beat = beat;
    this.#at = clock.monotonic();
    this.#times = read();
  }

  /** Takes one check. Checks are counted: a machine that was suspended must not look like a blocked thread. @returns ms without progress */
  check(beat: number, checkMs: number): number {
    const now = this.#clock.monotonic();
    const times = this.#read();
    const share = 1 - starvedShare(this.#times, times, now - this.#at);
    this.#blockedMs = beat === this.#beat ? this.#blockedMs + checkMs * share : 0;
    this.#beat = beat;
    this.#at = now;
    this.#times = times;
    return this.#blockedMs;
  }
}

/** Share of the elapsed time in which the thread was ready and had no CPU, 0–1; 0 where that is not known. */
function starvedShare(before: ThreadTimes | undefined, after: ThreadTimes | undefined, elapsedMs: number): number {
  if (before === undefined || after === undefined || elapsedMs <= 0) return 0;
  const waited = after.waitedMs - before.waitedMs;
  // a wait that goes on is not counted yet
  const waiting = after.isRunnable ? elapsedMs - (after.ranMs - before.ranMs) : 0;
  return Math.min(1, Math.max(0, waited, waiting) / elapsedMs);
}
