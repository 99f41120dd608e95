import type { Session, SessionStats } from '../../src/core/collector.ts';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import { BoundedQueue } from '../../src/core/queue.ts';
import { TaskScope } from '../../src/core/scope.ts';
import { abortable, Link, type Push, type SessionParts } from './link.ts';
import { readServerTime } from './nodes.ts';
import { pollTags } from './poll.ts';
import { watchTags } from './watch.ts';

const healthMs = 10_000;
/** Observations that wait for the consumer; beyond it nothing is fetched from the server. */
const waiting = 4;

/** One session with one server, from its identity to the loss of its connection. */
export class OpcuaSession implements Session {
  readonly #parts: SessionParts;
  readonly #link: Link;
  readonly #greeting: Observation;
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** @param greeting what the session yields first */
  constructor(parts: SessionParts, greeting: Observation) {
    this.#parts = parts;
    this.#link = new Link(parts);
    this.#greeting = greeting;
  }

  stats(): SessionStats {
    return { ...this.#parts.client.stats(), errors: this.#link.errors };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Observation, void, void> {
    const greeting = this.#greeting;
    yield greeting;
    const { config, context, hold, target } = this.#parts;
    const queue = new BoundedQueue<Observation>(target.device, waiting, 'block');
    const push: Push = async (observation, signal) => await queue.push(observation, signal);
    const scope = new TaskScope(this.#closing.signal);
    hold.restart(context.clock.now());
    scope.start(async (signal) => await abortable(this.#parts.client.lost, signal));
    scope.start(async (signal) => await this.#reportHealth(push, signal));
    scope.start(async (signal) => {
      if (config.mode === 'poll') await pollTags(this.#parts, this.#link, push, signal);
      else await watchTags(this.#parts, this.#link, push, scope);
    });
    const ended = scope.join().finally(() => queue.close());
    this.#running = ended.catch(() => {});
    try {
      yield* queue;
      await ended;
    } finally {
      scope.stop();
      await this.#running;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#parts.client[Symbol.asyncDispose]();
  }

  async #reportHealth(push: Push, signal: AbortSignal): Promise<void> {
    const { client, config, context } = this.#parts;
    for (;;) {
      await context.clock.sleep(healthMs, signal);
      // A subscription sends nothing whose answer could be timed; one small read a period does.
      if (config.mode === 'subscribe') await this.#link.request(() => readServerTime(client.session), signal);
      await push(observeEvent(this.#link.health()), signal);
    }
  }
}
