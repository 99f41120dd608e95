import type { Request, Response } from 'node-opcua-client';
import { systemClock } from '../../../src/core/clock.ts';
import type { CollectorTarget } from '../../../src/core/collector.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import type { DeviceHealthEvent } from '../../../src/core/observation.ts';
import type { PluginContext } from '../../../src/core/plugin.ts';
import type { RequestBudget } from '../../../src/ingest/polling/budget.ts';
import type { OpenClient } from '../connection/client.ts';
import type { OpcuaConfig } from '../config.ts';
import { failureOf } from '../connection/failures.ts';
import type { Requester } from '../requests/services.ts';
import { Silence } from './silence.ts';

/** Dependencies of a link. */
export interface LinkParts {
  readonly config: OpcuaConfig;
  readonly target: Pick<CollectorTarget, 'device'>;
  readonly context: PluginContext;
  readonly client: OpenClient;
  readonly budget: RequestBudget;
}

/** The part of the library's session that only sends one message. */
interface PlainSession {
  _performMessageTransaction(request: Request, done: (error: Error | null, response?: Response) => void): void;
}

/**
 * Sends requests to the server: one at a time, within the device's budget, besides the publish requests that wait there. Counts
 * durations and costs since the last health event.
 */
export class Link implements Requester {
  readonly silence = new Silence();
  readonly #parts: LinkParts;
  #latencies: number[] = [];
  /** Duration of the last answer, ms of machine time. */
  #roundTripMs = 0;
  #reported = { requests: 0, errors: 0, bytes: 0 };
  #reportedAt: number;
  #errors = 0;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#reportedAt = systemClock.monotonic();
  }

  /** True if nothing except publish requests was answered since the last health event. */
  get idle(): boolean {
    return this.#latencies.length === 0;
  }

  /** Failures so far, including those that the library does not count. */
  get errors(): number {
    return this.#errors + this.#parts.client.stats().errors;
  }

  /** Duration of the previous request, from sending to answer, ms of machine time. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  async send(request: Request, signal: AbortSignal): Promise<Response> {
    return await this.request(async () => await this.#transact(request), signal);
  }

  /**
   * Sends a publish request, which waits at the server: in parallel to others and outside of the budget, but counted.
   * @throws errors of the library
   */
  async publish(request: Request): Promise<Response> {
    return await this.#transact(request);
  }

  /**
   * Runs `send`, which sends one request, when the previous one is answered and the budget allows it.
   * @throws ScadaError; AbortError once the signal aborts
   */
  async request<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const timed = async (): Promise<T> => {
      await this.silence.pass();
      const sentAt = systemClock.monotonic();
      const answer = await send();
      this.#roundTripMs = systemClock.monotonic() - sentAt;
      this.#latencies.push(this.#roundTripMs);
      return answer;
    };
    try {
      return await this.#parts.client.queue.run(timed, signal);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      this.#errors++;
      const error = this.failure(thrown);
      // the library's own text for an expired deadline; a server that returns BadTimeout has answered
      if (/Transaction has timed out/.test(String(thrown))) this.silence.missed(error);
      throw error;
    }
  }

  /** Translates an error of the library, with device and endpoint. */
  failure(thrown: unknown): ScadaError {
    const { config, target } = this.#parts;
    if (thrown instanceof ScadaError) return thrown;
    return failureOf(target.device, config.endpoint, thrown);
  }

  /** Health of the device since the last call. @param lastGood monotonic time of the last good sample, ms */
  health(lastGood: number): DeviceHealthEvent {
    const { budget, client, context, target } = this.#parts;
    const monotonic = systemClock.monotonic();
    const { requests, bytes } = client.stats();
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    const event: DeviceHealthEvent = {
      type: 'device-health',
      time: context.clock.now(),
      device: target.device,
      intervalMs: monotonic - this.#reportedAt,
      requests: requests - this.#reported.requests,
      errors: this.errors - this.#reported.errors,
      bytes: bytes - this.#reported.bytes,
      latencyMs: sorted[sorted.length >> 1] ?? Number.NaN,
      latencyMaxMs: sorted.at(-1) ?? Number.NaN,
      ageMs: context.clock.monotonic() - lastGood,
      budgetUsed: budget.takeUsed(),
    };
    this.#latencies = [];
    this.#reported = { requests, errors: this.errors, bytes };
    this.#reportedAt = monotonic;
    return event;
  }

  /**
   * Sends one message and returns its answer. The library's public method creates a new session when the server has dropped the
   * old one; here a lost session stays lost, and the supervisor creates the next one.
   */
  async #transact(request: Request): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    (this.#parts.client.session as unknown as PlainSession)._performMessageTransaction(request, (error, response) => {
      if (response !== undefined || (error !== null && 'response' in error)) this.silence.answered();
      if (error !== null || response === undefined) reject(error ?? new Error('no response'));
      else resolve(response);
    });
    return await promise;
  }
}
