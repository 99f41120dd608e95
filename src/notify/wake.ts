import type { Clock } from '../core/clock.ts';

/** Wakes a waiting task. A call while the task is busy ends its next wait at once. */
export class Wake {
  #called = Promise.withResolvers<void>();

  call(): void {
    this.#called.resolve();
  }

  /** Forgets earlier calls. Must be called before the task checks if there is work. */
  reset(): void {
    this.#called = Promise.withResolvers<void>();
  }

  /** Resolves at a call since `reset`, or after a time, ms. @throws the reason of the signal */
  async wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const stop = new AbortController();
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    try {
      const timer = ms === Infinity ? [] : [clock.sleep(ms, stop.signal).catch(() => {})];
      await Promise.race([this.#called.promise, aborted.promise, ...timer]);
    } finally {
      signal.removeEventListener('abort', abort);
      stop.abort();
    }
  }
}
