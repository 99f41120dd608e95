import type { RequestBudget } from '../../src/polling/budget.ts';

/** For what is sent whoever has given up. */
export const never = new AbortController().signal;

/** The line in which everybody stands who asks one server: one request is in flight, each in its turn of the device's budget. */
export class Line {
  readonly #budget: RequestBudget;
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #answered: Promise<void> = Promise.resolve();

  constructor(budget: RequestBudget) {
    this.#budget = budget;
  }

  /** Settles when the request that is in flight is answered or given up; who goes waits for it. */
  get answered(): Promise<void> {
    return this.#answered;
  }

  /**
   * Runs `send`, which sends one request and resolves with its answer, when all before it are answered and the budget has room. The line waits
   * for the answer also where who asked does so no longer: the server is still busy with it.
   * @param urgent to stand before all who wait
   * @throws AbortError as soon as the signal aborts, and what `send` throws
   */
  async run<T>(send: () => Promise<T>, signal: AbortSignal, urgent = false): Promise<T> {
    await this.#first(signal, urgent);
    let answer: Promise<T>;
    try {
      await this.#budget.turn(signal);
      answer = send();
    } catch (thrown) {
      this.#leave();
      throw thrown;
    }
    const leave = (): void => this.#leave();
    this.#answered = answer.then(leave, leave);
    return await abortable(answer, signal);
  }

  /** Resolves when nobody stands before us. */
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
      // who was called in the same moment is the first, and goes
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

/** The promise's outcome, or an AbortError as soon as the signal aborts; what the promise then does is nobody's business. */
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
