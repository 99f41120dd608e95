import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { toScadaError } from '../core/errors.ts';
import type { FindingChange } from '../core/finding.ts';
import type { Observation } from '../core/observation.ts';
import { TaskScope } from '../core/scope.ts';
import { fileWrites } from '../data-directory/writes.ts';
import { baselineId } from '../detection/baseline/fits.ts';
import type { Baseline, BaselineChange } from '../detection/baseline/format.ts';
import { LiveDetection } from '../detection/threads/live.ts';
import { planDetection } from '../detection/plan/plan.ts';
import { workersFor } from '../detection/threads/shards.ts';
import { Shadow } from './shadow/shadow.ts';
import type { Alerting } from './alerting.ts';
import { BudgetBoard } from './budgets.ts';
import type { Meters } from './chain.ts';
import { FollowingBoard } from './following.ts';
import { UnwatchedBoard } from './unwatched.ts';
import { LearningBoard } from './learning.ts';
import type { Running } from './running.ts';
import { readSnapshot, writeSnapshot } from '../storage/snapshot.ts';

/** How often the detectors' state is put on disk, ms of wall time. */
const snapshotEveryMs = 30_000;
/** The same while the last attempt has failed. */
const retryEveryMs = 5_000;

/** What judges the stream, and what is known of normal operation. */
export interface Detecting {
  readonly learning: LearningBoard;
  readonly budgets: BudgetBoard;
  readonly following: FollowingBoard;
  readonly unwatched: UnwatchedBoard;
  readonly shadow: Shadow | undefined;
  /** For how long the oldest observation has been waiting for the detectors' answer, ms. */
  waitingMs(): number;
  judge(observation: Observation): Promise<void>;
  useBaseline(baseline: Baseline, change: BaselineChange): Promise<void>;
  /** Never rejects: a failure is logged and in `snapshotFault`. */
  saveSnapshot(): Promise<void>;
  /** Why the state of the detectors is not on disk; undefined while it is. */
  snapshotFault(): string | undefined;
}

/** @param situation what detectors must be given when they are restarted */
export async function startDetecting(
  running: Running,
  alerting: Alerting,
  meters: Meters,
  situation: () => readonly Observation[],
): Promise<Detecting> {
  const { options, wall, use } = running;
  const { config, dataDir, state, clock, logger, baseline } = options;
  const plan = planDetection(config);
  const learning = new LearningBoard(config.tags, plan);
  const budgets = new BudgetBoard({ site: config.site, budgetPerDay: config.budgetPerDay, alerts: state.alerts, clock, wall });
  const following = new FollowingBoard(state.baselines, clock);
  const unwatched = new UnwatchedBoard(plan);
  if (baseline !== undefined) {
    learning.ready(baseline);
    unwatched.use(baseline);
    budgets.use(baseline.calibration, options.learnedAt ?? clock.now());
  }
  const shadow = await startShadow(running, alerting);
  const onFindings = (changes: readonly FindingChange[]): void => {
    alerting.take(changes);
    shadow?.heard(changes);
    options.onFindings?.(changes);
    meters.alerts.count(changes.length, wall.monotonic());
  };
  const snapshotFile = join(dataDir, 'detection.snapshot');
  const detection = use(
    'detection',
    await LiveDetection.start({
      plan,
      workers: config.workers ?? workersFor(plan, availableParallelism()),
      baseline,
      clock,
      logger,
      onFindings,
      onFollowed: (thresholds) => following.take(thresholds),
      onScope: (whole) => alerting.selfWatch.set('detection-limited', !whole),
      keptState: (known) => readSnapshot(snapshotFile, baselineId(known), logger),
      followedOf: ({ calibration }) => following.use(calibration),
      situation,
    }),
  );
  let snapshotFault: string | undefined;
  let isSaving = false;
  const saveSnapshot = async (): Promise<void> => {
    isSaving = true;
    try {
      const state = await detection.state();
      if (state !== undefined) await writeSnapshot(snapshotFile, baselineId(state.baseline), state.bytes);
      await shadow?.save();
      snapshotFault = undefined;
    } catch (thrown) {
      const { message } = toScadaError(thrown);
      if (snapshotFault !== message) logger.error(`the state of the detectors is not saved: ${message}`);
      snapshotFault = message;
    } finally {
      isSaving = false;
    }
  };
  if (options.replay === undefined) readForDetection(running, detection, meters);
  keepSnapshots(running, saveSnapshot, () => (snapshotFault === undefined ? snapshotEveryMs : retryEveryMs));
  return {
    learning,
    budgets,
    following,
    unwatched,
    shadow,
    waitingMs: () => detection.waitingMs(),
    judge: (observation) => detection.judge(observation),
    useBaseline: async (next, change) => {
      await detection.useBaseline(next, change, following.use(next.calibration));
      learning.ready(next);
      unwatched.use(next);
      budgets.use(next.calibration, clock.now());
    },
    saveSnapshot,
    snapshotFault: () => snapshotFault ?? (isSaving ? fileWrites.fault() : undefined),
  };
}

async function startShadow({ options, stream, supervisor, use }: Running, { selfWatch }: Alerting): Promise<Shadow | undefined> {
  const { config, dataDir, state, clock, logger } = options;
  const shadow = await Shadow.open({ config, dataDir, baselines: state.baselines, clock, logger }).catch((thrown: unknown) => {
    selfWatch.set('shadow-stopped', true, { detail: `Error: ${toScadaError(thrown).message}.` });
    return undefined;
  });
  if (shadow === undefined) return undefined;
  const running = new TaskScope();
  running.start((stop) => supervisor.run('shadow', (signal) => shadow.run(signal), stop));
  use('shadow detection', {
    [Symbol.asyncDispose]: async () => {
      shadow.close();
      await running[Symbol.asyncDispose]();
    },
  });
  stream.tap((observation) => shadow.offer(observation));
  return shadow;
}

function readForDetection({ stream, supervisor, reading, gather }: Running, detection: LiveDetection, meters: Meters): void {
  const toDetectors = stream.read('detectors').inBursts(gather);
  const judged = (observation: Observation): void => {
    if (observation.kind === 'batch') meters.detectors.count(observation.batch.length, observation.monotonic);
  };
  reading.start((stop) => supervisor.run('detect', (signal) => detection.run(toDetectors, judged, signal), stop));
}

function keepSnapshots(
  { wall, supervisor, collecting }: Running,
  saveSnapshot: () => Promise<void>,
  pauseMs: () => number,
): void {
  const keep = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await wall.sleep(pauseMs(), signal);
      await saveSnapshot();
    }
  };
  collecting.start((stop) => supervisor.run('snapshots', keep, stop));
}
