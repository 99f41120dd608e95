import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { FindingChange } from '../../core/finding.ts';
import type { Observation } from '../../core/observation.ts';
import { baselineId } from '../detection/baseline.ts';
import type { Baseline, BaselineChange } from '../detection/messages.ts';
import { planDetection } from '../detection/plan.ts';
import { DetectionPool } from '../detection/pool.ts';
import { workersFor } from '../detection/shards.ts';
import { Shadow } from '../shadow/shadow.ts';
import type { Alerting } from './alerting.ts';
import { BudgetBoard } from './budgets.ts';
import type { Meters } from './chain.ts';
import { FollowingBoard } from './following.ts';
import { LearningBoard } from './learning.ts';
import type { Running } from './running.ts';
import { readSnapshot, startFrom, writeSnapshot } from './snapshot.ts';

/** How often the detectors' state is put on disk, ms of wall time. */
const snapshotEveryMs = 30_000;

/** What judges the stream, and what is known of normal operation. */
export interface Detecting {
  readonly learning: LearningBoard;
  readonly budgets: BudgetBoard;
  readonly following: FollowingBoard;
  readonly shadow: Shadow | undefined;
  /** For how long the oldest observation has been waiting for the detectors' answer, ms. */
  waitingMs(): number;
  judge(observation: Observation): Promise<void>;
  useBaseline(baseline: Baseline, change: BaselineChange): Promise<void>;
  saveSnapshot(): Promise<void>;
}

export async function startDetecting(running: Running, alerting: Alerting, meters: Meters): Promise<Detecting> {
  const { options, wall, cleanup } = running;
  const { config, dataDir, state, clock, logger, baseline } = options;
  const plan = planDetection(config);
  const learning = new LearningBoard(config.tags, plan);
  const budgets = new BudgetBoard({ site: config.site, budgetPerDay: config.budgetPerDay, alerts: state.alerts, clock, wall });
  const following = new FollowingBoard(state.baselines, clock);
  if (baseline !== undefined) {
    learning.ready(baseline);
    budgets.use(baseline.calibration, options.learnedAt ?? clock.now());
  }
  const shadow = await startShadow(running);
  const onFindings = (changes: readonly FindingChange[]): void => {
    alerting.take(changes);
    shadow?.heard(changes);
    options.onFindings?.(changes);
    meters.alerts.count(changes.length, wall.monotonic());
  };
  const snapshotFile = join(dataDir, 'detection.snapshot');
  const kept = baseline === undefined ? undefined : await readSnapshot(snapshotFile, baselineId(baseline), logger);
  const workers = config.workers ?? workersFor(plan, availableParallelism());
  const followed = baseline === undefined ? [] : following.use(baseline.calibration);
  const detection = cleanup.use(
    await startFrom(kept, logger, async (snapshot) =>
      DetectionPool.start({
        plan,
        workers,
        baseline,
        snapshot,
        followed,
        onFindings,
        onFollowed: (thresholds) => following.take(thresholds),
      }),
    ),
  );
  let current = baseline;
  const saveSnapshot = async (): Promise<void> => {
    if (current !== undefined) await writeSnapshot(snapshotFile, baselineId(current), await detection.snapshot());
    await shadow?.save();
  };
  if (options.replay === undefined) readForDetection(running, detection, meters);
  keepSnapshots(running, saveSnapshot);
  return {
    learning,
    budgets,
    following,
    shadow,
    waitingMs: () => detection.waitingMs(wall),
    judge: (observation) => detection.judge(observation),
    useBaseline: async (next, change) => {
      await detection.useBaseline(next, change, following.use(next.calibration));
      current = next;
      learning.ready(next);
      budgets.use(next.calibration, clock.now());
    },
    saveSnapshot,
  };
}

async function startShadow({ options, stream, cleanup }: Running): Promise<Shadow | undefined> {
  const { config, dataDir, state, clock, logger } = options;
  const shadow = await Shadow.start({ config, dataDir, baselines: state.baselines, clock, logger });
  if (shadow === undefined) return undefined;
  cleanup.use(shadow);
  stream.tap((observation) => shadow.offer(observation));
  return shadow;
}

function readForDetection({ stream, supervisor, reading, gather }: Running, detection: DetectionPool, meters: Meters): void {
  const toDetectors = stream.read('detectors');
  const judge = async (): Promise<void> => {
    for await (const observation of toDetectors.inBursts(gather)) {
      await detection.observe(observation);
      if (observation.kind === 'batch') meters.detectors.count(observation.batch.length, observation.monotonic);
    }
  };
  reading.start((stop) => supervisor.run('detect', judge, stop));
}

function keepSnapshots({ wall, supervisor, collecting }: Running, saveSnapshot: () => Promise<void>): void {
  const keep = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await wall.sleep(snapshotEveryMs, signal);
      await saveSnapshot();
    }
  };
  collecting.start((stop) => supervisor.run('snapshots', keep, stop));
}
