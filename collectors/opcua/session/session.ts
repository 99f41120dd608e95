import { systemClock } from '../../../src/core/clock.ts';
import type { Session, SessionStats } from '../../../src/core/collector.ts';
import { type Observation, observeEvent } from '../../../src/core/observation.ts';
import { BoundedQueue } from '../../../src/core/queue.ts';
import { Rounds } from '../../../src/core/rounds.ts';
import { TaskScope } from '../../../src/core/scope.ts';
import { mirrorAlarms, mirrorAlone } from '../conditions/mirror.ts';
import { readServerTime } from '../requests/facts.ts';
import { abortable } from '../connection/request-queue.ts';
import type { Push, SessionParts } from '../session-parts.ts';
import { TagNodes } from '../requests/nodes.ts';
import { Poller } from './poll.ts';
import { watchPosture } from '../posture/watch.ts';
import { Watcher } from './watch.ts';

const healthMs = 10_000;
/** Interval of searches for missing nodes, ms: a starting server may still be building its address space. */
const retryMs = 60_000;
/** Maximum wait for a tag's first answer, and check interval, ms of machine time: the answer may break the session. */
const answerMs = 10_000;
const answerEveryMs = 50;
/** Maximum number of observations that wait for the consumer; at the limit nothing is fetched from the server. */
const waiting = 4;

/** Dependencies of a session. */
interface Collection {
  readonly nodes: TagNodes;
  readonly poller: Poller;
  /** Undefined if all tags are polled. */
  readonly watcher: Watcher | undefined;
  /** Tags that have been started, and suspected groups that still wait. */
  readonly first: readonly number[];
  readonly suspects: readonly (readonly number[])[];
}

/** One session with one server, from its identity to the loss of its connection. */
export class OpcuaSession implements Session {
  readonly #parts: SessionParts;
  readonly #greeting: Observation;
  readonly #closing = new AbortController();
  readonly #queue: BoundedQueue<Observation>;
  readonly #push: Push;
  #prepared: Collection | undefined;
  #watcher: Watcher | undefined;
  /** True once every tag has answered or its time has passed. */
  #tried = false;
  #running: Promise<void> = Promise.resolve();

  /** @param greeting first observation of the session */
  constructor(parts: SessionParts, greeting: Observation) {
    this.#parts = parts;
    this.#greeting = greeting;
    const queue = new BoundedQueue<Observation>(parts.target.device, waiting, 'block');
    this.#queue = queue;
    this.#push = async (observation, signal) => await queue.push(observation, signal);
  }

  /**
   * Sets up the server's reports before the session is iterated: for a session that takes over from another one, which runs
   * meanwhile. Values then continue without a gap. Returns the longest time that the server takes to report, ms of its clock:
   * after that the other session has received all changes from before this set-up.
   */
  async prepare(signal: AbortSignal): Promise<number> {
    const prepared = await this.#setUp(true, signal);
    this.#prepared = prepared;
    return Math.max(0, ...(prepared.watcher?.subscriptions.all ?? []).map(({ keepAliveMs }) => keepAliveMs));
  }

  stats(): SessionStats {
    return { ...this.#parts.client.stats(), errors: this.#parts.link.errors };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Observation, void, void> {
    const greeting = this.#greeting;
    yield greeting;
    const { client, context, hold } = this.#parts;
    const queue = this.#queue;
    const push = this.#push;
    const scope = new TaskScope(this.#closing.signal);
    if (this.#prepared === undefined) hold.restart(Math.round(context.clock.monotonic()));
    else hold.takeOver();
    scope.start(async (signal) => await abortable(client.lost, signal));
    scope.start(async (signal) => await this.#reportHealth(push, signal));
    scope.start(async () => await this.#collect(push, scope));
    const ended = scope.join().finally(() => queue.close());
    this.#running = ended.catch(() => {});
    try {
      yield* queue;
      await ended.catch((thrown: unknown) => {
        this.#parts.limits.quarantine.broke((position) => hold.knows(position));
        throw thrown;
      });
    } finally {
      scope.stop();
      await this.#running;
      this.#leave();
    }
  }

  /** Leaves the subscriptions to the next session, unless their values may have broken this one. */
  #leave(): void {
    const { client, inheritance } = this.#parts;
    if (client.broken() && this.#tried) inheritance.left = this.#watcher?.subscriptions.leave();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#parts.client[Symbol.asyncDispose]();
  }

  /** @param patterns true to search patterns too before anything is monitored */
  async #setUp(patterns: boolean, signal: AbortSignal): Promise<Collection> {
    const parts = this.#parts;
    const nodes = new TagNodes(parts);
    const all = [...parts.tags.keys()];
    const poller = new Poller(parts, nodes, this.#push);
    await nodes.find(all, signal);
    if (patterns) for (const position of nodes.patterns()) await nodes.findPattern(position, signal);
    const watcher = parts.config.mode === 'subscribe' ? await Watcher.open(parts, nodes, this.#push, signal) : undefined;
    const [first = [], ...suspects] = parts.limits.quarantine.begin(all);
    parts.limits.quarantine.try(first);
    poller.add(watcher === undefined ? first : await watcher.watch(first, signal));
    return { nodes, poller, watcher, first, suspects };
  }

  /** Monitors the tags, or polls them if configured or if the server supports nothing else; then starts the other tasks. */
  async #collect(push: Push, scope: TaskScope): Promise<void> {
    const parts = this.#parts;
    const collection = this.#prepared ?? (await this.#setUp(false, scope.signal));
    const { nodes, poller, watcher } = collection;
    this.#watcher = watcher;
    scope.start(async (stop) => await poller.run(stop));
    watcher?.start(scope);
    scope.start(async (stop) => {
      await this.#tryOut(collection, scope, stop);
      this.#tried = true;
      await this.#findMissing(nodes, watcher, poller, push, scope, stop);
    });
    scope.start(async (stop) => await watchPosture(parts, nodes, push, stop));
    // a subscription has its own watchdog, and its reports may be rarer than this limit
    if (watcher === undefined) scope.start(async (stop) => await abortable(parts.link.silence.ends(), stop));
    if (watcher === undefined) scope.start(async () => await mirrorAlone(parts, push, scope));
    else watcher.takeEvents = await mirrorAlarms(parts, watcher.subscriptions, push, scope);
  }

  /** Waits for the first answers, and starts the tags that are suspected of breaking sessions, group by group. */
  async #tryOut({ nodes, poller, watcher, first, suspects }: Collection, scope: TaskScope, signal: AbortSignal): Promise<void> {
    const { quarantine } = this.#parts.limits;
    await this.#answered(nodes, first, signal);
    quarantine.passed();
    for (const group of suspects) {
      quarantine.try(group);
      poller.add(watcher === undefined ? group : await watcher.watch(group, signal));
      watcher?.guard(scope);
      await this.#answered(nodes, group, signal);
      quarantine.passed();
    }
  }

  /** Waits until the server has answered for each tag that has a node, or until the time has passed. */
  async #answered(nodes: TagNodes, positions: readonly number[], signal: AbortSignal): Promise<void> {
    const { hold } = this.#parts;
    const end = systemClock.monotonic() + answerMs;
    const open = (): boolean => positions.some((position) => 'nodeId' in nodes.at(position) && !hold.knows(position));
    while (open() && systemClock.monotonic() < end) await systemClock.sleep(answerEveryMs, signal);
  }

  /** Searches patterns after the other tags were started, and repeats the search for missing nodes. */
  async #findMissing(
    nodes: TagNodes,
    watcher: Watcher | undefined,
    poller: Poller,
    push: Push,
    scope: TaskScope,
    signal: AbortSignal,
  ): Promise<never> {
    const { context, limits } = this.#parts;
    const reported = new Set<string>();
    const rounds = new Rounds(systemClock);
    for (;;) {
      await rounds.next(signal);
      const missing = nodes.missing();
      for (const position of nodes.patterns()) await nodes.findPattern(position, signal);
      const found = missing.filter((position) => 'nodeId' in nodes.at(position));
      limits.quarantine.try(found);
      if (watcher !== undefined && found.length > 0) {
        poller.add(await watcher.watch(found, signal));
        watcher.guard(scope);
      }
      watcher?.adoptMissing();
      const news = nodes.missing().filter((position) => {
        const node = nodes.at(position);
        const text = 'quality' in node ? `${position} ${node.quality}` : '';
        return !reported.has(text) && reported.add(text);
      });
      await nodes.report(news, push, signal);
      await this.#answered(nodes, found, signal);
      limits.quarantine.passed();
      await context.clock.sleep(retryMs, signal);
      await nodes.find(nodes.missing(), signal);
    }
  }

  async #reportHealth(push: Push, signal: AbortSignal): Promise<void> {
    const { config, context, hold, limits, link } = this.#parts;
    for (;;) {
      await context.clock.sleep(healthMs, signal);
      // A subscription has no request whose answer could be timed, and a server closes a session without requests: one small read
      // per period serves both.
      if (config.mode === 'subscribe' || link.idle) await readServerTime(link, limits.read, signal);
      await push(observeEvent(link.health(hold.lastGood)), signal);
    }
  }
}
