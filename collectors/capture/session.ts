import type { Clock } from '../../src/core/clock.ts';
import type { Session, SessionStats } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { type Event, type Observation, observeEvent } from '../../src/core/observation.ts';
import type { PacketSink } from '../../src/core/packets.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { BoundedQueue } from '../../src/core/queue.ts';
import { Rounds } from '../../src/core/rounds.ts';
import { TaskScope } from '../../src/core/scope.ts';
import type { WireEvent } from '../../src/core/wire.ts';
import { CaptureReader } from './file/reader.ts';
import { healthMs, TapHealth } from './health.ts';
import { LiveTime } from './live-time.ts';
import type { OpenSource } from './sources/source.ts';
import type { Tap } from './tap.ts';

export interface SessionDependencies {
  readonly device: string;
  /** Name of the source, for messages. */
  readonly name: string;
  readonly live: boolean;
  readonly source: OpenSource;
  /** @param emit see `Tap` */
  readonly tap: (emit: (event: WireEvent) => void) => Tap;
  /** Keeps the packets; absent if they are not kept. */
  readonly packets?: PacketSink;
  readonly reportMs: number;
  /** Maximum number of events in the queue. */
  readonly queue: number;
  readonly context: PluginContext;
  readonly machine: Clock;
  readonly signal: AbortSignal;
  /** Called with the damage that ends the reading of a file. */
  readonly damaged: (error: ScadaError) => void;
}

/**
 * Reads one capture. A live capture is read at any speed of the consumer, and events that do not fit into the queue are dropped
 * and reported; a file waits. After the end of a file the session continues without events, so that it is not read again.
 */
export class CaptureSession implements Session {
  readonly #use: SessionDependencies;
  readonly #queue: BoundedQueue<Event>;
  readonly #scope: TaskScope;
  readonly #reader: CaptureReader;
  readonly #tap: Tap;
  readonly #health: TapHealth;
  /** Events of the packets that are being read. */
  #events: Event[] = [];
  #ended = false;

  constructor(dependencies: SessionDependencies) {
    const { device, name, live, queue, signal, context, machine } = dependencies;
    this.#use = dependencies;
    this.#queue = new BoundedQueue(`capture ${device}`, queue, live ? 'drop-newest' : 'block');
    this.#scope = new TaskScope(signal);
    this.#reader = new CaptureReader(name, live ? 'retryable' : 'config');
    this.#tap = dependencies.tap((event) => this.#events.push(event));
    this.#health = new TapHealth(device, context.metrics, live ? machine : undefined);
  }

  /** A tap sends no requests; the bytes are those that it captured. */
  stats(): SessionStats {
    return { requests: 0, errors: 0, bytes: this.#tap.bytes };
  }

  /** Ends when the session is disposed or its signal aborts. @throws ScadaError when the capture cannot be read further */
  async *[Symbol.asyncIterator](): AsyncGenerator<Observation, void, void> {
    const { context, device, live, source } = this.#use;
    yield observeEvent({ type: 'identity', time: context.clock.now(), device, identity: source.identity });
    this.#scope.start(async (signal) => await this.#untilEnd(this.#read(signal)));
    if (live) this.#scope.start(async (signal) => await this.#untilEnd(this.#keepTime(signal)));
    let dropped = 0;
    for await (const event of this.#queue) {
      yield observeEvent(event);
      const stats = this.#queue.stats();
      if (stats.dropped === dropped) continue;
      yield observeEvent({ type: 'dropped', time: context.clock.now(), queue: stats.name, count: stats.dropped - dropped });
      dropped = stats.dropped;
    }
    await this.#scope.join();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#scope.stop();
    this.#queue.close();
    await this.#use.source[Symbol.asyncDispose]();
    await this.#scope.join().catch(() => {});
  }

  /** Any end of a task ends the iteration, after the queued events. */
  async #untilEnd(task: Promise<void>): Promise<void> {
    try {
      await task;
    } finally {
      this.#ended = true;
      this.#queue.close();
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { source, live, context, machine, device, packets } = this.#use;
    const liveTime = live ? new LiveTime(context.clock, machine) : undefined;
    signal.addEventListener('abort', () => void source[Symbol.asyncDispose](), { once: true });
    try {
      for await (const chunk of source.chunks()) {
        this.#reader.push(chunk);
        for (let record = this.#reader.next(); record !== undefined; record = this.#reader.next()) {
          const { time } = this.#tap.packet(record, liveTime?.of(record.time) ?? record.time);
          packets?.take(device, time, record);
          if (!live) this.#takeHealth();
          if (this.#events.length > 0) await this.#pass(signal);
        }
        if (signal.aborted) break;
      }
      if (!signal.aborted) this.#reader.end();
    } catch (thrown) {
      if (signal.aborted) return;
      if (!live && thrown instanceof ScadaError) this.#use.damaged(thrown);
      throw thrown;
    } finally {
      if (!signal.aborted) await this.#finish(signal);
    }
    // a session without events would count as stuck
    for (;;) {
      await context.clock.sleep(healthMs, signal);
      this.#events.push(this.#health.report(this.#tap));
      await this.#pass(signal);
    }
  }

  async #finish(signal: AbortSignal): Promise<void> {
    await this.#takeLosses();
    this.#tap.end();
    this.#events.push(this.#health.report(this.#tap));
    await this.#pass(signal);
  }

  /** Advances stream time while nothing is captured. */
  async #keepTime(signal: AbortSignal): Promise<void> {
    const { context, machine, reportMs } = this.#use;
    const rounds = new Rounds(machine);
    for (;;) {
      await rounds.next(signal);
      this.#tap.advance(context.clock.now());
      await this.#takeLosses();
      this.#takeHealth();
      await this.#pass(signal);
      await context.clock.sleep(reportMs, signal);
    }
  }

  #takeHealth(): void {
    const event = this.#health.due(this.#tap);
    if (event !== undefined) this.#events.push(event);
  }

  /** Takes the greater of the capture's and the program's drop counts, which count the same packets. */
  async #takeLosses(): Promise<void> {
    this.#tap.lost(Math.max(this.#reader.dropped, await this.#use.source.dropped()));
  }

  async #pass(signal: AbortSignal): Promise<void> {
    const events = this.#events;
    this.#events = [];
    for (const event of events) {
      if (signal.aborted || this.#ended) return;
      if (this.#use.live) this.#queue.offer(event);
      else await this.#queue.push(event, signal);
    }
  }
}
