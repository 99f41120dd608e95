import type { Clock } from '../../../src/core/clock.ts';
import { isAbort } from '../../../src/core/errors.ts';
import type { ModbusConfig } from '../config.ts';
import { Easing } from '../easing.ts';
import { IdentityMemory, type DeviceIdentity } from '../identity.ts';
import { ModbusLink, type ReadRequest, type Reply } from '../link.ts';
import { RequestPacer } from '../pacer.ts';
import { reasonOf } from '../transport/opening.ts';

/** `lost`: the connection ended during the request. */
export type Outcome = Reply | { readonly kind: 'lost'; readonly why: string };

/** Maximum number of reconnections: many devices close the connection on a request that they do not support. */
const mostReconnects = 3;
const reconnectMs = 1_000;
/** Maximum factor by which the interval between requests to a slow or busy device is extended. */
const mostStretch = 16;

/**
 * Sends one request at a time to a device, never above the given rate, and more slowly if the device is slow or busy. Independent
 * of the kind of request.
 */
export class RateLimitedRequester implements AsyncDisposable {
  readonly #config: ModbusConfig;
  readonly #machine: Clock;
  readonly #pacer: RequestPacer;
  readonly #easing = new Easing(mostStretch);
  readonly #intervalMs: number;
  readonly #signal: AbortSignal;
  #link: ModbusLink | undefined;
  #reconnects = 0;
  #sent = 0;
  #restUntilMs = 0;

  /** @param perSecond maximum number of requests in any second */
  constructor(config: ModbusConfig, perSecond: number, machine: Clock, signal: AbortSignal) {
    this.#config = config;
    this.#machine = machine;
    this.#signal = signal;
    this.#intervalMs = 1000 / perSecond;
    this.#pacer = new RequestPacer(machine, config.pauseMs, perSecond);
  }

  /** Number of requests so far. */
  get sent(): number {
    return this.#sent;
  }

  /** @throws ScadaError as `openChannel` does; AbortError */
  async connect(): Promise<void> {
    this.#link ??= await ModbusLink.open(this.#config, this.#machine, this.#signal);
  }

  /** Delays the next request by `ms` more. */
  rest(ms: number): void {
    this.#restUntilMs = Math.max(this.#restUntilMs, this.#machine.monotonic() + ms);
  }

  /** Sends nothing for `ms`. @throws AbortError */
  async wait(ms: number): Promise<void> {
    await this.#machine.sleep(ms, this.#signal);
  }

  /** The device was busy or did not answer. */
  troubled(): void {
    this.#easing.troubled(this.#machine.monotonic());
  }

  /** @throws AbortError; ScadaError if the device does not accept a new connection */
  async read(request: ReadRequest): Promise<Outcome> {
    return await this.#within(async (link) => {
      await this.#turn(this.#signal);
      const start = this.#machine.monotonic();
      try {
        const reply = await link.read(request);
        const latencyMs = this.#machine.monotonic() - start;
        if (reply.kind !== 'timeout') this.#easing.answered(latencyMs, start + latencyMs);
        // At least half of its time is free of requests.
        this.rest(latencyMs);
        return reply;
      } finally {
        this.#pacer.done();
      }
    });
  }

  /** Identity reported by the device, empty if it has none; undefined if it closed the connection. @throws AbortError */
  async identity(unit: number): Promise<DeviceIdentity | undefined> {
    const memory = new IdentityMemory(this.#config.identity, this.#config.serverId);
    const pace = { turn: (signal: AbortSignal) => this.#turn(signal), done: () => this.#pacer.done() };
    const outcome = await this.#within(async (link) => {
      await memory.read(link, unit, pace, this.#signal);
      return { kind: 'read' } as const;
    });
    return outcome.kind === 'lost' ? undefined : (memory.news({}, false)?.identity ?? {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link?.[Symbol.asyncDispose]();
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const { stretch } = this.#easing;
    const easeMs = stretch === 1 ? 0 : stretch * this.#intervalMs;
    const waitMs = Math.max(this.#restUntilMs - this.#machine.monotonic(), easeMs);
    if (waitMs > 0) await this.#machine.sleep(waitMs, signal);
    await this.#pacer.turn(signal);
    this.#sent++;
  }

  /** Runs `run` on an open connection, which is closed at once when the signal aborts. */
  async #within<T>(run: (link: ModbusLink) => Promise<T>): Promise<T | { readonly kind: 'lost'; readonly why: string }> {
    // A connection lost between two requests has lost no answer.
    if (this.#link?.lost.aborted === true) await this.#hangUp(this.#link);
    if (this.#link === undefined) await this.#reconnect();
    const link = this.#link;
    if (link === undefined) return { kind: 'lost', why: 'the device hangs up again and again' };
    const stop = (): void => void link[Symbol.asyncDispose]();
    this.#signal.addEventListener('abort', stop, { once: true });
    try {
      return await run(link);
    } catch (thrown) {
      this.#signal.throwIfAborted();
      if (!link.lost.aborted || isAbort(thrown)) throw thrown;
      await this.#hangUp(link);
      return { kind: 'lost', why: reasonOf(thrown) };
    } finally {
      this.#signal.removeEventListener('abort', stop);
    }
  }

  async #hangUp(link: ModbusLink): Promise<void> {
    this.#link = undefined;
    await link[Symbol.asyncDispose]();
  }

  async #reconnect(): Promise<void> {
    this.#reconnects++;
    if (this.#reconnects > mostReconnects) return;
    await this.#machine.sleep(reconnectMs * 2 ** (this.#reconnects - 1), this.#signal);
    await this.connect();
  }
}
