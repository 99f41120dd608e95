import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { MonitorConfig } from '../../config/resolve.ts';
import type { Clock } from '../../core/clock.ts';
import type { FindingChange } from '../../core/finding.ts';
import type { ShadowStatus } from '../../core/monitor.ts';
import { toScadaError } from '../../core/errors.ts';
import type { Observation } from '../../core/observation.ts';
import type { Logger } from '../../core/plugin.ts';
import { BoundedQueue } from '../../core/queue.ts';
import { TaskScope } from '../../core/scope.ts';
import type { BaselineStore } from '../../core/state.ts';
import { loadShadowBaseline } from '../calibration/store.ts';
import { baselineId } from '../detection/baseline.ts';
import type { Baseline } from '../detection/messages.ts';
import { planShadow } from '../detection/plan.ts';
import { DetectionThread } from '../detection/thread.ts';
import { readSnapshot, startFrom, writeSnapshot } from '../monitor/snapshot.ts';
import { QuietAlerts } from './alerts.ts';
import { changesOf } from './changes.ts';

/** Observations that may wait for the shadow: what comes on top takes the place of the oldest, and is counted. */
const queueBound = 1_024;

interface ShadowOptions {
  readonly config: MonitorConfig;
  readonly dataDir: string;
  readonly baselines: BaselineStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is kept over a restart: the engine, and the alerts of either side. */
interface Kept {
  readonly engine: Uint8Array;
  readonly since: number;
  readonly live: unknown;
  readonly shadow: unknown;
}

/**
 * The changed detection of `shadow` in the configuration, in a thread of its own on the observations of the live one. Its findings go
 * nowhere but to its own list: no alert, no notification, no count. It never holds up the live detection: when it cannot keep up it
 * loses observations, and says so.
 */
export class Shadow implements AsyncDisposable {
  readonly #file: string;
  readonly #baseline: Baseline;
  readonly #changes: readonly string[];
  readonly #thread: DetectionThread;
  readonly #queue = new BoundedQueue<Observation>('shadow', queueBound, 'drop-oldest');
  readonly #reading = new TaskScope();
  readonly #clock: Clock;
  readonly #live: QuietAlerts;
  readonly #own: QuietAlerts;
  readonly #since: number;
  #failure: string | undefined;

  private constructor(
    options: ShadowOptions,
    parts: { file: string; baseline: Baseline; thread: DetectionThread; live: QuietAlerts; own: QuietAlerts; since: number },
  ) {
    this.#file = parts.file;
    this.#baseline = parts.baseline;
    this.#thread = parts.thread;
    this.#live = parts.live;
    this.#own = parts.own;
    this.#since = parts.since;
    this.#clock = options.clock;
    this.#changes = changesOf(options.config);
    this.#reading.start(async () => {
      try {
        for await (const observation of this.#queue) await this.#thread.observe(observation);
      } catch (thrown) {
        this.#failure = toScadaError(thrown).message;
        options.logger.error('the shadow detection has failed, the live one goes on', { error: this.#failure });
      }
    });
  }

  /** Undefined where nothing was learned for the changed detection yet. */
  static async start(options: ShadowOptions): Promise<Shadow | undefined> {
    const { config, dataDir, baselines, clock, logger } = options;
    const plan = planShadow(config);
    const baseline = plan === undefined ? undefined : loadShadowBaseline(baselines, plan);
    if (plan === undefined || baseline === undefined) return undefined;
    const file = join(dataDir, 'shadow.snapshot');
    const bytes = await readSnapshot(file, baselineId(baseline), logger);
    const kept = bytes === undefined ? undefined : (deserialize(bytes) as Kept);
    const [live, own] = [new QuietAlerts(), new QuietAlerts()];
    if (kept !== undefined) {
      live.load(kept.live);
      own.load(kept.shadow);
    }
    const onFindings = (changes: readonly FindingChange[]): void => {
      for (const change of changes) own.take(change);
    };
    const thread = await startFrom(kept?.engine, logger, async (snapshot) =>
      DetectionThread.start({ plan, baseline, snapshot, onFindings, onFollowed: () => {} }),
    );
    return new Shadow(options, { file, baseline, thread, live, own, since: kept?.since ?? clock.now() });
  }

  /** Why it has failed; undefined while it runs. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** What the live detection sees. */
  offer(observation: Observation): void {
    this.#queue.offer(observation);
  }

  /** What the live detection says, for the comparison. */
  heard(changes: readonly FindingChange[]): void {
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
      coreShare: this.#thread.busy(),
      lost: this.#queue.stats().dropped,
      live: this.#live.list().length,
      shadow: this.#own.list().length,
      more: this.#own.without(this.#live),
      less: this.#live.without(this.#own),
    };
  }

  async save(): Promise<void> {
    if (this.#failure !== undefined) return;
    const engine = await this.#thread.snapshot();
    const kept: Kept = { engine, since: this.#since, live: this.#live.save(), shadow: this.#own.save() };
    await writeSnapshot(this.#file, baselineId(this.#baseline), serialize(kept));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#queue.close();
    await this.#reading.join();
    await this.#thread[Symbol.asyncDispose]();
  }
}

/** What is said of a shadow that does not run because nothing was learned for it; undefined where the configuration has none. */
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
