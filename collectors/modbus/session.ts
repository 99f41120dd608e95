import type { Clock } from '../../src/core/clock.ts';
import type { Session, SessionStats } from '../../src/core/collector.ts';
import type { ScadaError } from '../../src/core/errors.ts';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import type { ModbusConfig } from './config.ts';
import type { ModbusDevice } from './device.ts';
import { HealthMeter } from './health.ts';
import type { ModbusLink } from './link.ts';
import { Poller } from './poll.ts';

export interface SessionDependencies {
  readonly device: ModbusDevice;
  readonly config: ModbusConfig;
  /** At least one. */
  readonly links: readonly ModbusLink[];
  readonly context: PluginContext;
  readonly machine: Clock;
  readonly signal: AbortSignal;
}

/** Polls one device over its connections until one of them ends. */
export class ModbusSession implements Session {
  readonly #use: SessionDependencies;
  readonly #health: HealthMeter;
  readonly #poller: Poller;
  readonly #stop = new AbortController();
  #identityReadMs: number;

  constructor(dependencies: SessionDependencies) {
    const { device, config, links, context, machine } = dependencies;
    this.#use = dependencies;
    // The identity was not read from a device that did not answer last time.
    this.#identityReadMs = device.condition.probing ? Number.NEGATIVE_INFINITY : machine.monotonic();
    this.#health = new HealthMeter(device.name, config.maxRequestsPerSecond, context.clock.now(), machine.monotonic());
    const chore = {
      isDue: () => !device.condition.probing && machine.monotonic() - this.#identityReadMs >= config.identityEveryMs,
      run: (signal: AbortSignal) => this.#readIdentity(signal),
    };
    this.#poller = new Poller({ ...device, device: device.name, config, links, health: this.#health, chore, context, machine });
  }

  stats(): SessionStats {
    const { requests, errors } = this.#health.total;
    return { requests, errors, bytes: this.#use.links.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /** Ends when the session is disposed or its signal aborts. @throws ScadaError `retryable` when a connection has ended */
  async *[Symbol.asyncIterator](): AsyncGenerator<Observation, void, void> {
    const { links, signal } = this.#use;
    const stopped = AbortSignal.any([signal, this.#stop.signal]);
    yield* this.#identityNews(false);
    yield* this.#poller.run(AbortSignal.any([stopped, ...links.map(({ lost }) => lost)]));
    const lost = links.find((link) => link.lost.aborted);
    if (lost !== undefined && !stopped.aborted) throw lost.lost.reason as ScadaError;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#use.links.map((link) => link[Symbol.asyncDispose]()));
  }

  async #readIdentity(signal: AbortSignal): Promise<readonly Observation[]> {
    const { device, config, links, machine } = this.#use;
    this.#identityReadMs = machine.monotonic();
    const [first] = links;
    if (first !== undefined) await device.identity.read(first, config.unit, device.pacer, signal);
    return this.#identityNews(true);
  }

  #identityNews(changesOnly: boolean): readonly Observation[] {
    const { device, links, context, machine } = this.#use;
    const news = device.identity.news(links[0]?.credentials ?? {}, changesOnly);
    if (news === undefined) return [];
    // Another device, or another program in it, has other addresses.
    if (news.previous !== undefined) device.plan.forget(machine.now());
    return [observeEvent({ type: 'identity', time: context.clock.now(), device: device.name, ...news })];
  }
}
