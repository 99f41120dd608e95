import { systemClock } from '../../../src/core/clock.ts';
import type { Session, SessionStats } from '../../../src/core/collector.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { Rounds } from '../../../src/core/rounds.ts';
import { TaskScope } from '../../../src/core/scope.ts';

/**
 * A session that can hand over to a successor. The successor is connected before its predecessor stops, so that the device does
 * not appear offline and the values continue.
 */
export class HandoverSession implements Session {
  readonly #successor: (signal: AbortSignal) => Promise<Session>;
  readonly #closing = new AbortController();
  #current: Session;
  #next: Session | undefined;
  #leaving: Promise<void> = Promise.resolve();
  #waiting: TaskScope | undefined;
  #before: SessionStats = { requests: 0, errors: 0, bytes: 0 };

  /** @param successor resolves when a connected successor exists; rejects only by its signal */
  constructor(first: Session, successor: (signal: AbortSignal) => Promise<Session>) {
    this.#current = first;
    this.#successor = successor;
  }

  stats(): SessionStats {
    return sum(this.#before, this.#current.stats());
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Observation, void, void> {
    const rounds = new Rounds(systemClock);
    for (;;) {
      await rounds.next();
      const current = this.#current;
      const scope = new TaskScope(this.#closing.signal);
      this.#waiting = scope;
      scope.start(async (signal) => {
        this.#next = await this.#successor(signal);
        this.#leaving = leave(current);
        // reported at disposal; until then nothing awaits it
        this.#leaving.catch(() => {});
      });
      try {
        yield* current;
      } finally {
        await scope[Symbol.asyncDispose]();
      }
      if (this.#next === undefined || this.#closing.signal.aborted) return;
      this.#before = sum(this.#before, current.stats());
      this.#current = this.#next;
      this.#next = undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#current[Symbol.asyncDispose]();
    await this.#waiting?.[Symbol.asyncDispose]();
    await this.#leaving;
    await this.#next?.[Symbol.asyncDispose]();
  }
}

async function leave(session: Session): Promise<void> {
  await session[Symbol.asyncDispose]();
}

const sum = (a: SessionStats, b: SessionStats): SessionStats => ({
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  bytes: a.bytes + b.bytes,
});
