import type { CollectorTarget } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { DeviceHealthEvent, Observation } from '../../src/core/observation.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import type { OpenClient } from './client.ts';
import type { OpcuaConfig } from './config.ts';
import { failureOf } from './failures.ts';
import type { SampleHold } from './hold.ts';
import type { ServerFacts } from './nodes.ts';

/** What the tasks of one session share. */
export interface SessionParts {
  readonly config: OpcuaConfig;
  readonly target: CollectorTarget;
  readonly context: PluginContext;
  readonly client: OpenClient;
  readonly facts: ServerFacts;
  readonly hold: SampleHold;
  /** Indices of the device's tags in the run's table; a tag's position in it is its client handle. */
  readonly tags: readonly number[];
}

/** Hands one observation to the consumer; waits while it does not take it. */
export type Push = (observation: Observation, signal: AbortSignal) => Promise<void>;

/**
 * The way to the server: one request at a time beside the publish requests that wait there, and what requests took and cost
 * since the last health event.
 */
export class Link {
  readonly #parts: SessionParts;
  #turn: Promise<unknown> = Promise.resolve();
  #latencies: number[] = [];
  #reported = { requests: 0, errors: 0, bytes: 0 };
  #reportedAt: number;
  #errors = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#reportedAt = parts.context.clock.monotonic();
  }

  /** Failures so far, those that the library does not count included. */
  get errors(): number {
    return this.#errors + this.#parts.client.stats().errors;
  }

  noteError(): void {
    this.#errors++;
  }

  /** Sends a request when the one before it is answered. @throws ScadaError; AbortError once the signal aborts */
  async request<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#turn;
    const turn = Promise.withResolvers<void>();
    this.#turn = turn.promise;
    try {
      await before;
      signal.throwIfAborted();
      const { clock } = this.#parts.context;
      const start = clock.monotonic();
      const answer = await abortable(send(), signal);
      this.#latencies.push(clock.monotonic() - start);
      return answer;
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      this.noteError();
      throw this.failure(thrown);
    } finally {
      turn.resolve();
    }
  }

  /** An error of the library, with device and endpoint. */
  failure(thrown: unknown): ScadaError {
    const { config, target } = this.#parts;
    if (thrown instanceof ScadaError) return thrown;
    return failureOf(target.device, config.endpoint, thrown);
  }

  /** How the device answered since the last call. */
  health(): DeviceHealthEvent {
    const { client, context, hold, target } = this.#parts;
    const monotonic = context.clock.monotonic();
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
      ageMs: context.clock.now() - hold.lastGood,
      // OPC UA devices have no request budget: what they are asked for is what the server agreed to.
      budgetUsed: 0,
    };
    this.#latencies = [];
    this.#reported = { requests, errors: this.errors, bytes };
    this.#reportedAt = monotonic;
    return event;
  }
}

/** The promise's outcome, or an AbortError as soon as the signal aborts; what the promise then does is nobody's business. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    signal.throwIfAborted();
  }
  const stopped = Promise.withResolvers<never>();
  const abort = (): void => stopped.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
