import { deserialize, serialize } from 'node:v8';
import type { Clock } from '../../core/clock.ts';
import { type ScadaError, toScadaError } from '../../core/errors.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { Observation } from '../../core/observation.ts';
import type { Baseline, BaselineChange } from '../baseline/format.ts';
import { shardsOf } from './shards.ts';
import { type DetectionOptions, DetectionThread } from './thread.ts';

export interface PoolOptions extends DetectionOptions {
  /** Threads that share the detectors. */
  readonly workers: number;
}

/** Observations that may be on their way through the threads: beyond that the stream waits. */
const window = 64;

/** One of the threads. */
interface Shard {
  readonly thread: DetectionThread;
  followed: readonly FollowedThreshold[];
  /** What it was last told of the others. */
  told: string;
}

/**
 * The detectors in several threads, each with some of them. Findings come in the order of the observations, and among those of one
 * observation by detector and channel: the same however many threads there are.
 */
export class DetectionPool implements AsyncDisposable {
  readonly #shards: readonly Shard[];
  readonly #order: ReadonlyMap<string, number>;
  readonly #onFindings: DetectionOptions['onFindings'];
  readonly #openIn: number[];
  #delivered: Promise<void> = Promise.resolve();
  #underway = 0;
  #room: (() => void)[] = [];
  readonly #onFailed: DetectionOptions['onFailed'];
  #failure: Error | undefined;

  private constructor(shards: readonly Shard[], { plan, onFindings, onFailed }: PoolOptions) {
    this.#onFailed = onFailed;
    this.#shards = shards;
    this.#onFindings = onFindings;
    this.#order = new Map(plan.detectors.map(({ type }, index) => [type, index]));
    this.#openIn = shards.map(() => 0);
  }

  /** @throws ScadaError BASELINE_MISMATCH if baseline or snapshot do not fit the plan */
  static async start(options: PoolOptions): Promise<DetectionPool> {
    const { plan, workers, snapshot, onFollowed } = options;
    await using cleanup = new AsyncDisposableStack();
    const plans = shardsOf(plan, workers);
    const parts = snapshot === undefined ? undefined : partsOf(snapshot, plans.length);
    const shards: Shard[] = [];
    let starting = true;
    let failed: ((error: ScadaError) => void) | undefined;
    let early: ScadaError | undefined;
    const opened: FindingChange[][] = plans.map(() => []);
    for (const [index, own] of plans.entries()) {
      const said: Omit<Shard, 'thread'> = { followed: [], told: 'false ' };
      const thread = await DetectionThread.start({
        ...options,
        plan: own,
        onFailed: (error) => (failed === undefined ? (early = error) : failed(error)),
        snapshot: parts?.[index],
        // what an observation changes comes with its own answer
        onFindings: (changes) => void (starting && opened[index]?.push(...changes)),
        onFollowed: (followed) => {
          said.followed = followed;
          // as long as one of them has yet to start, what is followed is known in part alone
          if (shards.length === plans.length) onFollowed(shards.flatMap((shard) => shard.followed));
        },
      });
      shards.push(cleanup.use(thread) && Object.assign(said, { thread }));
    }
    // one may have failed while the others were started
    if (early !== undefined) throw early;
    const pool = new DetectionPool(shards, options);
    failed = (error) => pool.fail(error);
    starting = false;
    pool.#deliver(opened);
    cleanup.move();
    return pool;
  }

  /** For how long the oldest message on its way has been waiting, ms; 0 if there is none. */
  waitingMs(clock: Clock): number {
    return Math.max(...this.#shards.map(({ thread }) => thread.waitingMs(clock)));
  }

  /** Gives one observation to the detectors; waits while too many are on their way. @throws what a thread died of */
  async observe(observation: Observation): Promise<void> {
    while (this.#underway >= window && this.#failure === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#room.push(resolve);
      await promise;
    }
    if (this.#failure !== undefined) throw this.#failure;
    void this.#give(observation).catch(() => {});
  }

  /** Gives one observation to the detectors and resolves when it has been judged. @throws what a thread died of */
  async judge(observation: Observation): Promise<void> {
    await this.#give(observation);
  }

  /** Judges by another baseline from now on. */
  async useBaseline(baseline: Baseline, change: BaselineChange, followed: readonly FollowedThreshold[]): Promise<void> {
    await this.#delivered;
    this.#deliver(await Promise.all(this.#shards.map(({ thread }) => thread.useBaseline(baseline, change, followed))));
  }

  /** State of the engines after everything given so far; of use to as many threads alone. */
  async snapshot(): Promise<Uint8Array> {
    return serialize({ parts: await Promise.all(this.#shards.map(({ thread }) => thread.snapshot())) });
  }

  /** How many messages each thread has answered; undefined for a thread that has nothing to answer. */
  get answered(): readonly (number | undefined)[] {
    return this.#shards.map(({ thread }) => thread.answered);
  }

  /** Gives up all threads: whoever waits for one gets the error. */
  fail(error: ScadaError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { thread } of this.#shards) thread.fail(error);
    this.#onFailed?.(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#shards.map(({ thread }) => thread[Symbol.asyncDispose]()));
  }

  #give(observation: Observation): Promise<void> {
    this.#underway++;
    const answers = Promise.all(this.#shards.map(({ thread }) => thread.judge(observation)));
    const before = this.#delivered;
    this.#delivered = answers
      .then(async (changes) => {
        await before;
        this.#deliver(changes);
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

  /** Changes by shard, of one observation. */
  #deliver(byShard: readonly (readonly FindingChange[])[]): void {
    const all = byShard.flat();
    if (all.length === 0) return;
    this.#tellOthers(byShard);
    this.#onFindings(all.length === 1 ? all : all.toSorted((a, b) => this.#compare(a.finding, b.finding)));
  }

  #compare(a: Finding, b: Finding): number {
    const rank = ({ detector }: Finding): number => this.#order.get(detector) ?? 0;
    const byChannel = a.channel < b.channel ? -1 : a.channel > b.channel ? 1 : 0;
    return a.updatedAt - b.updatedAt || rank(a) - rank(b) || byChannel;
  }

  /** A thread must know what is wrong elsewhere: nothing is followed while a finding is open, and nothing learned of what it concerns. */
  #tellOthers(byShard: readonly (readonly FindingChange[])[]): void {
    if (this.#shards.length === 1) return;
    const opened = (changes: readonly FindingChange[]): number =>
      changes.reduce((sum, { change }) => sum + (change === 'begin' ? 1 : change === 'end' ? -1 : 0), 0);
    byShard.forEach((changes, index) => (this.#openIn[index] = (this.#openIn[index] ?? 0) + opened(changes)));
    this.#shards.forEach((shard, index) => {
      const others = this.#shards.filter((_, other) => other !== index);
      const open = this.#openIn.some((count, other) => other !== index && count > 0);
      const tags = [...new Set(others.flatMap(({ thread }) => thread.concerned))].toSorted((a, b) => a - b);
      const told = `${open} ${tags.join()}`;
      if (told === shard.told) return;
      shard.told = told;
      shard.thread.openElsewhere(open, tags);
    });
  }
}

/** The parts of a snapshot, if it was taken by as many threads: otherwise the detectors start afresh. */
function partsOf(snapshot: Uint8Array, shards: number): readonly Uint8Array[] | undefined {
  const { parts } = deserialize(snapshot) as { readonly parts?: readonly Uint8Array[] };
  return parts?.length === shards ? parts : undefined;
}
