import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { MonitorConfig } from '../../config/resolve.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { FindingChange } from '../../core/finding.ts';
import type { ShadowStatus } from '../../core/monitor.ts';
import { isAbort, ScadaError, toScadaError } from '../../core/errors.ts';
import type { Observation } from '../../core/observation.ts';
import { HangCounter } from '../../core/hang.ts';
import { checkEveryMs, partDeadlines } from '../../core/part-deadlines.ts';
import type { Logger } from '../../core/plugin.ts';
import { BoundedQueue } from '../../core/queue.ts';
import type { BaselineStore } from '../../core/state.ts';
import { loadShadowBaseline } from '../../learning/baselines/store.ts';
import { baselineId } from '../../detection/baseline/fits.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import { type DetectionPlan, planShadow } from '../../detection/plan/plan.ts';
import { DetectionPool } from '../../detection/threads/pool.ts';
import { readSnapshot, startFrom, writeSnapshot } from '../../storage/snapshot.ts';
import { QuietAlerts } from './alerts.ts';
import { changesOf } from './changes.ts';

/** Most observations that wait for the shadow; beyond it the oldest is dropped and counted. */
const queueBound = 1_024;

interface ShadowOptions {
  readonly config: MonitorConfig;
  readonly dataDir: string;
  readonly baselines: BaselineStore;
  /** Time of the site. */
  readonly clock: Clock;
  readonly wall?: Clock;
  readonly logger: Logger;
}

/** State that survives a restart: the engine, and the alerts of both detections. */
interface Kept {
  readonly engine: Uint8Array;
  readonly since: number;
  readonly live: unknown;
  readonly shadow: unknown;
}

/** Time after a start in which a failure prevents the use of the stored state, ms of monotonic time. */
const unstableMs = 60_000;

/**
 * The detection of `shadow` in the configuration, in a separate thread on the observations of the live one. Its findings only go
 * to its own list: no alert, no notification, no count. It never delays the live detection: if it is too slow, it drops
 * observations and counts them.
 */
export class Shadow {
  readonly #file: string;
  readonly #plan: DetectionPlan;
  readonly #baseline: Baseline;
  readonly #changes: readonly string[];
  readonly #queue = new BoundedQueue<Observation>('shadow', queueBound, 'drop-oldest');
  readonly #clock: Clock;
  readonly #wall: Clock;
  readonly #logger: Logger;
  readonly #live = new QuietAlerts();
  readonly #own = new QuietAlerts();
  readonly #since: number;
  /** State of the engine that the next start uses; undefined after a failure soon after a start. */
  #kept: Uint8Array | undefined;
  #pool: DetectionPool | undefined;
  #failure: string | undefined;

  private constructor(
    { config, clock, wall = systemClock, logger }: ShadowOptions,
    file: string,
    plan: DetectionPlan,
    baseline: Baseline,
    kept?: Kept,
  ) {
    this.#file = file;
    this.#plan = plan;
    this.#baseline = baseline;
    this.#clock = clock;
    this.#wall = wall;
    this.#logger = logger;
    this.#changes = changesOf(config);
    this.#since = kept?.since ?? clock.now();
    this.#kept = kept?.engine;
    if (kept === undefined) return;
    this.#live.load(kept.live);
    this.#own.load(kept.shadow);
  }

  /** Opens the shadow with its stored state; it does not run yet. Undefined without a baseline. */
  static async open(options: ShadowOptions): Promise<Shadow | undefined> {
    const { config, dataDir, baselines, logger } = options;
    const plan = planShadow(config);
    const baseline = plan === undefined ? undefined : loadShadowBaseline(baselines, plan);
    if (plan === undefined || baseline === undefined) return undefined;
    const file = join(dataDir, 'shadow.snapshot');
    const bytes = await readSnapshot(file, baselineId(baseline), logger);
    return new Shadow(options, file, plan, baseline, bytes === undefined ? undefined : (deserialize(bytes) as Kept));
  }

  /**
   * Judges until the shadow is closed. After a failure, the next call starts a new thread.
   * @throws ScadaError when the thread fails
   */
  async run(signal: AbortSignal): Promise<void> {
    const startedAt = this.#wall.monotonic();
    const judged = new AbortController();
    let watched: Promise<void> | undefined;
    try {
      await using pool = await this.#start();
      this.#pool = pool;
      this.#failure = undefined;
      watched = this.#watch(pool, AbortSignal.any([signal, judged.signal]));
      for await (const observation of this.#queue) {
        signal.throwIfAborted();
        await pool.observe(observation);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      this.#failure = toScadaError(thrown).message;
      if (this.#wall.monotonic() - startedAt < unstableMs) this.#kept = undefined;
      // findings of the old thread have ended with it
      this.#own.load(this.#own.save());
      throw thrown;
    } finally {
      this.#pool = undefined;
      judged.abort();
      await watched;
    }
  }

  /** Abandons a hanging thread, and waiting work when the part stops. */
  async #watch(pool: DetectionPool, done: AbortSignal): Promise<void> {
    const hangs = new HangCounter();
    try {
      for (;;) {
        await this.#wall.sleep(checkEveryMs, done);
        const unanswered = hangs.check(pool.answered);
        if (unanswered >= partDeadlines.unansweredChecks)
          pool.fail(new ScadaError('fatal', 'INTERNAL', `the shadow thread has not answered for ${unanswered} s`));
      }
    } catch (thrown) {
      if (!isAbort(thrown)) throw thrown;
      pool.fail(new ScadaError('fatal', 'QUEUE_CLOSED', 'the shadow detection was stopped'));
    }
  }

  async #start(): Promise<DetectionPool> {
    const onFindings = (changes: readonly FindingChange[]): void => {
      for (const change of changes) this.#own.take(change);
    };
    return startFrom(this.#kept, this.#logger, async (snapshot) =>
      DetectionPool.start({ plan: this.#plan, baseline: this.#baseline, workers: 1, snapshot, onFindings, onFollowed: () => {} }),
    );
  }

  /** Receives an observation of the live detection. */
  offer(observation: Observation): void {
    this.#queue.offer(observation);
  }

  /** Receives findings of the live detection, for the comparison. */
  takeLive(changes: readonly FindingChange[]): void {
    for (const change of changes) this.#live.take(change);
  }

  status(): ShadowStatus {
    const now = this.#clock.now();
    for (const alerts of [this.#live, this.#own]) alerts.pass(now);
    return {
      state: this.#failure === undefined ? 'running' : 'failed',
      changes: this.#changes,
      text: this.#failure ?? this.#baseline.calibration.promise.text,
      since: this.#since,
      coreShare: this.#pool?.busy() ?? 0,
      lost: this.#queue.stats().dropped,
      live: this.#live.list().length,
      shadow: this.#own.list().length,
      more: this.#own.without(this.#live),
      less: this.#live.without(this.#own),
    };
  }

  async save(): Promise<void> {
    if (this.#pool === undefined) return;
    // a failure of the thread is reported by `run`
    const engine = await this.#pool.snapshot().catch(() => undefined);
    if (engine === undefined) return;
    this.#kept = engine;
    const kept: Kept = { engine, since: this.#since, live: this.#live.save(), shadow: this.#own.save() };
    await writeSnapshot(this.#file, baselineId(this.#baseline), serialize(kept));
  }

  /** Ends the input: `run` ends after the waiting observations. */
  close(): void {
    this.#queue.close();
  }
}

/** Status of a shadow without a baseline; undefined if none is configured. */
export function idleShadow(config: MonitorConfig): ShadowStatus | undefined {
  if (planShadow(config) === undefined) return undefined;
  return {
    state: 'unlearned',
    changes: changesOf(config),
    text: 'Nothing is learned for it: stop the monitor, run `scadawatch calibrate` with --from, and start it again.',
    since: 0,
    coreShare: 0,
    lost: 0,
    live: 0,
    shadow: 0,
    more: [],
    less: [],
  };
}
