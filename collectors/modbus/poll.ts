import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { Event } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import type { ModbusConfig } from './config.ts';
import type { HealthMeter } from './health.ts';
import type { ModbusLink, Reply } from './link.ts';
import type { RequestPacer } from './pacer.ts';
import { type DevicePlan, describeBlock } from './plan.ts';
import type { Block } from './planner.ts';
import type { Point, ScanClass } from './points.ts';
import { describeException, isBusy, isLasting, qualityOfException } from './quality.ts';
import { addBad, addMissed, addValues } from './samples.ts';

/** Time-outs in a row after which a connection is given up: a lost reply is bad luck, two are a dead peer or a torn stream. */
const mostTimeouts = 2;

export interface PollDependencies {
  readonly device: string;
  readonly config: ModbusConfig;
  readonly link: ModbusLink;
  readonly plan: DevicePlan;
  readonly pacer: RequestPacer;
  readonly health: HealthMeter;
  /** Stream time. */
  readonly clock: Clock;
  /** The machine's time: latencies, waits on the device. */
  readonly machine: Clock;
}

/** What one poll of a scan class brought. `given up`: the device has not answered twice in a row. */
export interface PollResult {
  readonly batch: Batch;
  readonly failures: readonly Event[];
  readonly givenUp: boolean;
}

/** Reads scan classes over one connection, one request after the other. */
export class Poller {
  readonly #use: PollDependencies;
  #timeouts = 0;

  constructor(dependencies: PollDependencies) {
    this.#use = dependencies;
  }

  /** Reads every block of the class. What was read before the connection ended is not lost: the caller sees `lost` itself. */
  async poll(scan: ScanClass, signal: AbortSignal): Promise<PollResult> {
    const { plan, device, link, machine, clock } = this.#use;
    const batch = new BatchBuilder(device, scan.points.length);
    const failures: Event[] = [];
    const queue = [...plan.blocksOf(scan)];
    for (let block = queue.shift(); block !== undefined; block = queue.shift()) {
      const refusal = plan.refusalOf(block, machine.monotonic());
      if (refusal !== undefined) {
        addBad(batch, block, qualityOfException(refusal.exception), clock.now());
        continue;
      }
      let outcome: Timed;
      try {
        outcome = await this.#ask(block, signal);
      } catch (thrown) {
        if (link.lost.aborted || signal.aborted) break;
        throw thrown;
      }
      queue.unshift(...this.#take(scan, block, outcome, batch, failures));
      if (this.#timeouts >= mostTimeouts) return { batch: batch.publish(), failures, givenUp: true };
    }
    return { batch: batch.publish(), failures, givenUp: false };
  }

  /** Turns an outcome into samples, or into smaller blocks that are still to be read. */
  #take(scan: ScanClass, block: Block<Point>, outcome: Timed, batch: BatchBuilder, failures: Event[]): readonly Block<Point>[] {
    const { plan, health, machine, clock } = this.#use;
    const { reply, sourceTime, receiveTime } = outcome;
    const fail = (code: ErrorCode, what: string): void => {
      failures.push(this.#failure(block, code, what));
    };
    this.#timeouts = reply.kind === 'timeout' ? this.#timeouts + 1 : 0;
    switch (reply.kind) {
      case 'data':
        plan.accept(block);
        if (addValues(batch, block, reply.bytes, sourceTime, receiveTime)) health.good(receiveTime);
        return [];
      case 'exception': {
        const { exception } = reply;
        const parts = exception === 2 ? plan.split(scan, block) : undefined;
        if (parts !== undefined) return parts;
        if (isLasting(exception)) plan.refuse(block, exception, machine.monotonic());
        addBad(batch, block, qualityOfException(exception), receiveTime);
        fail('DEVICE_REFUSED', describeException(exception));
        return [];
      }
      case 'timeout':
        addMissed(batch, block, clock.now());
        fail('DEVICE_TIMEOUT', `no answer within ${this.#use.config.timeoutMs} ms`);
        return [];
      case 'malformed':
        addBad(batch, block, Quality.BadCommunicationError, receiveTime);
        fail('DEVICE_PROTOCOL', `malformed reply: ${reply.why}`);
        return [];
    }
  }

  #failure(block: Block<Point>, code: ErrorCode, what: string): Event {
    const { device, clock } = this.#use;
    const message = `${describeBlock(block)}: ${what}`;
    return { type: 'poll-failed', time: clock.now(), device, code, message, tags: block.spans.map(({ tag }) => tag) };
  }

  /** One block, with the retries that a busy device is granted. */
  async #ask(block: Block<Point>, signal: AbortSignal): Promise<Timed> {
    const { link, pacer, health, clock, machine, config } = this.#use;
    for (let retry = 0; ; retry++) {
      await pacer.turn(signal);
      const sent = clock.now();
      const sentMachine = machine.monotonic();
      const reply = await link.read({ unit: config.unit, table: block.table, start: block.start, count: block.count });
      const receiveTime = clock.now();
      pacer.done();
      const answered = reply.kind === 'data' || reply.kind === 'exception';
      health.request(answered ? machine.monotonic() - sentMachine : Number.NaN, reply.kind !== 'data');
      const busy = reply.kind === 'exception' && isBusy(reply.exception);
      if (!busy || retry >= config.busyRetries) return { reply, sourceTime: Math.floor((sent + receiveTime) / 2), receiveTime };
      await machine.sleep(config.busyWaitMs * 2 ** retry, signal);
    }
  }
}

interface Timed {
  readonly reply: Reply;
  /** The middle of request and reply: the device itself gives none. */
  readonly sourceTime: number;
  readonly receiveTime: number;
}
