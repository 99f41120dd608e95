import type { EventLoopUtilization } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { type Clock, systemClock } from '../../core/clock.ts';
import { Deadline } from '../../core/deadline.ts';
import { ScadaError, toScadaError } from '../../core/errors.ts';
import { moduleBeside } from '../../core/module.ts';
import { inStreamTime, type Observation } from '../../core/observation.ts';
import { RpcClient } from '../../core/rpc.ts';
import { threadPort } from '../../core/rpc-ports.ts';
import type { BaselineMessage, DetectionCalls, Elsewhere, Outcome, StartMessage } from './messages.ts';

/** Time after which a thread that has not answered its start has failed, ms. */
const startDeadlineMs = 120_000;

/**
 * Nursery of the heap, MB. A detector allocates almost nothing per sample, so a larger nursery would only be memory that is
 * rarely collected. By default, V8 grows it for allocation-heavy programs.
 */
export const nurseryMb = 8;

/** Outcome of a vector: vectors are made in the thread by the engine's own aligner, and are ignored as observations. */
const unchanged: Outcome = { changes: [] };

/** Main-thread side of a detection thread. `DetectionPool` owns it and passes its findings on. */
export class DetectionThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #rpc: RpcClient<DetectionCalls>;
  #used: EventLoopUtilization | undefined;
  #disposed = false;

  /** @param onFailed called once when the thread has failed and judges nothing more; not called on disposal */
  constructor(onFailed: (error: ScadaError) => void) {
    this.#worker = new Worker(moduleBeside(import.meta.url, './worker'), {
      name: 'detection',
      resourceLimits: { maxYoungGenerationSizeMb: nurseryMb },
    });
    this.#rpc = new RpcClient(threadPort(this.#worker), {
      name: 'the detection thread',
      onFailed: (error) => {
        if (!this.#disposed) onFailed(error);
      },
    });
  }

  /** Must be called first. @throws ScadaError BASELINE_MISMATCH if baseline or snapshot do not fit the plan */
  async start(message: StartMessage): Promise<Outcome> {
    const late = `the detection thread has not started within ${startDeadlineMs / 1_000} s`;
    const deadline = new Deadline(systemClock, startDeadlineMs, () => new ScadaError('fatal', 'INTERNAL', late));
    return deadline.within(this.#call('start', message));
  }

  /** Time for which the oldest call has been waiting, ms; 0 if there is none. */
  waitingMs(clock: Clock): number {
    return this.#rpc.waitingMs(clock);
  }

  /** Judges one observation, in stream time. @throws the failure of the thread */
  judge(observation: Observation): Promise<Outcome> {
    const judged = inStreamTime(observation);
    switch (judged.kind) {
      case 'batch':
        return this.#call('batch', { batch: judged.batch.toMessage(), place: judged.place });
      case 'event':
        return this.#call('event', { event: judged.event, place: judged.place });
      case 'vector':
        return Promise.resolve(unchanged);
    }
  }

  /** Uses another baseline from now on. */
  useBaseline(message: BaselineMessage): Promise<Outcome> {
    return this.#call('baseline', message);
  }

  /** Reports which findings are open in other threads. */
  openElsewhere(elsewhere: Elsewhere): void {
    // `onFailed` reports its failure
    this.#call('elsewhere', elsewhere).catch(() => {});
  }

  /** Fraction of a core that the thread has used since the last call, 0–1. */
  busy(): number {
    const before = this.#used;
    this.#used = this.#worker.performance.eventLoopUtilization();
    return before === undefined
      ? this.#used.utilization
      : this.#worker.performance.eventLoopUtilization(this.#used, before).utilization;
  }

  /** State of the engine after all observations so far. */
  snapshot(): Promise<Uint8Array> {
    return this.#call('snapshot', undefined);
  }

  /** Number of answered calls; undefined if no call waits. */
  get answered(): number | undefined {
    return this.#rpc.answered;
  }

  /** Abandons the thread: all waiting calls are rejected with the error. */
  fail(error: ScadaError): void {
    this.#rpc.fail(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.fail(new ScadaError('fatal', 'QUEUE_CLOSED', 'the detection thread was stopped'));
    await this.#worker.terminate();
  }

  async #call<Name extends keyof DetectionCalls>(
    name: Name,
    args: DetectionCalls[Name]['args'],
  ): Promise<DetectionCalls[Name]['result']> {
    try {
      return await this.#rpc.call(name, args);
    } catch (thrown) {
      // after an error, the state of its detectors is unknown
      this.fail(failureOf(thrown));
      throw thrown;
    }
  }
}

/** The error with its place in the code, for the log. */
function failureOf(thrown: unknown): ScadaError {
  const { code, message, hint, cause } = toScadaError(thrown);
  const place = cause instanceof Error ? cause.stack : undefined;
  return new ScadaError('fatal', code, `detection failed: ${place ?? message}`, {
    cause: thrown,
    ...(hint === undefined ? {} : { hint }),
  });
}
