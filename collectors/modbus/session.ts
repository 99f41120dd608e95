import type { Clock } from '../../src/core/clock.ts';
import type { Session, SessionStats } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import type { ModbusConfig } from './config.ts';
import { HealthMeter } from './health.ts';
import type { DeviceIdentity } from './identity.ts';
import type { ModbusLink } from './link.ts';
import { RequestPacer } from './pacer.ts';
import type { DevicePlan } from './plan.ts';
import type { ScanClass } from './points.ts';
import { Poller } from './poll.ts';
import { ScanSchedule } from './schedule.ts';

/** At least this often a session says how its device answers, in ms of stream time. */
const healthMs = 10_000;

export interface SessionDependencies {
  readonly device: string;
  readonly config: ModbusConfig;
  readonly classes: readonly ScanClass[];
  readonly plan: DevicePlan;
  readonly link: ModbusLink;
  readonly identity: DeviceIdentity | undefined;
  readonly context: PluginContext;
  readonly machine: Clock;
  readonly signal: AbortSignal;
}

/** Polls one device's scan classes over one connection until it ends. */
export class ModbusSession implements Session {
  readonly #use: SessionDependencies;
  readonly #health: HealthMeter;
  readonly #poller: Poller;
  readonly #stop = new AbortController();

  constructor(dependencies: SessionDependencies) {
    const { device, config, plan, link, machine } = dependencies;
    const { clock } = dependencies.context;
    this.#use = dependencies;
    this.#health = new HealthMeter(device, config.maxRequestsPerSecond, clock.now(), machine.monotonic());
    const pacer = new RequestPacer(machine, config.pauseMs, config.maxRequestsPerSecond);
    this.#poller = new Poller({ device, config, link, plan, pacer, health: this.#health, clock, machine });
  }

  stats(): SessionStats {
    const { requests, errors } = this.#health.total;
    return { requests, errors, bytes: this.#use.link.bytes };
  }

  /** Ends when the session is disposed or its signal aborts. @throws ScadaError `retryable` when the connection has died */
  async *[Symbol.asyncIterator](): AsyncGenerator<Observation, void, void> {
    const { classes, context, link, device, signal } = this.#use;
    const { clock } = context;
    const ended = AbortSignal.any([signal, this.#stop.signal, link.lost]);
    const random = context.random.fork(`modbus-phase/${device}`);
    const rates = classes.map(({ periodMs }) => ({ periodMs, phase: random.next() }));
    const schedule = new ScanSchedule(rates, clock.monotonic());
    let healthDue = clock.monotonic() + healthMs;
    const identity = this.#identityEvent();
    if (identity !== undefined) yield identity;
    while (!ended.aborted) {
      const next = schedule.next();
      const wake = Math.min(next?.dueMs ?? Number.POSITIVE_INFINITY, healthDue);
      const wait = wake - clock.monotonic();
      if (wait > 0 && !(await slept(clock, wait, ended))) break;
      const scan = next === undefined || next.dueMs > wake ? undefined : classes[next.index];
      if (next !== undefined && scan !== undefined) {
        const { batch, failures, givenUp } = await this.#poller.poll(scan, ended);
        if (batch.length > 0) yield observeBatch(batch);
        for (const failure of failures) yield observeEvent(failure);
        if (givenUp) throw new ScadaError('retryable', 'DEVICE_TIMEOUT', `${device} has not answered twice in a row`);
        schedule.polled(next.index, clock.monotonic());
        context.metrics.set(`collector.${device}.skipped`, schedule.skipped);
      }
      if (clock.monotonic() >= healthDue) {
        healthDue = clock.monotonic() + healthMs;
        yield observeEvent(this.#health.report(clock.now(), this.#use.machine.monotonic(), link.bytes));
      }
    }
    if (link.lost.aborted && !signal.aborted && !this.#stop.signal.aborted) throw link.lost.reason as ScadaError;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#use.link[Symbol.asyncDispose]();
  }

  #identityEvent(): Observation | undefined {
    const { identity, plan, device, context } = this.#use;
    if (identity === undefined) return undefined;
    const previous = plan.identity;
    plan.identity = identity;
    const changed = previous !== undefined && JSON.stringify(previous) !== JSON.stringify(identity);
    return observeEvent({ type: 'identity', time: context.clock.now(), device, identity, ...(changed ? { previous } : {}) });
  }
}

/** False when the signal aborted meanwhile. */
async function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch (thrown) {
    if (signal.aborted) return false;
    throw thrown;
  }
}
