import { availableParallelism } from 'node:os';
import { type Dashboard, type DashboardConfig, startDashboard } from '../../dashboard/server/index.ts';
import type { MonitorConfig } from '../config/resolve.ts';
import { consoleActor } from '../core/console-actor.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { DamageReports } from '../core/damage.ts';
import { isAbort, toScadaError } from '../core/errors.ts';
import type { LabControl } from '../core/lab.ts';
import type { Logger } from '../core/plugin.ts';
import { Shutdown } from '../core/shutdown.ts';
import { byPseudonym, pseudonymsOf } from '../core/shown.ts';
import type { StateStore } from '../core/state.ts';
import { openQueuedState } from '../state/queued.ts';
import { markedUsers, prepareState } from '../state/recovery.ts';
import { openSecret } from '../state/secret.ts';
import { type CalibrationSource, runCalibration } from '../learning/job/job.ts';
import { BaselineManager, refusalOf } from '../learning/baselines/manager.ts';
import { withModes } from '../learning/baselines/modes.ts';
import { modesInForce } from '../learning/baselines/modes-in-force.ts';
import { liveReview } from '../learning/baselines/live.ts';
import { unusableBaselines } from '../learning/baselines/unusable.ts';
import { adoptShadow, saveBaseline, trafficAlone } from '../learning/baselines/store.ts';
import { builtClient } from './client-build.ts';
import type { Baseline } from '../detection/baseline/format.ts';
import { configurationHash } from '../data-directory/folders.ts';
import { planDetection } from '../detection/plan/plan.ts';
import { type Monitor, type MonitorOptions, startMonitor } from '../monitor/monitor.ts';
import { ProgressBar } from './progress.ts';
import type { ReplayPlayer } from '../monitor/replay-player.ts';

/** What dashboard and state.db are given to close at the end, ms. */
const dashboardMs = 1_500;
const stateMs = 4_000;

/** How often a calibration is tried whose thread ends without a result. */
const mostCalibrations = 3;

export interface ServeOptions {
  readonly config: MonitorConfig;
  readonly dataDir: string;
  /** The data directory as commands must name it, where `dataDir` is a copy. */
  readonly namedDir?: string | undefined;
  /** Time of the site: plant time in the lab. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly seed: number;
  readonly lab?: LabControl | undefined;
  /** One from elsewhere that fits the plan; the newest of the data folder if not given. */
  readonly baseline?: Baseline | undefined;
  /** Played instead of collecting from devices. */
  readonly replay?: ReplayPlayer | undefined;
  /** Damages that were found before the start, and where later ones go. */
  readonly damages?: DamageReports | undefined;
  /** Written into a historian that had no samples before this start. */
  readonly past?: MonitorOptions['past'];
  /** Hears of every finding, after the alerts have it. */
  readonly onFindings?: MonitorOptions['onFindings'];
  /** Where to learn normal operation from when nothing is known of it; without, the page says what to do. */
  readonly learnFrom?: CalibrationSource | undefined;
}

/** A monitor with its dashboard, running. */
export interface Serving extends AsyncDisposable {
  readonly dashboard: Dashboard;
  readonly monitor: Monitor;
  /** Names of what has not ended yet while it is disposed of. */
  unfinished(): readonly string[];
  /** True if a part was left behind that has not ended yet. */
  isHanging(): boolean;
  /** Resolves when normal operation is known or learning it has failed. */
  readonly learned: Promise<void>;
}

/** Starts monitor and dashboard over one data folder. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { dataDir, namedDir = dataDir, clock, logger, lab, seed, replay, past, onFindings } = options;
  await using cleanup = new AsyncDisposableStack();
  const damages = options.damages ?? new DamageReports();
  damages.subscribe(({ file, reason, lost, movedTo }) => logger.error(`${file} ${reason}. ${lost}`, { movedTo }));
  const prepared = prepareState(dataDir, systemClock.now(), namedDir);
  for (const damage of prepared.damages) damages.report(damage);
  const shutdown = new Shutdown(systemClock);
  const state = openQueuedState(dataDir, {
    clock: systemClock,
    logger,
    report: (line) => process.stderr.write(`${line}\n`),
    temporary: namedDir === dataDir ? undefined : `${namedDir} cannot be written: changes are lost at the end of this run`,
  });
  cleanup.defer(() => shutdown.step('state.db', stateMs, () => state[Symbol.asyncDispose]()));
  const modes = modesInForce(state.baselines, options.config.tags);
  const config = withModes(options.config, modes);
  noteConfiguration(state, config.file, clock);
  const plan = planDetection(config);
  const adopted = adoptShadow(state.baselines, plan, clock.now());
  if (adopted !== undefined) noteAdopted(state, adopted, clock);
  const manager = new BaselineManager(state, plan, clock);
  const known = options.baseline ?? manager.baseline;
  const traffic = known === undefined ? trafficAlone(state.baselines, plan) : undefined;
  const refusal = refusalOf(() => traffic, plan);
  // where normal operation is learned at the start, or given, a stored baseline is not needed
  if (options.baseline === undefined && options.learnFrom === undefined)
    for (const damage of unusableBaselines(state.baselines, manager, refusal, { file: config.file, dataDir: namedDir }))
      damages.report(damage);
  const baseline = known ?? (refusal === undefined ? traffic : undefined);
  const secret = openSecret(dataDir);
  if (secret.problem !== undefined) logger.warn(secret.problem);
  const monitor = cleanup.use(
    await startMonitor({
      config,
      dataDir,
      state,
      clock,
      logger,
      seed,
      lab,
      naming: byPseudonym(pseudonymsOf(secret.key)),
      baseline,
      learnedAt: manager.learned?.at,
      replay,
      past,
      damages,
      onFindings,
      shutdown,
    }),
  );
  const dashboard = await startDashboard({
    view: monitor.view,
    users: markedUsers(state.users, dataDir),
    signInClosed: prepared.signInClosed,
    audit: state.audit,
    saving: state.saving,
    baseline:
      options.baseline === undefined ? liveReview(manager, async (next) => monitor.useBaseline(next, 'reviewed')) : undefined,
    config: config.dashboard as DashboardConfig,
    clientDir: await builtClient(),
    wallClock: systemClock,
    secret: secret.key,
    onRepeatedFailures: (repeated) => monitor.noteRefusedSignIns(repeated),
    logger,
  });
  cleanup.defer(() => shutdown.step('dashboard', dashboardMs, () => dashboard[Symbol.asyncDispose]()));
  const serveUntil = new AbortController();
  const listening = monitor.supervise('serve', (signal) => dashboard.keepListening(signal), serveUntil.signal);
  cleanup.defer(async () => {
    serveUntil.abort();
    await listening;
  });
  const stop = new AbortController();
  const { learnFrom } = options;
  const learned = known === undefined && learnFrom !== undefined ? learn(learnFrom) : Promise.resolve();
  cleanup.defer(async () => {
    stop.abort();
    await learned;
  });

  async function learn(source: CalibrationSource): Promise<void> {
    const bar = new ProgressBar(systemClock);
    const show = (done: number, text: string): void => {
      monitor.learning.learning(done, text);
      bar.show(done, text);
    };
    try {
      show(0, 'learning normal operation');
      // a core is left for the monitor that runs meanwhile
      const workers = config.workers ?? Math.max(1, availableParallelism() - 1);
      const learnt = await calibrateAgain(() => runCalibration({ plan, source, workers, modes }, show, stop.signal), logger);
      const version = saveBaseline(state.baselines, learnt, clock.now());
      state.audit.append({
        ...consoleActor(),
        time: clock.now(),
        action: 'baseline.learned',
        object: `version ${version}`,
        after: learnt.calibration.source,
      });
      manager.reload();
      await monitor.useBaseline(manager.baseline ?? learnt, 'learned');
    } catch (thrown) {
      if (stop.signal.aborted && isAbort(thrown)) return;
      const { message, hint } = toScadaError(thrown);
      logger.error(`normal operation could not be learned: ${message}`, { hint });
      monitor.learning.failed(`Normal operation could not be learned: ${message}`);
    } finally {
      bar.end();
    }
  }

  const resources = cleanup.move();
  return {
    dashboard,
    monitor,
    learned,
    unfinished: () => shutdown.unfinished(),
    isHanging: () => shutdown.isHanging(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Learns once more where a thread of the calibration ended without a result. @throws ScadaError of the last attempt */
async function calibrateAgain(learn: () => Promise<Baseline>, logger: Logger): Promise<Baseline> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await learn();
    } catch (thrown) {
      const { code, message } = toScadaError(thrown);
      if (isAbort(thrown) || code !== 'INTERNAL' || attempt === mostCalibrations) throw thrown;
      logger.warn(`the calibration is started again: ${message}`);
    }
  }
}

/** A start is an entry of the audit trail, with the configuration in force. */
function noteAdopted(state: StateStore, version: number, clock: Clock): void {
  const act = { ...consoleActor(), time: clock.now(), action: 'baseline.learned' };
  state.audit.append({ ...act, object: `version ${version}`, after: 'of the shadow, which was switched on' });
}

function noteConfiguration(state: StateStore, file: string, clock: Clock): void {
  const [last] = state.audit.read({ action: 'config.loaded', limit: 1 });
  state.audit.append({
    ...consoleActor(),
    time: clock.now(),
    action: 'config.loaded',
    object: file,
    before: last?.after,
    after: `sha256:${configurationHash(file)}`,
  });
}
