import { deserialize, serialize } from 'node:v8';
import type { Clock } from '../../core/clock.ts';
import { ScadaError, toScadaError } from '../../core/errors.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import type { MinorChange } from '../../core/minor.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { Observation } from '../../core/observation.ts';
import { turned } from '../../core/rounds.ts';
import type { Baseline, BaselineChange } from '../baseline/format.ts';
import type { EngineSnapshot } from '../engine/index.ts';
import { type CalibrationMessage, CalibrationWriter } from '../baseline/message.ts';
import type { DetectionPlan } from '../plan/plan.ts';
import type { Outcome, StartMessage } from './messages.ts';
import { shardsOf } from './shards.ts';
import { DetectionThread } from './thread.ts';

interface Reports {
  /** Called in order, before the observation that caused the changes counts as judged. */
  readonly onFindings: (changes: readonly FindingChange[]) => void;
  /** Called before `onFindings`. */
  readonly onMinor?: ((changes: readonly MinorChange[]) => void) | undefined;
  /**
   * Called with another baseline, and after a day that changed a threshold, with all thresholds that differ from their calibrated
   * values.
   */
  readonly onFollowed: (followed: readonly FollowedThreshold[]) => void;
  /** Called once when a thread has failed: nothing more is judged. Not called on disposal. */
  readonly onFailed?: ((error: ScadaError) => void) | undefined;
}

export interface PoolOptions extends Omit<StartMessage, 'calibration'>, Reports {
  readonly baseline?: Baseline | undefined;
  /** Number of threads that share the detectors. */
  readonly workers: number;
}

/** Most observations in the threads; beyond that the stream waits. */
const window = 64;

/** Changes of findings after which the event loop has its turn: each becomes an alert, which is stored and sent. */
const mostInTurn = 200;

/** One of the threads, with the state from its outcomes. */
interface Shard {
  readonly thread: DetectionThread;
  readonly plan: DetectionPlan;
  /** Number of its open findings, with their tags. */
  open: number;
  concerned: readonly number[];
  followed: readonly FollowedThreshold[];
  /** Last report to it about the other threads. */
  sentState: string;
}

/**
 * Detectors distributed to several threads. Findings come in the order of the observations; those of one observation are sorted
 * by detector and channel. The order does not depend on the number of threads.
 */
export class DetectionPool implements AsyncDisposable {
  readonly #reports: Reports;
  readonly #shards: readonly Shard[];
  readonly #order: ReadonlyMap<string, number>;
  #delivered: Promise<void> = Promise.resolve();
  #underway = 0;
  #dropped = 0;
  #inTurn = 0;
  #room: (() => void)[] = [];
  #failure: Error | undefined;

  private constructor({ plan, onFindings, onMinor, onFollowed, onFailed }: PoolOptions, shards: readonly Shard[]) {
    // without baseline and snapshot, which are large
    this.#reports = { onFindings, onMinor, onFollowed, onFailed };
    this.#shards = shards;
    this.#order = new Map(plan.detectors.map(({ type }, index) => [type, index]));
  }

  /** @throws ScadaError BASELINE_MISMATCH if baseline or snapshot do not fit the plan */
  static async start(options: PoolOptions): Promise<DetectionPool> {
    const { plan, baseline, snapshot, followed, workers } = options;
    await using cleanup = new AsyncDisposableStack();
    const plans = shardsOf(plan, workers);
    const parts = snapshot === undefined ? undefined : partsOf(snapshot, plans.length);
    const messageFor = baseline && messagesOf(baseline);
    const shards: Shard[] = [];
    const outcomes: Outcome[] = [];
    let pool: DetectionPool | undefined;
    let early: ScadaError | undefined;
    for (const [index, own] of plans.entries()) {
      const failed = (error: ScadaError): void => (pool === undefined ? void (early ??= error) : pool.fail(error));
      const thread = cleanup.use(new DetectionThread(failed));
      const outcome = await thread.start({ plan: own, calibration: messageFor?.(own), snapshot: parts?.[index], followed });
      shards.push({ thread, plan: own, open: 0, concerned: [], followed: outcome.followed ?? [], sentState: 'false ' });
      // those of the start are already known
      outcomes.push({ ...outcome, followed: undefined });
    }
    // one may have failed while the others were starting
    if (early !== undefined) throw early;
    pool = new DetectionPool(options, shards);
    pool.#deliver(outcomes);
    cleanup.move();
    return pool;
  }

  /** Samples that the threads have not judged because they were earlier than the last one of their tag. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Time for which the oldest call has been waiting, ms; 0 if there is none. */
  waitingMs(clock: Clock): number {
    return Math.max(...this.#shards.map(({ thread }) => thread.waitingMs(clock)));
  }

  /** Sends one observation to the detectors; waits while too many are pending. @throws the failure of a thread */
  async observe(observation: Observation): Promise<void> {
    while (this.#underway >= window && this.#failure === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#room.push(resolve);
      await promise;
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.#give(observation).catch(() => {});
  }

  /** Judges one observation. Resolves when it has been judged. @throws the failure of a thread */
  async judge(observation: Observation): Promise<void> {
    await this.#give(observation);
  }

  /** Uses another baseline from now on. */
  async useBaseline(baseline: Baseline, change: BaselineChange, followed: readonly FollowedThreshold[]): Promise<void> {
    const messageFor = messagesOf(baseline);
    await this.#inOrder(
      this.#shards.map(({ thread, plan }) => thread.useBaseline({ calibration: messageFor(plan), change, followed })),
    );
  }

  /** State of the engines after all observations so far; only usable with the same number of threads. */
  async snapshot(): Promise<Uint8Array> {
    return serialize({ parts: await Promise.all(this.#shards.map(({ thread }) => thread.snapshot())) });
  }

  /** Number of calls that each thread has answered; undefined if no call waits. */
  get answered(): readonly (number | undefined)[] {
    return this.#shards.map(({ thread }) => thread.answered);
  }

  /** Abandons all threads: all waiting calls are rejected with the error. */
  fail(error: ScadaError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { thread } of this.#shards) thread.fail(error);
    this.#reports.onFailed?.(error);
  }

  /** Fraction of a core that all threads together have used since the last call. */
  busy(): number {
    return this.#shards.reduce((sum, { thread }) => sum + thread.busy(), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#failure ??= new ScadaError('fatal', 'QUEUE_CLOSED', 'the detection was stopped');
    await Promise.all(this.#shards.map(({ thread }) => thread[Symbol.asyncDispose]()));
  }

  #give(observation: Observation): Promise<void> {
    return this.#inOrder(this.#shards.map(({ thread }) => thread.judge(observation)));
  }

  /** Passes on the results of one call after those of all earlier calls. */
  #inOrder(answers: readonly Promise<Outcome>[]): Promise<void> {
    this.#underway++;
    const before = this.#delivered;
    this.#delivered = Promise.all(answers)
      .then(async (outcomes) => {
        await before;
        await this.#breathe(outcomes);
        this.#deliver(outcomes);
      })
      .catch((thrown: unknown) => {
        this.fail(toScadaError(thrown));
        throw thrown;
      })
      .finally(() => {
        this.#underway--;
        this.#room.shift()?.();
      });
    return this.#delivered;
  }

  /** In a flood, lets pages and requests be answered between two outcomes. */
  async #breathe(outcomes: readonly Outcome[]): Promise<void> {
    if (this.#inTurn >= mostInTurn) {
      await turned();
      this.#inTurn = 0;
    }
    this.#inTurn += outcomes.reduce((sum, { changes }) => sum + changes.length, 0);
  }

  /** Processes the outcomes of all threads for one call. Findings leave the threads only here. */
  #deliver(outcomes: readonly Outcome[]): void {
    if (outcomes.every(isEmpty)) return;
    const { onFindings, onMinor, onFollowed } = this.#reports;
    for (const [index, outcome] of outcomes.entries()) note(this.#shards[index] as Shard, outcome);
    const minor = outcomes.flatMap((outcome) => outcome.minor ?? []);
    if (minor.length > 0) onMinor?.(minor);
    for (const { dropped = 0 } of outcomes) this.#dropped += dropped;
    const [canary] = outcomes.map((outcome) => outcome.canary);
    // a canary has passed when every thread has judged it
    if (canary !== undefined && outcomes.every((outcome) => outcome.canary !== undefined)) onFindings(beginAndEnd(canary));
    const all = outcomes.flatMap(({ changes }) => changes);
    if (all.length > 0) {
      this.#updateOthers();
      onFindings(all.length === 1 ? all : all.toSorted((a, b) => this.#compare(a.finding, b.finding)));
    }
    if (outcomes.some(({ followed }) => followed !== undefined)) onFollowed(this.#shards.flatMap(({ followed }) => followed));
  }

  #compare(a: Finding, b: Finding): number {
    const rank = ({ detector }: Finding): number => this.#order.get(detector) ?? 0;
    const byChannel = a.channel < b.channel ? -1 : a.channel > b.channel ? 1 : 0;
    return a.updatedAt - b.updatedAt || rank(a) - rank(b) || byChannel;
  }

  /**
   * Reports the findings of each thread to the others: no threshold follows while a finding is open, and nothing of its tags is
   * learned.
   */
  #updateOthers(): void {
    if (this.#shards.length === 1) return;
    for (const shard of this.#shards) {
      const others = this.#shards.filter((other) => other !== shard);
      const open = others.some((other) => other.open > 0);
      const tags = [...new Set(others.flatMap(({ concerned }) => concerned))].toSorted((a, b) => a - b);
      const sentState = `${open} ${tags.join()}`;
      if (sentState === shard.sentState) continue;
      shard.sentState = sentState;
      shard.thread.openElsewhere({ open, tags });
    }
  }
}

const messagesOf = ({ calibration }: Baseline): ((share: DetectionPlan) => CalibrationMessage) => {
  const writer = new CalibrationWriter(calibration);
  return (share) => writer.messageFor(share);
};

/** True for most observations. */
const isEmpty = ({ changes, minor, followed, canary, dropped }: Outcome): boolean =>
  changes.length === 0 && minor === undefined && followed === undefined && canary === undefined && dropped === undefined;

const beginAndEnd = ({ finding }: FindingChange): readonly FindingChange[] => [
  { change: 'begin', finding },
  { change: 'end', finding: { ...finding, endedAt: finding.beganAt } },
];

function note(shard: Shard, { changes, concerned, followed }: Outcome): void {
  for (const { change } of changes) shard.open += change === 'begin' ? 1 : change === 'end' ? -1 : 0;
  if (concerned !== undefined) shard.concerned = concerned;
  if (followed !== undefined) shard.followed = followed;
}

/** Stream time that the state of a pool has reached, ms UTC; −∞ without a part. */
export function stateTime(snapshot: Uint8Array): number {
  const { parts = [snapshot] } = deserialize(snapshot) as { readonly parts?: readonly Uint8Array[] };
  const times = parts.map((part) => (deserialize(part) as Partial<EngineSnapshot>).feed?.time ?? Number.NaN);
  return Math.max(Number.NEGATIVE_INFINITY, ...times.filter((time) => !Number.isNaN(time)));
}

/**
 * Parts of a snapshot if it was taken by the same number of threads; otherwise the detectors start without state. Earlier
 * versions stored the snapshot of the shadow without a list of parts.
 */
function partsOf(snapshot: Uint8Array, shards: number): readonly Uint8Array[] | undefined {
  const { parts = [snapshot] } = deserialize(snapshot) as { readonly parts?: readonly Uint8Array[] };
  return parts.length === shards ? parts : undefined;
}
