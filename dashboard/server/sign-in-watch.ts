import type { Clock } from '../../src/core/clock.ts';

/** So many failed sign-ins within `withinMs` are repeated failures. */
const most = 10;
const withinMs = 10 * 60_000;

/** Reports repeated failed sign-ins: when they begin, and when there have been fewer for a while. */
export class SignInWatch {
  readonly #clock: Clock;
  readonly #report: (repeated: boolean) => void;
  /** Times of the last failures, oldest first. */
  readonly #failures: number[] = [];
  #repeated = false;

  constructor(clock: Clock, report: (repeated: boolean) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  failed(): void {
    this.#failures.push(this.#clock.monotonic());
    if (this.#failures.length > most) this.#failures.shift();
    this.check();
  }

  /** Called every second. */
  check(): void {
    const since = this.#clock.monotonic() - withinMs;
    while ((this.#failures[0] ?? Infinity) < since) this.#failures.shift();
    // it ends when all of them are past, so that a slow attack is one alarm
    const repeated = this.#repeated ? this.#failures.length > 0 : this.#failures.length >= most;
    if (repeated === this.#repeated) return;
    this.#repeated = repeated;
    this.#report(repeated);
  }
}
