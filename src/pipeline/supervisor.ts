import { type Batch, BatchBuilder } from '../core/batch.ts';
import type { Collector, Session } from '../core/collector.ts';
import { isAbort, ScadaError, toScadaError } from '../core/errors.ts';
import { type DeviceState, type Observation, observeBatch, observeEvent } from '../core/observation.ts';
import type { PluginContext } from '../core/plugin.ts';
import { isGood, Quality } from '../core/quality.ts';
import { Backoff } from './backoff.ts';

export interface SupervisedDevice {
  readonly name: string;
  readonly collector: Collector;
  /** Indices of the tags that the device serves. */
  readonly tags: readonly number[];
  readonly context: PluginContext;
  /** Puts one observation on the stream; waits while the stream is full. */
  readonly publish: (observation: Observation, signal: AbortSignal) => Promise<void>;
}

/** A fault that only the user can mend is tried again this seldom. */
const mendedByUserMs = 60_000;

/**
 * Keeps one device collected: connects, passes on what its session yields, and after a failure says so once, marks the
 * device's tags, backs off and tries again. Ends only when the signal aborts.
 */
export class DeviceSupervisor {
  readonly #device: SupervisedDevice;
  readonly #backoff: Backoff;
  readonly #lastSourceTime = new Map<number, number>();
  #state: DeviceState | undefined;
  #reason = '';

  constructor(device: SupervisedDevice) {
    this.#device = device;
    this.#backoff = new Backoff({ firstMs: 1_000, mostMs: 60_000 }, device.context.random.fork(`backoff/${device.name}`));
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#device.context;
    await this.#enter('connecting', 'first connection', signal);
    while (!signal.aborted) {
      let error: ScadaError;
      try {
        await using session = await this.#device.collector.connect(signal);
        await this.#pass(session, signal);
        error = new ScadaError('retryable', 'DEVICE_UNREACHABLE', 'the connection ended');
      } catch (thrown) {
        if (signal.aborted && isAbort(thrown)) return;
        error = toScadaError(thrown);
      }
      if (signal.aborted) return;
      logger.warn(`${this.#device.name}: ${error.message}`, { code: error.code, hint: error.hint });
      await this.#fail(error, signal);
      const wait = this.#backoff.next();
      await clock.sleep(error.kind === 'retryable' ? wait : Math.max(wait, mendedByUserMs), signal).catch(ignoreAbort);
    }
  }

  async #pass(session: Session, signal: AbortSignal): Promise<void> {
    for await (const observation of session) {
      if (observation.kind === 'batch') {
        await this.#noteLate(observation.batch, signal);
        if (anyGood(observation.batch)) {
          this.#backoff.reset();
          await this.#enter('up', 'answers', signal);
        } else if (this.#state === 'up') await this.#enter('silent', 'connected, but no good sample', signal);
      }
      await this.#device.publish(observation, signal);
      if (signal.aborted) return;
    }
  }

  /** Samples that are not newer than the last one of their tag go to the historian alone; how many there were is an event. */
  async #noteLate(batch: Batch, signal: AbortSignal): Promise<void> {
    let count = 0;
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const time = batch.sourceTime[row] as number;
      const last = this.#lastSourceTime.get(tag) ?? Number.NEGATIVE_INFINITY;
      if (time > last) this.#lastSourceTime.set(tag, time);
      else count++;
    }
    if (count === 0) return;
    const { name, context, publish } = this.#device;
    await publish(observeEvent({ type: 'late-samples', time: context.clock.now(), device: name, count }), signal);
  }

  async #fail(error: ScadaError, signal: AbortSignal): Promise<void> {
    const wasUp = this.#state !== 'down';
    await this.#enter('down', error.message, signal);
    if (!wasUp) return;
    const { name, tags, context, publish } = this.#device;
    const now = context.clock.now();
    const batch = new BatchBuilder(name, tags.length);
    for (const tag of tags) batch.add(tag, Number.NaN, Quality.BadNotConnected, now, now);
    await publish(observeBatch(batch.publish()), signal);
  }

  async #enter(state: DeviceState, reason: string, signal: AbortSignal): Promise<void> {
    if (this.#state === state && (state !== 'down' || this.#reason === reason)) return;
    this.#state = state;
    this.#reason = reason;
    const { name, context, publish } = this.#device;
    await publish(observeEvent({ type: 'device', time: context.clock.now(), device: name, state, reason }), signal);
  }
}

function anyGood(batch: Batch): boolean {
  for (let row = 0; row < batch.length; row++) if (isGood(batch.quality[row] as number)) return true;
  return false;
}

function ignoreAbort(thrown: unknown): void {
  if (!isAbort(thrown)) throw thrown;
}
