import type { Clock } from '../../src/core/clock.ts';

/** Number of failed sign-ins within `withinMs` that are repeated failures. */
const most = 10;
const withinMs = 10 * 60_000;

/** Reports the begin and the end of repeated failed sign-ins. */
export class SignInWatch {
  readonly #clock: Clock;
  readonly #report: (repeated: boolean) => void;
  /** Times of the last failures, oldest first. */
  readonly #failures: number[] = [];
  #repeated = false;
  #total = 0;

  constructor(clock: Clock, report: (repeated: boolean) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** Number of failures since the start. */
  get total(): number {
    return this.#total;
  }

  failed(): void {
    this.#total++;
    this.#failures.push(this.#clock.monotonic());
    if (this.#failures.length > most) this.#failures.shift();
    this.check();
  }

  /** Must be called every second. */
  check(): void {
    const since = this.#clock.monotonic() - withinMs;
    while ((this.#failures[0] ?? Infinity) < since) this.#failures.shift();
    // ends when all failures are older, so that a slow attack is one alarm
    const repeated = this.#repeated ? this.#failures.length > 0 : this.#failures.length >= most;
    if (repeated === this.#repeated) return;
    this.#repeated = repeated;
    this.#report(repeated);
  }
}
