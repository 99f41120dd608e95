import type { Clock } from '../../core/clock.ts';
import type { ScadaError } from '../../core/errors.ts';
import { HangCounter } from '../../core/hang.ts';
import { checkEveryMs, partDeadlines } from '../../core/part-deadlines.ts';
import { type StoreProcess, unavailable } from './process.ts';

/** Notices that the process of the store does not answer, also while nothing is written. */
export class SilenceWatch {
  readonly #machine: Clock;
  readonly #onSilent: (error: ScadaError) => void;
  readonly #onAnswer: () => void;
  readonly #hangs = new HangCounter();
  /** Reads that wait for an answer. */
  readonly #reads = new Set<(error: ScadaError) => void>();
  #asked: StoreProcess | undefined;
  #since: number | undefined;
  #isReported = false;

  /**
   * @param onSilent called once the silence has lasted for the deadline of a part
   * @param onAnswer called when the process answers again after that
   */
  constructor(machine: Clock, onSilent: (error: ScadaError) => void, onAnswer: () => void) {
    this.#machine = machine;
    this.#onSilent = onSilent;
    this.#onAnswer = onAnswer;
  }

  /** Must be called each second. @returns time without an answer, ms */
  check(store: StoreProcess): number {
    const unanswered = this.#hangs.check([store.answered]);
    this.#ask(store);
    if (unanswered === 0) this.#answered();
    if (unanswered >= partDeadlines.readChecks) {
      this.#since ??= this.#machine.now() - unanswered * checkEveryMs;
      for (const refuse of this.#reads) refuse(this.#error(this.#since));
    }
    if (unanswered >= partDeadlines.unansweredChecks && this.#since !== undefined && !this.#isReported) {
      this.#isReported = true;
      this.#onSilent(this.#error(this.#since));
    }
    return unanswered * checkEveryMs;
  }

  /** The result of a read. @throws ScadaError STORE_UNAVAILABLE if the process does not answer */
  async unlessSilent<T>(read: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    read.then(resolve, reject);
    if (this.#since !== undefined) reject(this.#error(this.#since));
    this.#reads.add(reject);
    try {
      return await promise;
    } finally {
      this.#reads.delete(reject);
    }
  }

  /** A process that was replaced answers nothing more. */
  #ask(store: StoreProcess): void {
    if (this.#asked === store || store.failure !== undefined) return;
    this.#asked = store;
    void this.#call(store);
  }

  async #call(store: StoreProcess): Promise<void> {
    // the end of the process is reported by itself
    await store.call('alive', undefined).catch(() => {});
    if (this.#asked === store) this.#asked = undefined;
  }

  #answered(): void {
    this.#since = undefined;
    if (!this.#isReported) return;
    this.#isReported = false;
    this.#onAnswer();
  }

  #error(since: number): ScadaError {
    const at = new Date(since).toISOString().slice(11, 19);
    return unavailable(`the historian has not answered since ${at} UTC`);
  }
}
