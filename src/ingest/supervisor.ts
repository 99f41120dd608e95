import { type Batch, BatchBuilder } from '../core/batch.ts';
import type { Collector, Session } from '../core/collector.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { isAbort, ScadaError, toScadaError } from '../core/errors.ts';
import { type DeviceState, type Observation, observeEvent } from '../core/observation.ts';
import type { Part, PluginContext } from '../core/plugin.ts';
import { isUnanswered, Quality, qualityName } from '../core/quality.ts';
import { Rounds } from '../core/rounds.ts';
import { Backoff } from '../core/backoff.ts';
import { SkewWatch } from './skew-watch.ts';
import { LastSamples } from './last-samples.ts';
import { SourceTimes, type SourceTimeWindow } from './source-times.ts';
import { Watchdog } from './watchdog.ts';

export interface SupervisedDevice {
  readonly name: string;
  readonly collector: Collector;
  /** Indices of the tags that the device serves. */
  readonly tags: readonly number[];
  readonly context: PluginContext;
  /** Puts one observation on the stream; waits while the stream is full. */
  readonly publish: (observation: Observation, signal: AbortSignal) => Promise<void>;
  /** Greatest distance of source times from receive times. Default: ten years back and a day ahead. */
  readonly sourceTimes?: SourceTimeWindow | undefined;
  /** Receives that a session reports nothing, which is no failure of the device; default: nobody. */
  readonly part?: Part | undefined;
  /** The machine's clock, which the watchdog uses beside stream time. */
  readonly machine?: Clock | undefined;
}

/** Pause after a fault that only the user can correct, ms. */
const mendedByUserMs = 60_000;
/** Time between two events about invalid source times, ms of the machine's clock. */
const sourceTimesEveryMs = 600_000;
/** Time between two events about source times that run back, ms of the machine's clock. */
const ranBackEveryMs = 10_000;
/** Time for a session to close, ms of the machine's clock. */
const closingMs = 15_000;

/**
 * Collects from one device. It connects and forwards the observations of its session. After a failure it reports once, marks the
 * device's tags, and retries after a back-off. It ends only when the signal aborts.
 */
export class DeviceSupervisor {
  readonly #device: SupervisedDevice;
  readonly #backoff: Backoff;
  readonly #lastSamples: LastSamples;
  readonly #skew = new SkewWatch();
  readonly #times: SourceTimes;
  /** Number of replaced times that no event has reported, and the time of the next event. */
  #replaced = 0;
  #replacedDue = Number.NEGATIVE_INFINITY;
  /** Source times that ran back, which no event has reported, and the time of the next event. */
  #ranBack = 0;
  #ranBackDue = Number.NEGATIVE_INFINITY;
  readonly #machine: Clock;
  #state: DeviceState | undefined;
  #reason = '';

  constructor(device: SupervisedDevice) {
    this.#device = device;
    this.#machine = device.machine ?? systemClock;
    this.#lastSamples = new LastSamples(device.tags);
    this.#times = new SourceTimes(device.sourceTimes, (tag) => this.#lastSamples.lastTime(tag));
    this.#backoff = new Backoff({ firstMs: 1_000, mostMs: 60_000 }, device.context.random.fork(`backoff/${device.name}`));
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#device.context;
    await this.#enter('connecting', 'first connection', signal);
    const rounds = new Rounds(this.#machine);
    while (!signal.aborted) {
      let error: ScadaError;
      try {
        await rounds.next(signal);
        const session = await this.#device.collector.connect(signal);
        try {
          await this.#pass(session, signal);
        } finally {
          await this.#close(session);
        }
        error = new ScadaError('retryable', 'DEVICE_UNREACHABLE', 'the connection ended');
      } catch (thrown) {
        if (signal.aborted && isAbort(thrown)) return;
        error = toScadaError(thrown);
      }
      if (signal.aborted) return;
      logger.warn(`${this.#device.name}: ${error.message}`, { code: error.code, hint: error.hint });
      await this.#fail(error, signal);
      const wait = this.#backoff.next();
      await clock
        .sleep(error.kind === 'retryable' || error.code === 'INTERNAL' ? wait : Math.max(wait, mendedByUserMs), signal)
        .catch(ignoreAbort);
    }
  }

  async #pass(session: Session, signal: AbortSignal): Promise<void> {
    const observations = session[Symbol.asyncIterator]();
    const { part, context } = this.#device;
    let isSilent = false;
    const watchdog = new Watchdog(context.clock, this.#machine, (error) => {
      isSilent = part !== undefined;
      part?.failed(error);
    });
    const heard = (): void => {
      if (isSilent) part?.recovered();
      isSilent = false;
    };
    const watching = new AbortController();
    const watched = watchdog.run(AbortSignal.any([signal, watching.signal]));
    try {
      const rounds = new Rounds(this.#machine);
      for (;;) {
        await rounds.next(signal);
        rounds.worked();
        const next = await watchdog.unlessStuck(observations.next());
        heard();
        if (next.done === true) return;
        await this.#take(next.value, signal);
        if (signal.aborted) return;
      }
    } finally {
      watching.abort();
      await watched;
      // from now on the device itself is reported
      heard();
      // Not awaited: a stuck session may never end.
      observations.return?.().catch(() => {});
    }
  }

  async #take(observation: Observation, signal: AbortSignal): Promise<void> {
    // A tap has no values that could be good, so any report counts as up.
    if (this.#device.tags.length === 0) {
      this.#backoff.reset();
      await this.#enter('up', 'listens', signal);
    }
    if (observation.kind === 'batch') {
      await this.#noteSkew(observation.batch, signal);
      observation = { ...observation, batch: this.#times.check(observation.batch) };
      await this.#noteReplaced(signal);
      await this.#noteTimes(observation.batch, signal);
      if (this.#lastSamples.good > 0) {
        this.#backoff.reset();
        await this.#enter('up', 'answers', signal);
      } else if (this.#state !== 'silent') await this.#noteBad(observation.batch, signal);
    }
    if (observation.kind === 'event' && observation.event.type === 'clock') {
      await this.#noteClock(this.#skew.takeOffset(observation.event.offsetMs), signal);
      return;
    }
    if (observation.kind === 'batch') await this.#publishBatch(observation.batch, signal);
    else await this.#device.publish(observation, signal);
  }

  /** No sample is good. A device that answers with bad values alone is reported, also if it never had a good one. */
  async #noteBad({ quality, length }: Batch, signal: AbortSignal): Promise<void> {
    const last = length === 0 ? Quality.BadWaitingForInitialData : (quality[length - 1] as number);
    if (!isUnanswered(last) && this.#lastSamples.isWhole)
      await this.#enter('silent', `answers, but no value is good: ${qualityName(last)}`, signal, last);
    else if (this.#state === 'up') await this.#enter('silent', 'connected, but no good sample', signal);
  }

  async #publishBatch(batch: Batch, signal: AbortSignal): Promise<void> {
    await this.#device.publish({ kind: 'batch', batch, monotonic: this.#machine.monotonic() }, signal);
  }

  /** Closes a session; one that does not close in time is abandoned. */
  async #close(session: Session): Promise<void> {
    const closed = new AbortController();
    const closing = Promise.resolve(session[Symbol.asyncDispose]()).finally(() => closed.abort());
    const late = this.#machine
      .sleep(closingMs, closed.signal)
      .then(
        () => this.#device.context.logger.error(`${this.#device.name}: a session could not be closed and is left behind`),
        ignoreAbort,
      );
    await Promise.race([closing, late]);
  }

  /** Reports a device whose clock is ahead of the monitor's as an event. */
  async #noteSkew(batch: Batch, signal: AbortSignal): Promise<void> {
    let ahead = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < batch.length; row++) {
      const offset = (batch.sourceTime[row] as number) - (batch.receiveTime[row] as number);
      if (offset > ahead) ahead = offset;
    }
    if (batch.length > 0) await this.#noteClock(this.#skew.take(ahead, this.#machine.monotonic()), signal);
  }

  /** Reports replaced source times as one event in a period, with their number. */
  async #noteReplaced(signal: AbortSignal): Promise<void> {
    this.#replaced += this.#times.takeReplaced();
    const now = this.#machine.monotonic();
    if (this.#replaced === 0 || now < this.#replacedDue) return;
    const { name, context, publish } = this.#device;
    const count = this.#replaced;
    this.#replaced = 0;
    this.#replacedDue = now + sourceTimesEveryMs;
    await publish(observeEvent({ type: 'source-times', time: context.clock.now(), device: name, count }), signal);
  }

  /** Tracks the good tags. Reports source times that run back as one event in a period, with their number. */
  async #noteTimes(batch: Batch, signal: AbortSignal): Promise<void> {
    for (let row = 0; row < batch.length; row++) {
      const time = batch.sourceTime[row] as number;
      if (!this.#lastSamples.note(batch.tag[row] as number, time, batch.quality[row] as number)) this.#ranBack++;
    }
    const now = this.#machine.monotonic();
    if (this.#ranBack === 0 || now < this.#ranBackDue) return;
    const { name, context, publish } = this.#device;
    const count = this.#ranBack;
    this.#ranBack = 0;
    this.#ranBackDue = now + ranBackEveryMs;
    await publish(observeEvent({ type: 'late-samples', time: context.clock.now(), device: name, count }), signal);
  }

  /** @param offsetMs offset of the device's clock to report, ms; undefined if nothing is new */
  async #noteClock(offsetMs: number | undefined, signal: AbortSignal): Promise<void> {
    if (offsetMs === undefined) return;
    const { name, context, publish } = this.#device;
    await publish(observeEvent({ type: 'clock', time: context.clock.now(), device: name, offsetMs }), signal);
  }

  async #fail(error: ScadaError, signal: AbortSignal): Promise<void> {
    this.#lastSamples.lost();
    const wasUp = this.#state !== 'down';
    await this.#enter('down', error.message, signal);
    if (!wasUp) return;
    const { name, tags, context } = this.#device;
    const now = context.clock.now();
    const batch = new BatchBuilder(name, tags.length);
    for (const tag of tags) batch.add(tag, Number.NaN, Quality.BadNotConnected, now, now);
    await this.#publishBatch(batch.publish(), signal);
  }

  async #enter(state: DeviceState, reason: string, signal: AbortSignal, quality?: number): Promise<void> {
    if (this.#state === state && (state !== 'down' || this.#reason === reason)) return;
    this.#state = state;
    this.#reason = reason;
    const { name, context, publish } = this.#device;
    const event = { type: 'device', time: context.clock.now(), device: name, state, reason } as const;
    await publish(observeEvent(quality === undefined ? event : { ...event, quality }), signal);
  }
}

function ignoreAbort(thrown: unknown): void {
  if (!isAbort(thrown)) throw thrown;
}
