import { type Alert, needsAcknowledgement } from '../core/alert.ts';
import type { Clock } from '../core/clock.ts';
import { isAbort, type ScadaError, toScadaError } from '../core/errors.ts';
import type { Notifier } from '../core/notifier.ts';
import type { Logger } from '../core/plugin.ts';

/** Interval of the requests, ms. */
const everyMs = 60_000;

export interface AcknowledgementsOptions {
  /** Name of the notifier. */
  readonly name: string;
  readonly notifier: Notifier;
  readonly open: () => readonly Alert[];
  /** Acknowledges an alert in the name of a person outside of the monitor. */
  readonly acknowledge: (id: string, user: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Takes acknowledgements from a receiver's tool. It asks the tool once a minute while an alert waits, and opens no way in: nothing
 * outside can connect to the monitor.
 */
export class Acknowledgements {
  readonly #options: AcknowledgementsOptions;
  #lastError: ScadaError | undefined;

  constructor(options: AcknowledgementsOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, name, logger } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(everyMs, signal);
      try {
        await this.#ask(signal);
        this.#lastError = undefined;
      } catch (thrown) {
        if (signal.aborted && isAbort(thrown)) throw thrown;
        const error = toScadaError(thrown);
        if (this.#lastError?.message !== error.message)
          logger.warn(`acknowledgements of ${name} are not received: ${error.message}`, { hint: error.hint });
        this.#lastError = error;
      }
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { notifier, open, acknowledge, name } = this.#options;
    const waiting = open().filter(({ state }) => needsAcknowledgement(state));
    if (waiting.length === 0) return;
    const found = (await notifier.acknowledged?.(waiting, signal)) ?? [];
    const stillWaiting = new Set(open().flatMap(({ id, state }) => (needsAcknowledgement(state) ? [id] : [])));
    for (const { alert, by } of found) if (stillWaiting.has(alert)) acknowledge(alert, by === '' ? name : `${name}: ${by}`);
  }
}
