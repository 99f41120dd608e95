import type { EventLoopUtilization } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { type Clock, systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { FindingChange } from '../../core/finding.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { Observation } from '../../core/observation.ts';
import { Outbox } from '../../core/outbox.ts';
import { moduleBeside } from '../../core/module.ts';
import type { FromDetection, ToDetection } from './messages.ts';
import type { DetectionPlan } from '../plan/plan.ts';
import type { Baseline, BaselineChange } from '../baseline/format.ts';

/** Messages that may be on their way to the thread: beyond that the stream waits. */
const window = 64;

/** A thread that does not answer to its start within this time has failed, ms. */
const startDeadlineMs = 120_000;

/**
 * MB for what has just been allocated. A detector allocates next to nothing per sample, so that a larger nursery is only memory
 * that is seldom cleared; V8 would let it grow to that of a program whose garbage is its work.
 */
export const nurseryMb = 8;

/** One message on its way; `since` is when it was first seen to be the oldest. */
interface Waiting {
  readonly resolve: (answer: FromDetection) => void;
  readonly reject: (error: Error) => void;
  since?: number;
}

export interface DetectionOptions {
  readonly plan: DetectionPlan;
  readonly baseline?: Baseline | undefined;
  readonly snapshot?: Uint8Array | undefined;
  /** What thresholds of the baseline's calibration have followed so far. */
  readonly followed?: readonly FollowedThreshold[];
  /** Called in order, before the observation that caused the changes counts as taken. */
  readonly onFindings: (changes: readonly FindingChange[]) => void;
  /** Called at a start and after each day that moved a threshold, with all that are not where calibration set them. */
  readonly onFollowed: (followed: readonly FollowedThreshold[]) => void;
  /** Called once when the thread has failed: it judges nothing any more. Not called when it is disposed. */
  readonly onFailed?: ((error: ScadaError) => void) | undefined;
}

/** The detectors in a thread of their own, seen from the main thread. */
export class DetectionThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #outbox = new Outbox<ToDetection>((messages) => this.#worker.postMessage(messages));
  readonly #onFindings: DetectionOptions['onFindings'];
  readonly #onFollowed: DetectionOptions['onFollowed'];
  readonly #waiting: Waiting[] = [];
  #room: (() => void)[] = [];
  #concerned: readonly number[] = [];
  #used: EventLoopUtilization | undefined;
  readonly #onFailed: DetectionOptions['onFailed'];
  #failure: ScadaError | undefined;
  #answered = 0;
  #disposed = false;

  private constructor({ onFindings, onFollowed, onFailed }: DetectionOptions) {
    this.#onFindings = onFindings;
    this.#onFollowed = onFollowed;
    this.#onFailed = onFailed;
    this.#worker = new Worker(moduleBeside(import.meta.url, './worker'), {
      name: 'detection',
      resourceLimits: { maxYoungGenerationSizeMb: nurseryMb },
    });
    this.#worker.on('message', (answers: readonly FromDetection[]) => {
      for (const answer of answers) this.#take(answer);
    });
    this.#worker.on('error', (cause) =>
      this.fail(new ScadaError('fatal', 'INTERNAL', `the detection thread failed: ${String(cause)}`, { cause })),
    );
    this.#worker.on('exit', (code) =>
      this.fail(new ScadaError('fatal', 'INTERNAL', `the detection thread exited with code ${code}`)),
    );
  }

  /** @throws ScadaError BASELINE_MISMATCH if baseline or snapshot do not fit the plan */
  static async start(options: DetectionOptions): Promise<DetectionThread> {
    const thread = new DetectionThread(options);
    const { plan, baseline, snapshot, followed } = options;
    const started = new AbortController();
    void systemClock.sleep(startDeadlineMs, started.signal).then(
      () =>
        thread.fail(
          new ScadaError('fatal', 'INTERNAL', `the detection thread has not started within ${startDeadlineMs / 1_000} s`),
        ),
      () => {},
    );
    try {
      await thread.#send({ type: 'start', plan, baseline, snapshot, followed });
    } catch (thrown) {
      await thread[Symbol.asyncDispose]();
      throw thrown;
    } finally {
      started.abort();
    }
    return thread;
  }

  /** For how long the oldest message on its way has been waiting, ms; 0 if there is none. */
  waitingMs(clock: Clock): number {
    const oldest = this.#waiting[0];
    if (oldest === undefined) return 0;
    const now = clock.monotonic();
    oldest.since ??= now;
    return now - oldest.since;
  }

  /** Gives one observation to the detectors; waits while too many are on their way. @throws what the thread died of */
  async observe(observation: Observation): Promise<void> {
    while (this.#waiting.length >= window && this.#failure === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#room.push(resolve);
      await promise;
    }
    const message = messageOf(observation);
    if (message !== undefined) this.#post(message);
  }

  /** Gives one observation to the detectors and resolves with the changes that it caused. @throws what the thread died of */
  async judge(observation: Observation): Promise<readonly FindingChange[]> {
    const message = messageOf(observation);
    const answer = message === undefined ? undefined : await this.#send(message);
    return answer?.type === 'done' ? answer.changes : [];
  }

  /** Judges by another baseline from now on; resolves with the findings that this has ended. */
  async useBaseline(
    baseline: Baseline,
    change: BaselineChange,
    followed: readonly FollowedThreshold[],
  ): Promise<readonly FindingChange[]> {
    const answer = await this.#send({ type: 'baseline', baseline, change, followed });
    return answer.type === 'done' ? answer.changes : [];
  }

  /** Indices of the tags that its open findings concern. */
  get concerned(): readonly number[] {
    return this.#concerned;
  }

  /** Tells whether findings are open in other threads, and which tags they concern. */
  openElsewhere(open: boolean, tags: readonly number[]): void {
    this.#post({ type: 'elsewhere', open, tags });
  }

  /** Share of a core that the thread has used since it was last asked, 0–1. */
  busy(): number {
    const before = this.#used;
    this.#used = this.#worker.performance.eventLoopUtilization();
    return before === undefined
      ? this.#used.utilization
      : this.#worker.performance.eventLoopUtilization(this.#used, before).utilization;
  }

  /** State of the engine after everything given so far. */
  async snapshot(): Promise<Uint8Array> {
    const answer = await this.#send({ type: 'snapshot' });
    return answer.type === 'snapshot' ? answer.bytes : new Uint8Array();
  }

  /** How many messages it has answered; undefined while none is on its way. */
  get answered(): number | undefined {
    return this.#waiting.length === 0 ? undefined : this.#answered;
  }

  /** Gives the thread up: whoever waits for an answer gets the error. */
  fail(error: ScadaError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    for (const go of this.#room.splice(0)) go();
    if (!this.#disposed) this.#onFailed?.(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#worker.terminate();
    this.fail(new ScadaError('fatal', 'QUEUE_CLOSED', 'the detection thread was stopped'));
  }

  async #send(message: ToDetection): Promise<FromDetection> {
    if (this.#failure !== undefined) throw this.#failure;
    const { promise, resolve, reject } = Promise.withResolvers<FromDetection>();
    this.#waiting.push({ resolve, reject });
    this.#outbox.put(message);
    return promise;
  }

  #post(message: ToDetection): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#waiting.push({ resolve: () => {}, reject: () => {} });
    this.#outbox.put(message);
  }

  #take(answer: FromDetection): void {
    if (answer.type === 'done' && answer.concerned !== undefined) this.#concerned = answer.concerned;
    if (answer.type === 'done' && answer.changes.length > 0) this.#onFindings(answer.changes);
    if (answer.type === 'done' && answer.followed !== undefined) this.#onFollowed(answer.followed);
    const waiting = this.#waiting.shift();
    this.#answered++;
    if (answer.type === 'failed') {
      const error = new ScadaError('fatal', 'INTERNAL', `detection failed: ${answer.message}`);
      waiting?.reject(error);
      this.fail(error);
    } else waiting?.resolve(answer);
    this.#room.shift()?.();
  }
}

/** Vectors are made on the other side, by the engine's own aligner. */
function messageOf(observation: Observation): ToDetection | undefined {
  switch (observation.kind) {
    case 'batch':
      return { type: 'batch', batch: observation.batch.toMessage() };
    case 'event':
      return { type: 'event', event: observation.event };
    case 'vector':
      return undefined;
  }
}
