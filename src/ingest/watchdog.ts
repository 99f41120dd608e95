import type { Clock } from '../core/clock.ts';
import { isAbort, ScadaError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import { Rounds } from '../core/rounds.ts';

/** Time without an observation after which a session is stuck, ms. A session reports at least its health every few seconds. */
const stuckMs = 60_000;

/**
 * Ends the wait for a session that has stopped without an error. The time must pass on both clocks: while plant time is stopped
 * no session is stuck, and while it runs fast a device still has real seconds to respond.
 */
export class Watchdog {
  readonly #clocks: readonly [stream: Clock, machine: Clock];
  #giveUp: ((error: unknown) => void) | undefined;
  /** Counts received observations, including the one in progress. */
  #received = 0;

  constructor(stream: Clock, machine: Clock) {
    this.#clocks = [stream, machine];
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
    try {
      const rounds = new Rounds(this.#clocks[1]);
      for (;;) {
        await rounds.next(signal);
        const received = this.#received;
        const busy = this.#giveUp === undefined;
        await Promise.all(this.#clocks.map((clock) => clock.sleep(stuckMs, signal)));
        if (busy || received !== this.#received) continue;
        const message = `the session has sent nothing for ${formatDuration(stuckMs)}`;
        this.#giveUp?.(new ScadaError('retryable', 'DEVICE_TIMEOUT', message));
      }
    } catch (thrown) {
      if (!isAbort(thrown)) throw thrown;
      this.#giveUp?.(thrown);
    }
  }
}
