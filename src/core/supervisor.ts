import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { isAbort, toScadaError } from './errors.ts';
import type { Logger, Part, Parts } from './plugin.ts';
import type { Random } from './random.ts';

/**
 * `restarting`: the part has failed and is restarted after a pause. `failed`: several restarts in a row have failed; restarts
 * continue.
 */
export type PartState = 'running' | 'restarting' | 'failed';

/** State of one supervised part of the monitor. */
export interface PartStatus {
  readonly name: string;
  readonly state: PartState;
  /** ms UTC of the machine's clock. */
  readonly since: number;
  /** Failures since the start of the process. */
  readonly restarts: number;
  readonly lastError?: string | undefined;
}

/** Pauses between restarts, ms. */
const pauses = { firstMs: 250, mostMs: 30_000 };
/** Time without failure after which a restarted task counts as running, ms. */
const settleMs = 5_000;
/** Run time after which a failure resets the pauses, ms. */
const stableMs = 60_000;
/** Consecutive failures after which a part counts as failed. */
const failuresInARow = 5;

export interface SupervisorOptions {
  /** The machine's clock: parts fail and restart in wall time. */
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Keeps the parts of the monitor running. It restarts a failed task with growing pauses and reports the state of each part. The
 * failure of one part does not affect others.
 */
export class Supervisor implements Parts {
  readonly #options: SupervisorOptions;
  readonly #parts = new Map<string, SupervisedPart>();
  readonly #listeners = new Set<(status: PartStatus) => void>();

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  part(name: string): Part {
    return this.#part(name);
  }

  /** In the order of first use. */
  states(): readonly PartStatus[] {
    return [...this.#parts.values()].map(({ status }) => status);
  }

  /** Calls the listener at each change of a part's state or error. @returns function that ends the subscription */
  subscribe(listener: (status: PartStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs a part's task, and restarts it after each failure, until it ends by itself or the signal aborts. Never rejects. */
  async run(name: string, task: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const part = this.#part(name);
    const backoff = new Backoff(pauses, random.fork(`supervisor/${name}`));
    while (!signal.aborted) {
      const startedAt = clock.monotonic();
      const settled = new AbortController();
      const settling = part.status.state === 'running' ? undefined : this.#settle(part, settled.signal);
      try {
        await task(signal);
        if (!signal.aborted) part.recovered();
        return;
      } catch (thrown) {
        if (signal.aborted && isAbort(thrown)) return;
        part.failed(thrown);
      } finally {
        settled.abort();
        await settling;
      }
      if (clock.monotonic() - startedAt >= stableMs) backoff.reset();
      await clock.sleep(backoff.next(), signal).catch(ignoreAbort);
    }
  }

  async #settle(part: SupervisedPart, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(settleMs, signal);
      part.recovered();
    } catch (thrown) {
      ignoreAbort(thrown);
    }
  }

  #part(name: string): SupervisedPart {
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    const part = new SupervisedPart(name, this.#options, (status) => this.#notify(status));
    this.#parts.set(name, part);
    return part;
  }

  #notify(status: PartStatus): void {
    for (const listener of this.#listeners) {
      try {
        listener(status);
      } catch (thrown) {
        this.#options.logger.error(`a listener of part ${status.name} failed`, { error: toScadaError(thrown).message });
      }
    }
  }
}

class SupervisedPart implements Part {
  status: PartStatus;
  readonly #options: SupervisorOptions;
  readonly #changed: (status: PartStatus) => void;
  #inARow = 0;

  constructor(name: string, options: SupervisorOptions, changed: (status: PartStatus) => void) {
    this.#options = options;
    this.#changed = changed;
    this.status = { name, state: 'running', since: options.clock.now(), restarts: 0 };
  }

  failed(error: unknown): void {
    const { clock, logger } = this.#options;
    const { name, state: before, since, restarts, lastError } = this.status;
    const { message, code, hint } = toScadaError(error);
    const state = ++this.#inARow >= failuresInARow ? 'failed' : 'restarting';
    if (message !== lastError || before === 'running') logger.error(`${name} failed: ${message}`, { code, hint });
    this.#become({
      name,
      state,
      since: before === state ? since : clock.now(),
      restarts: restarts + 1,
      lastError: message,
    });
  }

  recovered(): void {
    this.#inARow = 0;
    if (this.status.state === 'running') return;
    this.#options.logger.info(`${this.status.name} runs again`);
    this.#become({ ...this.status, state: 'running', since: this.#options.clock.now() });
  }

  #become(status: PartStatus): void {
    this.status = status;
    this.#changed(status);
  }
}

function ignoreAbort(thrown: unknown): void {
  if (!isAbort(thrown)) throw thrown;
}
