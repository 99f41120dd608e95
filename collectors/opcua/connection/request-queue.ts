import { systemClock } from '../../../src/core/clock.ts';
import type { RequestBudget } from '../../../src/ingest/polling/budget.ts';

/** Signal of requests that are sent even if the caller has given up. */
export const never = new AbortController().signal;

/** Time after its deadline at which a request is given up if the library has not done so, ms. */
export const forgottenMs = 5_000;

/**
 * Maximum duration of a step that opens a session, ms: several requests, each within the budget. The library can lose the result
 * of a step if a server violates the protocol; without a limit the device would never be tried again.
 */
export const openingMs = (config: { readonly deadlineMs: number; readonly maxRequestsPerSecond: number }): number =>
  4 * (config.deadlineMs + forgottenMs + 1_000 / config.maxRequestsPerSecond);

/** Serialises requests to one server: one is in flight, each waits for the device's budget. */
export class RequestQueue {
  readonly #budget: RequestBudget;
  readonly #patienceMs: number;
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #answered: Promise<void> = Promise.resolve();

  /**
   * @param patienceMs time after which a request that the library has lost is given up, ms of machine time; above the library's
   * deadline
   */
  constructor(budget: RequestBudget, patienceMs: number) {
    this.#budget = budget;
    this.#patienceMs = patienceMs;
  }

  /** Settles when the request in flight is answered or given up; awaited before the connection is closed. */
  get answered(): Promise<void> {
    return this.#answered;
  }

  /**
   * Runs `send`, which sends one request and resolves with its answer, when all earlier requests are answered and the budget
   * allows it. The queue waits for the answer even if the caller has given up, because the server is still busy with it.
   * @param urgent true to run before all waiting requests
   * @throws AbortError as soon as the signal aborts, and errors of `send`
   */
  async run<T>(send: () => Promise<T>, signal: AbortSignal, urgent = false): Promise<T> {
    await this.#first(signal, urgent);
    let answer: Promise<T>;
    try {
      await this.#budget.turn(signal);
      answer = within(send(), this.#patienceMs);
    } catch (thrown) {
      this.#leave();
      throw thrown;
    }
    const leave = (): void => this.#leave();
    this.#answered = answer.then(leave, leave);
    return await abortable(answer, signal);
  }

  /** Resolves when no request is before this one. */
  async #first(signal: AbortSignal, urgent: boolean): Promise<void> {
    signal.throwIfAborted();
    if (!this.#busy) {
      this.#busy = true;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    if (urgent) this.#waiting.unshift(resolve);
    else this.#waiting.push(resolve);
    try {
      await abortable(promise, signal);
    } catch (thrown) {
      const place = this.#waiting.indexOf(resolve);
      // a request that was released at the same moment goes first
      if (place < 0) this.#leave();
      else this.#waiting.splice(place, 1);
      throw thrown;
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy = false;
    else next();
  }
}

/** Result of the promise, or an AbortError as soon as the signal aborts; a later result is ignored. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    signal.throwIfAborted();
  }
  const stopped = Promise.withResolvers<never>();
  const abort = (): void => stopped.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Result of the promise, or an error after `ms`: a peer that violates the protocol can make the library drop a request without an
 * answer.
 */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  const settled = new AbortController();
  const late = systemClock.sleep(ms, settled.signal).then(() => {
    throw new Error(`timeout: no outcome within ${ms / 1_000} s`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    settled.abort();
  }
}
