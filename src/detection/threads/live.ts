import { type Clock, systemClock } from '../../core/clock.ts';
import { isAbort, ScadaError, toScadaError } from '../../core/errors.ts';
import type { FindingChange } from '../../core/finding.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { Observation } from '../../core/observation.ts';
import type { Logger } from '../../core/plugin.ts';
import { FindingContinuity } from './continuity.ts';
import { checkEveryMs, checksUntilHung, HangCounter } from './hang.ts';
import type { Baseline, BaselineChange } from '../baseline/format.ts';
import { type DetectionPlan, pluginOf } from '../plan/plan.ts';
import { DetectionPool, type PoolOptions } from './pool.ts';

/** The same while a baseline is being loaded, which takes long on a large plant. */
const checksUntilHungLoading = 120;
/** Detectors that fail again this soon after a restart are restarted from less, ms. */
const soonMs = 60_000;
/** For how long the stated limits alone are judged before all detectors are tried again, ms. */
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
  readonly onFollowed: (followed: readonly FollowedThreshold[]) => void;
  /** Called when the detectors judge all that is configured (true), or the stated limits alone. */
  readonly onScope: (whole: boolean) => void;
  /** Last state of the detectors that was kept under a baseline. */
  readonly keptState: (baseline: Baseline) => Promise<Uint8Array | undefined>;
  /** Thresholds of a baseline's calibration that have followed slow change. */
  readonly followedOf: (baseline: Baseline) => readonly FollowedThreshold[];
  /** Observations that restarted detectors must have: maintenance, states of devices, the latest values. */
  readonly situation: () => readonly Observation[];
  readonly startPool?: (options: PoolOptions) => Promise<DetectionPool>;
}

/**
 * The live detection, which outlives its threads. When one exits, fails or hangs, all are replaced and go on from the last kept
 * state. If they fail again soon, they start without that state; if that fails too, those that judge what the configuration states
 * run alone, so that limits are watched whatever is wrong with the others.
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
  /** Restarts in a row, each soon after the one before. */
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
      // those of another version may remember other things, and an update must not leave a plant unwatched
      options.logger.warn('the kept state of the detectors cannot be used: they start without it', {
        error: toScadaError(thrown).message,
      });
      await live.#open({ state: false, whole: true });
    }
    return live;
  }

  /** For how long the oldest message to the threads has been waiting, ms. */
  waitingMs(): number {
    return this.#pool?.waitingMs(this.#wall) ?? 0;
  }

  /**
   * Judges what the source yields until it ends. The same source is to be given again after a failure.
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

  /** Gives one observation to the detectors and resolves when it has been judged. @throws the failure of the detectors */
  async judge(observation: Observation): Promise<void> {
    await this.#use().judge(observation);
  }

  /** Judges by another baseline from now on. @throws what is wrong with it; the one before then stays in force */
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

  /** State of the detectors with the baseline that it belongs to; undefined while there is none worth keeping. */
  async state(): Promise<{ readonly baseline: Baseline; readonly bytes: Uint8Array } | undefined> {
    const [baseline, pool] = [this.#baseline, this.#pool];
    // where the detectors fail again and again, the state from before that is the better one
    if (baseline === undefined || pool === undefined || this.#soon > 0) return undefined;
    try {
      const bytes = await pool.snapshot();
      return baseline === this.#baseline ? { baseline, bytes } : undefined;
    } catch (thrown) {
      // the failure of the threads is reported by whoever runs them
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
    await this.#open({ state: this.#soon === 0, whole });
    for (const observation of situation()) await this.#use().observe(observation);
  }

  async #open({ state, whole }: { readonly state: boolean; readonly whole: boolean }): Promise<void> {
    const { plan, workers, keptState, followedOf, onFollowed, onScope } = this.#options;
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

  /** The promise's outcome. @throws the failure of the threads if that comes first */
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

  /** Gives up threads that hang, and what waits for them when the part is to stop. */
  async #watch(stop: AbortSignal, done: AbortSignal): Promise<void> {
    const hangs = new HangCounter();
    try {
      for (;;) {
        await this.#wall.sleep(checkEveryMs, AbortSignal.any([stop, done]));
        if (this.#isWhole) this.#report(this.#continuity.expire(this.#options.clock.now()));
        const unanswered = hangs.check(this.#pool?.answered ?? []);
        if (unanswered >= (this.#loading > 0 ? checksUntilHungLoading : checksUntilHung))
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

/** The detectors that judge what the configuration states. */
function statedAlone(plan: DetectionPlan): DetectionPlan {
  return { ...plan, detectors: plan.detectors.filter(({ type }) => pluginOf(type).threshold === 'stated') };
}
