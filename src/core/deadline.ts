import type { Clock } from './clock.ts';
import { isAbort } from './errors.ts';

/** Interval at which waits are checked, ms. */
const checkEveryMs = 1_000;

interface Wait {
  checks: number;
  readonly giveUp: (error: Error) => void;
}

/**
 * Ends waits that last too long, with one timer for all of them. It counts checks instead of time: after a blocked event loop, a
 * result may have arrived without being read yet.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #checks: number;
  readonly #errorOf: () => Error;
  readonly #waits = new Set<Wait>();
  #stop: AbortController | undefined;

  /** @param ms longest wait, rounded up to whole seconds */
  constructor(clock: Clock, ms: number, errorOf: () => Error) {
    this.#clock = clock;
    this.#checks = Math.ceil(ms / checkEveryMs);
    this.#errorOf = errorOf;
  }

  /** Returns the promise's result. @throws the deadline's error if the result is late */
  async within<T>(work: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const wait: Wait = { checks: 0, giveUp: reject };
    this.#waits.add(wait);
    if (this.#stop === undefined) void this.#check();
    work.then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#waits.delete(wait);
      if (this.#waits.size === 0) this.#stop?.abort();
    }
  }

  async #check(): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    try {
      while (this.#waits.size > 0) {
        await this.#clock.sleep(checkEveryMs, stop.signal);
        for (const wait of this.#waits) if (++wait.checks >= this.#checks) wait.giveUp(this.#errorOf());
      }
    } catch (thrown) {
      if (!isAbort(thrown)) throw thrown;
    } finally {
      this.#stop = undefined;
      // a wait may have begun while the last one ended
      if (this.#waits.size > 0) void this.#check();
    }
  }
}
