import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import type { Clock } from '../../src/core/clock.ts';
import { type ErrorCode, ScadaError } from '../../src/core/errors.ts';
import { pollsLateMs } from '../../src/core/metrics.ts';
import { type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { Quality } from '../../src/core/quality.ts';
import { Rounds } from '../../src/core/rounds.ts';
import { reportSchedule } from '../../src/ingest/polling/metrics.ts';
import { ScanSchedule } from '../../src/ingest/polling/schedule.ts';
import type { DeviceCondition } from './condition.ts';
import type { ModbusConfig } from './config.ts';
import type { HealthMeter } from './health.ts';
import type { ReadRequest, Reply } from './link.ts';
import type { RequestPacer } from './pacer.ts';
import { type DevicePlan, describeBlock, periodOf } from './plan.ts';
import type { Block } from './planner.ts';
import type { Point } from './points.ts';
import { acknowledged, busy, describeException, isLasting, isOfGateway, qualityOfException } from './quality.ts';
import { addBad, addMissed, addValues } from './samples.ts';

/** Maximum interval between health events of a session, ms of stream time. */
const healthMs = 10_000;

/** With `closeAfterPoll`, a connection that is not needed for this time is closed, ms of stream time. */
const idleMs = 1_000;

/** While the first connection probes a device, the others check at this interval if it answers again, ms of stream time. */
const probedMs = 1_000;

/** A request that takes longer delays the following ones because of the device, not of the monitor, ms of machine time. */
const slowMs = 250;

/** The part of a connection that polling needs. */
export interface PollLink {
  /** Opens the connection again if it was released. */
  ready(signal: AbortSignal): Promise<void>;
  /** Closes it until it is needed again. */
  release(): Promise<void>;
  read(request: ReadRequest): Promise<Reply>;
  readonly lost: AbortSignal;
  readonly bytes: number;
}

/** Requests other than polls, such as identity, that a session sends between two polls on its first connection. */
export interface Chore {
  isDue(): boolean;
  run(signal: AbortSignal): Promise<readonly Observation[]>;
}

export interface PollDependencies {
  readonly device: string;
  readonly config: Pick<ModbusConfig, 'timeoutMs' | 'busyRetries' | 'busyWaitMs' | 'closeAfterPoll'>;
  /** At least one; each has one request in flight. */
  readonly links: readonly PollLink[];
  readonly plan: DevicePlan;
  readonly condition: DeviceCondition;
  readonly pacer: RequestPacer;
  readonly health: HealthMeter;
  readonly chore?: Chore | undefined;
  readonly context: PluginContext;
  /** Clock of the machine: for latencies and waits. */
  readonly machine: Clock;
}

/** Sends the requests of a device when they are due, over all its connections. */
export class Poller {
  readonly #use: PollDependencies;
  readonly #schedule: ScanSchedule<Block<Point>>;
  #revision: number | undefined;
  #healthDue: number;

  constructor(dependencies: PollDependencies) {
    const { context, device } = dependencies;
    this.#use = dependencies;
    const random = context.random.fork(`modbus-phase/${device}`);
    this.#schedule = new ScanSchedule(context.clock.monotonic(), (periodMs) => random.fork(`${periodMs}`).next());
    this.#healthDue = context.clock.monotonic() + healthMs;
  }

  /** Ends when the signal aborts. @throws ScadaError DEVICE_TIMEOUT when the device does not answer any more */
  run(signal: AbortSignal): AsyncGenerator<Observation, void, void> {
    const { links, chore } = this.#use;
    return merged(links.map((link, i) => this.#poll(link, i === 0 ? chore : undefined, signal)));
  }

  async *#poll(link: PollLink, chore: Chore | undefined, signal: AbortSignal): AsyncGenerator<Observation, void, void> {
    const { context, device, machine } = this.#use;
    const rounds = new Rounds(machine);
    let inflight: Inflight | undefined;
    while (!signal.aborted) {
      try {
        await rounds.next(signal);
        inflight ??= yield* this.#requestWhenDue(link, chore, signal);
        if (inflight !== undefined) {
          const { block } = inflight;
          const outcome = await inflight.outcome;
          const { reply } = outcome;
          if (reply.kind === 'data') {
            rounds.worked();
            this.#noteAnswer(block, outcome);
            // The device processes the next request while this answer is decoded.
            inflight = this.#requestAtOnce(link, chore, signal);
            yield observeBatch(this.#samples(block, reply.bytes, outcome));
          } else {
            inflight = undefined;
            const { observations, givenUp } = this.#noteFailure(block, reply, outcome);
            yield* observations;
            if (givenUp) throw new ScadaError('retryable', 'DEVICE_TIMEOUT', `${device} does not answer any more`);
          }
        }
      } catch (thrown) {
        // The signal carries the error that ended the connection or stopped the session.
        if (link.lost.aborted || signal.aborted) break;
        throw thrown;
      }
      if (context.clock.monotonic() >= this.#healthDue) yield this.#report();
      const { health, condition } = this.#use;
      const restretched = health.restretched(context.clock.now(), condition.stretch);
      if (restretched !== undefined) yield observeEvent(restretched);
    }
  }

  /** Waits until a block is due and a request is permitted. Sends nothing if another connection has taken it by then. */
  async *#requestWhenDue(
    link: PollLink,
    chore: Chore | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Observation, Inflight | undefined, void> {
    const { config, condition, pacer, context, links } = this.#use;
    this.#follow();
    const now = context.clock.monotonic();
    if (condition.probing && link !== links[0]) {
      await context.clock.sleep(probedMs, signal);
      return undefined;
    }
    // blocks that are due while a device is probed wait for its answer
    const next = this.#schedule.nextMs(condition.probing ? this.#isRequested : undefined);
    if (config.closeAfterPoll && next - now > idleMs) await link.release();
    const wait = Math.min(next, this.#healthDue) - now;
    if (wait > 0) await context.clock.sleep(wait, signal);
    const withheld = this.#someAreWithheld && !condition.probing ? this.#withheld() : undefined;
    if (withheld !== undefined) yield observeBatch(withheld);
    if (chore?.isDue() === true) {
      await link.ready(signal);
      yield* await chore.run(signal);
    }
    if (this.#due() === undefined) return undefined;
    await link.ready(signal);
    await pacer.turn(signal);
    const block = this.#due();
    return block === undefined ? undefined : this.#request(link, block, signal);
  }

  /** Sends a request that is due, unless a chore or a pause comes first. */
  #requestAtOnce(link: PollLink, chore: Chore | undefined, signal: AbortSignal): Inflight | undefined {
    this.#follow();
    if (signal.aborted || this.#someAreWithheld || chore?.isDue() === true) return undefined;
    const block = this.#due();
    return block === undefined || !this.#use.pacer.take() ? undefined : this.#request(link, block, signal);
  }

  /** Sends a request for which permission was taken. */
  #request(link: PollLink, block: Block<Point>, signal: AbortSignal): Inflight {
    const { clock, metrics } = this.#use.context;
    metrics.raise(pollsLateMs, this.#schedule.begun(block, clock.monotonic()));
    const outcome = this.#read(link, block, signal);
    // The caller may have stopped waiting when the connection ends.
    outcome.catch(() => {});
    return { block, outcome };
  }

  #report(): Observation {
    const { device, links, health, plan, condition, context, machine } = this.#use;
    const { clock, metrics } = context;
    this.#healthDue = clock.monotonic() + healthMs;
    plan.refresh(machine.now());
    reportSchedule(metrics, device, this.#schedule);
    const bytes = links.reduce((sum, link) => sum + link.bytes, 0);
    return observeEvent(health.report(clock.now(), machine.monotonic(), bytes, this.#schedule.skipped, condition.stretch));
  }

  /** Updates the schedule if the plan has changed. */
  #follow(): void {
    const { plan, condition, context, machine } = this.#use;
    if (this.#revision === plan.revision) return;
    const first = this.#revision === undefined;
    const jobs = plan.blocks.map((block) => ({
      item: block,
      periodMs: periodOf(block),
      waits: !first && !plan.isUrgent(block),
    }));
    this.#schedule.set(jobs, context.clock.monotonic());
    condition.follow(plan.blocks, (block) => plan.refusalOf(block, machine.now()) !== undefined);
    this.#revision = plan.revision;
  }

  /** Next block, if one is due. */
  #due(): Block<Point> | undefined {
    const now = this.#use.context.clock.monotonic();
    return this.#someAreWithheld ? this.#schedule.due(now, this.#isRequested) : this.#schedule.due(now);
  }

  /** False for a healthy device: no block then needs a closer check. */
  get #someAreWithheld(): boolean {
    return this.#use.plan.hasRefusals || this.#use.condition.hasSilence;
  }

  readonly #isRequested = (block: Block<Point>): boolean => this.#reasonNot(block) === undefined;
  readonly #isWithheld = (block: Block<Point>): boolean => this.#reasonNot(block) !== undefined;

  /** Quality of a block that should not be requested now; undefined if it may be. */
  #reasonNot(block: Block<Point>): number | undefined {
    const { plan, condition, machine } = this.#use;
    if (condition.probing) return condition.silenceOf(block, machine.monotonic());
    const refusal = plan.refusalOf(block, machine.now());
    return refusal === undefined ? condition.silenceOf(block, machine.monotonic()) : qualityOfException(refusal.exception);
  }

  /** Samples of blocks that are due but not requested. */
  #withheld(): Batch | undefined {
    const { context, device } = this.#use;
    const { clock } = context;
    const now = clock.monotonic();
    const blocks: Block<Point>[] = [];
    for (let block = this.#schedule.due(now, this.#isWithheld); block !== undefined; ) {
      blocks.push(block);
      this.#schedule.polled(block, now);
      block = this.#schedule.due(now, this.#isWithheld);
    }
    if (blocks.length === 0) return undefined;
    const batch = new BatchBuilder(
      device,
      blocks.reduce((sum, { spans }) => sum + spans.length, 0),
    );
    for (const block of blocks) addBad(batch, block, this.#reasonNot(block) ?? Quality.BadNoCommunication, clock.now());
    return batch.publish();
  }

  /** One request, with the retries permitted for a device that is not ready. */
  async #read(link: PollLink, block: Block<Point>, signal: AbortSignal): Promise<Outcome> {
    const { pacer, health, context, machine, config } = this.#use;
    const begun = machine.monotonic();
    for (let retry = 0; ; retry++) {
      const sent = context.clock.now();
      const sentMachine = machine.monotonic();
      let reply: Reply;
      try {
        reply = await link.read(block);
      } finally {
        pacer.done();
      }
      const receiveTime = context.clock.now();
      const latencyMs = machine.monotonic() - sentMachine;
      const answered = reply.kind === 'data' || reply.kind === 'exception';
      health.request(answered ? latencyMs : Number.NaN, reply.kind !== 'data');
      const exception = reply.kind === 'exception' ? reply.exception : 0;
      if (machine.monotonic() - begun > slowMs) this.#schedule.heldUp(context.clock.monotonic());
      if ((exception !== acknowledged && exception !== busy) || retry >= config.busyRetries)
        return { reply, latencyMs, sourceTime: Math.floor((sent + receiveTime) / 2), receiveTime };
      // An acknowledged request (5) is retried after the same wait; a busy device (6) gets a longer wait each time.
      await machine.sleep(config.busyWaitMs * (exception === busy ? 2 ** retry : 1), signal);
      await pacer.turn(signal);
    }
  }

  #noteAnswer(block: Block<Point>, { latencyMs }: Outcome): void {
    const { plan, condition, machine } = this.#use;
    condition.answered(block, latencyMs, machine.monotonic());
    plan.answered(block, machine.now());
    this.#notePoll(block);
  }

  #notePoll(block: Block<Point>): void {
    const { condition, context } = this.#use;
    this.#schedule.polled(block, context.clock.monotonic(), condition.stretch);
  }

  #samples(block: Block<Point>, bytes: Buffer, { sourceTime, receiveTime }: Outcome): Batch {
    const { device, health } = this.#use;
    const batch = new BatchBuilder(device, block.spans.length);
    if (addValues(batch, block, bytes, sourceTime, receiveTime)) health.good(receiveTime);
    return batch.publish();
  }

  /** Turns a reply without data into observations; none if smaller blocks replace this one. */
  #noteFailure(block: Block<Point>, reply: Failure, { latencyMs, receiveTime }: Outcome): Failed {
    const { plan, condition, machine, context, device, config } = this.#use;
    const batch = new BatchBuilder(device, block.spans.length);
    const time = context.clock.now();
    const now = machine.monotonic();
    const failed = (code: ErrorCode, what: string, givenUp = false): Failed => {
      this.#notePoll(block);
      const message = `${describeBlock(block)}: ${what}`;
      const tags = block.spans.map(({ tag }) => tag);
      const failure = observeEvent({ type: 'poll-failed', time, device, code, message, tags });
      return { observations: [observeBatch(batch.publish()), failure], givenUp };
    };
    switch (reply.kind) {
      case 'exception': {
        const { exception } = reply;
        if (isOfGateway(exception)) condition.unitLost(block.unit, now);
        else if (exception === busy) condition.busy(now);
        else condition.answered(block, latencyMs, now);
        if (isLasting(exception) && plan.refused(block, exception, machine.now())) {
          this.#notePoll(block);
          return { observations: [], givenUp: false };
        }
        addBad(batch, block, qualityOfException(exception), receiveTime);
        return failed('DEVICE_REFUSED', describeException(exception));
      }
      case 'timeout': {
        addMissed(batch, block, time);
        const givenUp = condition.timedOut(block, now);
        return failed('DEVICE_TIMEOUT', `no answer within ${config.timeoutMs} ms`, givenUp);
      }
      case 'malformed':
        condition.malformed();
        addBad(batch, block, Quality.BadCommunicationError, receiveTime);
        return failed('DEVICE_PROTOCOL', `malformed reply: ${reply.why}`);
    }
  }
}

/** A request in flight. */
interface Inflight {
  readonly block: Block<Point>;
  readonly outcome: Promise<Outcome>;
}

interface Outcome {
  readonly reply: Reply;
  /** Time until the answer, ms of machine time. */
  readonly latencyMs: number;
  /** Midpoint between request and reply: the device itself sends no time. */
  readonly sourceTime: number;
  readonly receiveTime: number;
}

type Failure = Exclude<Reply, { readonly kind: 'data' }>;

interface Failed {
  readonly observations: readonly Observation[];
  /** True if the device does not answer any more. */
  readonly givenUp: boolean;
}

/** Merges iterables in order of arrival; ends when one ends, and closes the others. */
function merged(sources: readonly AsyncGenerator<Observation, void, void>[]): AsyncGenerator<Observation, void, void> {
  const [only] = sources;
  return sources.length === 1 && only !== undefined ? only : raced(sources);
}

async function* raced(sources: readonly AsyncGenerator<Observation, void, void>[]): AsyncGenerator<Observation, void, void> {
  const pending = new Map(sources.map((source, i) => [i, next(source, i)]));
  for (;;) {
    const { i, result } = await Promise.race(pending.values());
    const source = sources[i];
    if (result.done === true || source === undefined) return;
    yield result.value;
    pending.set(i, next(source, i));
  }
}

const next = async (source: AsyncGenerator<Observation, void, void>, i: number) => ({ i, result: await source.next() });
