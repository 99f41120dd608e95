import { type Clock, systemClock } from '../../core/clock.ts';
import { isAbort, ScadaError, toScadaError } from '../../core/errors.ts';
import type { FindingChange } from '../../core/finding.ts';
import { HangCounter } from '../../core/hang.ts';
import type { MinorChange } from '../../core/minor.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { Observation } from '../../core/observation.ts';
import { checkEveryMs, partDeadlines } from '../../core/part-deadlines.ts';
import type { Logger } from '../../core/plugin.ts';
import { FindingContinuity } from './continuity.ts';
import type { Baseline, BaselineChange } from '../baseline/format.ts';
import { type DetectionPlan, pluginOf } from '../plan/plan.ts';
import { DetectionPool, type PoolOptions } from './pool.ts';

/** Checks until a thread hangs while it loads a baseline, which takes long on a large plant. */
const checksUntilHungLoading = 120;
/** Time after a restart in which another failure leads to a restart with less state, ms. */
const soonMs = 60_000;
/** Time for which only the stated limits are judged before all detectors are tried again, ms. */
const limitedMs = 600_000;

export interface LiveDetectionOptions {
  readonly plan: DetectionPlan;
  readonly workers: number;
  readonly baseline: Baseline | undefined;
  /** Time of the site. */
  readonly clock: Clock;
  readonly wall?: Clock;
  readonly logger: Logger;
  readonly onFindings: (changes: readonly FindingChange[]) => void;
  readonly onMinor?: ((changes: readonly MinorChange[]) => void) | undefined;
  /** Called when the detectors are about to be replaced: they confirm the minor findings that continue. */
  readonly onRestart?: (() => void) | undefined;
  readonly onFollowed: (followed: readonly FollowedThreshold[]) => void;
  /** Called when the detectors judge everything that is configured (true), or only the stated limits (false). */
  readonly onScope: (whole: boolean) => void;
  /** Last stored state of the detectors under a baseline. */
  readonly keptState: (baseline: Baseline) => Promise<Uint8Array | undefined>;
  /** Increases of the thresholds of a baseline's calibration. */
  readonly followedOf: (baseline: Baseline) => readonly FollowedThreshold[];
  /** Observations for restarted detectors: maintenance, states of devices, the latest values. */
  readonly situation: () => readonly Observation[];
  readonly startPool?: (options: PoolOptions) => Promise<DetectionPool>;
}

/**
 * Live detection, which outlives its threads. When a thread exits, fails or hangs, all threads are replaced and continue from the
 * last stored state. After another early failure, they start without that state. If that fails too, only detectors of stated
 * rules run, so that limits are always monitored.
 */
export class LiveDetection implements AsyncDisposable {
  readonly #options: LiveDetectionOptions;
  readonly #wall: Clock;
  readonly #continuity = new FindingContinuity();
  #baseline: Baseline | undefined;
  #pool: DetectionPool | undefined;
  #giveUp: ((error: unknown) => void) | undefined;
  #next: Promise<IteratorResult<Observation, void>> | undefined;
  #failure: ScadaError | undefined;
  #isWhole = true;
  #loading = 0;
  #startedAt = Number.NaN;
  /** Number of consecutive early restarts. */
  #soon = 0;

  private constructor(options: LiveDetectionOptions) {
    this.#options = options;
    this.#wall = options.wall ?? systemClock;
    this.#baseline = options.baseline;
  }

  /** @throws ScadaError BASELINE_MISMATCH if the baseline does not fit the plan */
  static async start(options: LiveDetectionOptions): Promise<LiveDetection> {
    const live = new LiveDetection(options);
    try {
      await live.#open({ state: true, whole: true });
    } catch (thrown) {
      // the state of another version may be incompatible, and an update must not leave a plant unmonitored
      options.logger.warn('the kept state of the detectors cannot be used: they start without it', {
        error: toScadaError(thrown).message,
      });
      await live.#open({ state: false, whole: true });
    }
    return live;
  }

  /** Samples that the present threads have not judged because they were earlier than the last one of their tag. */
  get dropped(): number {
    return this.#pool?.dropped ?? 0;
  }

  /** Time for which the oldest message to the threads has been waiting, ms. */
  waitingMs(): number {
    return this.#pool?.waitingMs(this.#wall) ?? 0;
  }

  /**
   * Judges the observations of the source until it ends. After a failure, call it again with the same source.
   * @throws the failure of the detectors; the next call replaces them
   */
  async run(
    source: AsyncIterator<Observation, void>,
    judged: (observation: Observation) => void,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#pool === undefined) await this.#restart();
    const watching = new AbortController();
    const watched = this.#watch(signal, watching.signal);
    try {
      for (;;) {
        this.#next ??= source.next();
        const { done, value } = await this.#unlessFailed(this.#next);
        this.#next = undefined;
        if (done === true) return;
        await this.#use().observe(value);
        judged(value);
      }
    } catch (thrown) {
      await this.#discard();
      throw thrown;
    } finally {
      watching.abort();
      await watched;
    }
  }

  /** Judges one observation. Resolves when it has been judged. @throws the failure of the detectors */
  async judge(observation: Observation): Promise<void> {
    await this.#use().judge(observation);
  }

  /** Uses another baseline from now on. @throws the error of the baseline; the previous one then stays in use */
  async useBaseline(baseline: Baseline, change: BaselineChange, followed: readonly FollowedThreshold[]): Promise<void> {
    const before = this.#baseline;
    this.#baseline = baseline;
    this.#loading++;
    try {
      await this.#pool?.useBaseline(baseline, change, followed);
    } catch (thrown) {
      this.#baseline = before;
      throw thrown;
    } finally {
      this.#loading--;
    }
  }

  /** State of the detectors with its baseline; undefined if there is none worth storing. */
  async state(): Promise<{ readonly baseline: Baseline; readonly bytes: Uint8Array } | undefined> {
    const [baseline, pool] = [this.#baseline, this.#pool];
    // after repeated failures, the state before them is better
    if (baseline === undefined || pool === undefined || this.#soon > 0) return undefined;
    try {
      const bytes = await pool.snapshot();
      return baseline === this.#baseline ? { baseline, bytes } : undefined;
    } catch (thrown) {
      // the caller of `run` reports the failure of the threads
      if (pool !== this.#pool || this.#failure !== undefined) return undefined;
      throw thrown;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#discard();
  }

  #use(): DetectionPool {
    if (this.#pool === undefined) throw new ScadaError('retryable', 'INTERNAL', 'the detectors are being restarted');
    return this.#pool;
  }

  async #restart(): Promise<void> {
    const { clock, logger, situation } = this.#options;
    this.#soon = this.#wall.monotonic() - this.#startedAt < soonMs ? this.#soon + 1 : 0;
    const whole = this.#soon < 2;
    logger.warn('the detectors are restarted', { withState: this.#soon === 0, all: whole });
    this.#continuity.restarted(clock.now());
    this.#options.onRestart?.();
    await this.#open({ state: this.#soon === 0, whole });
    for (const observation of situation()) await this.#use().observe(observation);
  }

  async #open({ state, whole }: { readonly state: boolean; readonly whole: boolean }): Promise<void> {
    const { plan, workers, keptState, followedOf, onMinor, onFollowed, onScope } = this.#options;
    const baseline = whole ? this.#baseline : undefined;
    const startPool = this.#options.startPool ?? (async (pool: PoolOptions) => DetectionPool.start(pool));
    this.#startedAt = this.#wall.monotonic();
    this.#failure = undefined;
    this.#pool = await startPool({
      plan: whole ? plan : statedAlone(plan),
      workers,
      baseline,
      snapshot: state && baseline !== undefined ? await keptState(baseline) : undefined,
      followed: baseline === undefined ? [] : followedOf(baseline),
      onFindings: (changes) => this.#report(this.#continuity.take(changes)),
      onMinor,
      onFollowed,
      onFailed: (error) => {
        this.#failure = error;
        this.#giveUp?.(error);
      },
    });
    this.#isWhole = whole;
    onScope(whole);
  }

  #report(changes: readonly FindingChange[]): void {
    if (changes.length > 0) this.#options.onFindings(changes);
  }

  async #discard(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.[Symbol.asyncDispose]();
  }

  /** Returns the promise's result. @throws the failure of the threads if it comes first */
  async #unlessFailed<T>(next: Promise<T>): Promise<T> {
    if (this.#failure !== undefined) throw this.#failure;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#giveUp = reject;
    next.then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#giveUp = undefined;
    }
  }

  /** Abandons hanging threads, and waiting work when the part stops. */
  async #watch(stop: AbortSignal, done: AbortSignal): Promise<void> {
    const hangs = new HangCounter();
    try {
      for (;;) {
        await this.#wall.sleep(checkEveryMs, AbortSignal.any([stop, done]));
        if (this.#isWhole) this.#report(this.#continuity.expire(this.#options.clock.now()));
        const unanswered = hangs.check(this.#pool?.answered ?? []);
        if (unanswered >= (this.#loading > 0 ? checksUntilHungLoading : partDeadlines.unansweredChecks))
          this.#fail(new ScadaError('fatal', 'INTERNAL', `the detection thread has not answered for ${unanswered} s`));
        if (this.#soon >= 2 && this.#wall.monotonic() - this.#startedAt > limitedMs) {
          this.#soon = 0;
          this.#fail(new ScadaError('retryable', 'INTERNAL', 'all detectors are tried again'));
        }
      }
    } catch (thrown) {
      if (!isAbort(thrown)) throw thrown;
      if (stop.aborted) this.#fail(new ScadaError('fatal', 'QUEUE_CLOSED', 'the detection was stopped'));
    }
  }

  #fail(error: ScadaError): void {
    this.#pool?.fail(error);
    this.#giveUp?.(error);
  }
}

/** The plan with detectors of stated rules only. */
function statedAlone(plan: DetectionPlan): DetectionPlan {
  return { ...plan, detectors: plan.detectors.filter(({ type }) => pluginOf(type).threshold === 'stated') };
}
