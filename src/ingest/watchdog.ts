import type { Clock } from '../core/clock.ts';
import { isAbort, ScadaError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import { checkEveryMs, partDeadlines } from '../core/part-deadlines.ts';

/** Checks without an observation after which a session is given up. A session reports at least its health every 10 s. */
const stuckChecks = 60;

/**
 * Ends the wait for a session that has stopped without an error. The time must pass on both clocks: while plant time is stopped
 * no session is stuck, and while it runs fast a device still has real seconds to respond.
 */
export class Watchdog {
  readonly #stream: Clock;
  readonly #machine: Clock;
  readonly #onSilent: (error: ScadaError) => void;
  #giveUp: ((error: unknown) => void) | undefined;
  /** Counts received observations, including the one in progress. */
  #received = 0;

  /** @param onSilent called once for each silence that is longer than the interval of the session's health */
  constructor(stream: Clock, machine: Clock, onSilent: (error: ScadaError) => void) {
    this.#stream = stream;
    this.#machine = machine;
    this.#onSilent = onSilent;
  }

  /** Returns the promise's result. @throws ScadaError DEVICE_TIMEOUT if it does not come, AbortError if the watch is cancelled */
  async unlessStuck<T>(next: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#giveUp = reject;
    next.then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#giveUp = undefined;
      this.#received++;
    }
  }

  /** Watches until the signal aborts, and then stops waiting. Long processing by the consumer is not the session's fault. */
  async run(signal: AbortSignal): Promise<void> {
    let silence = this.#begin();
    try {
      for (;;) {
        await this.#machine.sleep(checkEveryMs, signal);
        if (silence.received !== this.#received || this.#giveUp === undefined) silence = this.#begin();
        const streamChecks = (this.#stream.monotonic() - silence.since) / checkEveryMs;
        const checks = Math.min(++silence.checks, streamChecks);
        if (checks >= partDeadlines.sessionChecks && !silence.isReported) {
          silence.isReported = true;
          this.#onSilent(stuck(partDeadlines.sessionChecks));
        }
        if (checks >= stuckChecks) this.#giveUp?.(stuck(stuckChecks));
      }
    } catch (thrown) {
      if (!isAbort(thrown)) throw thrown;
      this.#giveUp?.(thrown);
    }
  }

  #begin(): { readonly received: number; readonly since: number; checks: number; isReported: boolean } {
    return { received: this.#received, since: this.#stream.monotonic(), checks: 0, isReported: false };
  }
}

const stuck = (checks: number): ScadaError =>
  new ScadaError('retryable', 'DEVICE_TIMEOUT', `the session has sent nothing for ${formatDuration(checks * checkEveryMs)}`);
