import type { Clock } from './clock.ts';
import { isAbort, toScadaError } from './errors.ts';

const notEnded = 'not ended';

/**
 * Steps of a shutdown with a time limit each. A step that takes longer is abandoned, so that the others can end. The names of
 * unfinished steps are kept.
 */
export class Shutdown {
  readonly #clock: Clock;
  readonly #unfinished = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Names of steps that have not ended or have failed, with the reason. */
  unfinished(): readonly string[] {
    return [...this.#unfinished].map(([name, reason]) => `${name} (${reason})`);
  }

  /** True if an abandoned step has not ended yet. */
  isHanging(): boolean {
    return [...this.#unfinished.values()].includes(notEnded);
  }

  /** Waits for a step until its limit. Never rejects. */
  async step(name: string, boundMs: number, work: () => void | PromiseLike<void>): Promise<void> {
    const ended = new AbortController();
    this.#unfinished.set(name, notEnded);
    const working = (async () => {
      try {
        await work();
        this.#unfinished.delete(name);
      } catch (thrown) {
        this.#unfinished.set(name, toScadaError(thrown).message);
      } finally {
        ended.abort();
      }
    })();
    await Promise.race([working, this.#clock.sleep(boundMs, ended.signal).catch(ignoreAbort)]);
  }
}

function ignoreAbort(thrown: unknown): void {
  if (!isAbort(thrown)) throw thrown;
}
