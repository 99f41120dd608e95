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
import { addressPseudonymsOf, byPseudonym, pseudonymsOf } from '../core/shown.ts';
import type { StateStore } from '../core/state.ts';
import { openQueuedState } from '../state/queued.ts';
import { prepareState } from '../state/recovery.ts';
import { openSecret } from '../state/secret.ts';
import { openSharedAccounts, ownAccounts } from '../state/shared-accounts.ts';
import { type CalibrationSource, runCalibration } from '../learning/job/job.ts';
import { keepingIn } from '../learning/review/keeping.ts';
import { CalibrationReviewer } from '../learning/review/reviewer.ts';
import { Approvals } from '../alerts/approvals.ts';
import { BaselineManager, refusalOf } from '../learning/baselines/manager.ts';
import { withModes } from '../learning/baselines/modes.ts';
import { modesInForce } from '../learning/baselines/modes-in-force.ts';
import { adoptShipped, type ShippedBaseline } from '../learning/baselines/shipped.ts';
import { liveReview } from '../learning/baselines/live.ts';
import { unusableBaselines } from '../learning/baselines/unusable.ts';
import { measureAndStore } from '../learning/detection-limits/measure-and-store.ts';
import { saveLimits } from '../learning/detection-limits/stored.ts';
import { adoptShadow, saveBaseline, trafficAlone } from '../learning/baselines/store.ts';
import { limitsTime } from '../learning/detection-limits/job.ts';
import { noteStart } from '../monitor/configuration/start.ts';
import { builtClient } from './client-build.ts';
import { coverageReader } from '../tools/coverage/read.ts';
import type { Baseline } from '../detection/baseline/format.ts';
import { planDetection } from '../detection/plan/plan.ts';
import { References } from '../monitor/reference/references.ts';
import { type Monitor, type MonitorOptions, startMonitor } from '../monitor/monitor.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { exposeMetrics } from '../metrics/exposition.ts';
import { measureProcess } from '../metrics/process.ts';
import { ProgressBar } from '../service/progress.ts';
import type { ReplayPlayer } from '../monitor/replay-player.ts';

/** Time that dashboard and state.db have to close at the end, ms. */
const dashboardMs = 1_500;
const stateMs = 4_000;

/** Attempts at a calibration whose thread ends without a result. */
const mostCalibrations = 3;

export interface ServeOptions extends Pick<MonitorOptions, 'past' | 'onFindings' | 'lastEnd'> {
  readonly config: MonitorConfig;
  readonly dataDir: string;
  /** Directory of the accounts, if the installation has other plants. Default: `dataDir`. */
  readonly accountsDir?: string | undefined;
  /** The data directory that commands must name, if `dataDir` is a copy. */
  readonly namedDir?: string | undefined;
  /** True if the accounts are on a disk that does not answer. */
  readonly areAccountsUnread?: boolean | undefined;
  /** Time of the site: plant time in the lab. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly seed: number;
  readonly lab?: LabControl | undefined;
  /** Baseline to use if it fits the plan. Default: the newest of the data directory. */
  readonly baseline?: Baseline | undefined;
  /** Source of samples instead of devices. */
  readonly replay?: ReplayPlayer | undefined;
  /** Damages found before the start; receives later ones. */
  readonly damages?: DamageReports | undefined;
  /** Source to learn from if there is no baseline. Without it, the page names the command to run. */
  readonly learnFrom?: CalibrationSource | undefined;
  /** Baseline that a data directory without one receives, if it fits the configuration. */
  readonly shipped?: ShippedBaseline | undefined;
}

/** A running monitor with its dashboard. */
export interface Serving extends AsyncDisposable {
  readonly dashboard: Dashboard;
  readonly monitor: Monitor;
  /** Names of the parts that have not ended yet during disposal. */
  unfinished(): readonly string[];
  /** True if a part has not ended by itself. */
  isHanging(): boolean;
  /** Resolves when a baseline exists, or learning has failed. */
  readonly learned: Promise<void>;
}

/** Starts monitor and dashboard on one data directory. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { dataDir, namedDir = dataDir, accountsDir = dataDir, clock, logger, lab, seed, replay, past, onFindings } = options;
  await using cleanup = new AsyncDisposableStack();
  const damages = options.damages ?? new DamageReports();
  damages.subscribe(({ file, reason, lost, movedTo }) => logger.error(`${file} ${reason}. ${lost}`, { movedTo }));
  const prepared = prepareState(dataDir, systemClock.now(), namedDir, options.areAccountsUnread);
  for (const damage of prepared.damages) damages.report(damage);
  const shutdown = new Shutdown(systemClock);
  const queue = { clock: systemClock, logger, report: (line: string) => void process.stderr.write(`${line}\n`) };
  const state = await openQueuedState(dataDir, {
    ...queue,
    temporary: namedDir === dataDir ? undefined : `${namedDir} cannot be written: changes are lost at the end of this run`,
  });
  cleanup.defer(() => shutdown.step('state.db', stateMs, () => state[Symbol.asyncDispose]()));
  const isShared = accountsDir !== dataDir;
  const accounts = isShared ? await openSharedAccounts(accountsDir, dataDir, queue) : ownAccounts(state, prepared);
  cleanup.defer(() => shutdown.step('accounts', stateMs, () => accounts[Symbol.asyncDispose]()));
  for (const damage of accounts.damages) damages.report(damage);
  const modes = modesInForce(state.baselines, options.config.tags);
  const secret = openSecret(dataDir);
  if (secret.problem !== undefined) logger.warn(secret.problem);
  const configuration = noteStart(state, options.config, clock, secret.key);
  const config = configuration.guarded(withModes(options.config, modes));
  const plan = planDetection(config);
  const adopted = adoptShadow(state.baselines, plan, clock.now());
  if (adopted !== undefined) noteLearned(state, adopted, 'of the shadow, which was switched on', clock);
  const { shipped } = options;
  if (shipped !== undefined && adoptShipped(state, plan, shipped, clock.now()) && shipped.limits !== undefined)
    saveLimits(state.baselines, plan, shipped.limits, clock.now());
  const manager = new BaselineManager(state, plan, clock);
  const known = options.baseline ?? manager.baseline;
  const traffic = known === undefined ? trafficAlone(state.baselines, plan) : undefined;
  const refusal = refusalOf(() => traffic, plan);
  // a stored baseline is not needed if one is given or learned at the start
  if (options.baseline === undefined && options.learnFrom === undefined)
    for (const damage of unusableBaselines(state.baselines, manager, refusal, { file: config.file, dataDir: namedDir }))
      damages.report(damage);
  const baseline = known ?? (refusal === undefined ? traffic : undefined);
  const reference = new References({ state, clock, tags: config.tags, secret: secret.key });
  const monitor = cleanup.use(
    await startMonitor({
      config,
      configuration,
      reference,
      dataDir,
      state,
      clock,
      logger,
      seed,
      lab,
      naming: byPseudonym(pseudonymsOf(secret.key)),
      addressPseudonym: addressPseudonymsOf(secret.key),
      baseline,
      learnedAt: manager.learned?.at,
      replay,
      past,
      damages,
      lastEnd: options.lastEnd,
      onFindings,
      shutdown,
    }),
  );
  const { metrics } = monitor;
  const dashboardConfig = config.dashboard as DashboardConfig;
  if (dashboardConfig.metricsToken !== undefined)
    cleanup.defer(
      measureProcess(metrics, { version: packageFile.version, startedAt: systemClock.now() - process.uptime() * 1000 }),
    );
  const dashboard = await startDashboard({
    view: monitor.view,
    users: accounts.users,
    sessions: accounts.sessions,
    displays: state.displays,
    apiTokens: accounts.apiTokens,
    pens: state.pens,
    signInClosed: accounts.signInClosed,
    audit: state.audit,
    saving: state.saving,
    baseline:
      options.baseline === undefined
        ? liveReview(
            manager,
            async (next) => monitor.useBaseline(next, 'reviewed'),
            (act) => monitor.noteProtection(act),
          )
        : undefined,
    calibration:
      options.baseline === undefined
        ? new CalibrationReviewer({
            state,
            manager,
            plan,
            clock,
            dataDir,
            siteName: config.site.name,
            onChange: async (act) => {
              monitor.noteProtection(act);
              if (manager.baseline !== undefined) await monitor.useBaseline(manager.baseline, 'learned');
            },
          })
        : undefined,
    coverage: coverageReader(),
    approvals: new Approvals({
      store: state.approvals,
      audit: state.audit,
      keep: state.keep,
      clock,
      required: config.alarmRecords?.secondPerson ?? false,
      configuration,
      protection: monitor.protection,
    }),
    config: dashboardConfig,
    metrics: { metrics, exposition: exposeMetrics(metrics) },
    clientDir: await builtClient(),
    wallClock: systemClock,
    secret: secret.key,
    onRepeatedFailures: (repeated) => monitor.noteRefusedSignIns(repeated),
    onCertificate: (state) => monitor.noteCertificate(state),
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
  let measured = Promise.resolve();
  cleanup.defer(async () => {
    stop.abort();
    await learned;
    await measured;
  });

  async function learn(source: CalibrationSource): Promise<void> {
    const bar = new ProgressBar(systemClock);
    const show = (done: number, text: string): void => {
      monitor.learning.learning(done, text);
      bar.show(done, text);
    };
    const began = systemClock.monotonic();
    try {
      show(0, 'learning normal operation');
      // one core remains for the monitor
      const workers = config.workers ?? Math.max(1, availableParallelism() - 1);
      const job = { plan, source, workers, modes, keep: keepingIn(state.baselines, dataDir) };
      const learnt = await calibrateAgain(() => runCalibration(job, show, stop.signal), logger);
      const version = saveBaseline(state.baselines, learnt, clock.now());
      noteLearned(state, version, learnt.calibration.source, clock);
      manager.reload();
      const budgetMs = limitsTime(systemClock.monotonic() - began);
      await monitor.useBaseline(manager.baseline ?? learnt, 'learned');
      measured = measure(source, budgetMs);
    } catch (thrown) {
      if (stop.signal.aborted && isAbort(thrown)) return;
      const { message, hint } = toScadaError(thrown);
      logger.error(`normal operation could not be learned: ${message}`, { hint });
      monitor.learning.failed(`Normal operation could not be learned: ${message}`);
    } finally {
      bar.end();
    }
  }

  /** Measures the detection limits of a new baseline, while it is in use already. */
  async function measure(source: CalibrationSource, budgetMs: number): Promise<void> {
    monitor.limits.measuring(true);
    try {
      await measureAndStore({ plan, source, budgetMs, state, clock, onProgress: () => {}, signal: stop.signal });
    } catch (thrown) {
      if (stop.signal.aborted && isAbort(thrown)) return;
      logger.error(`detection limits could not be measured: ${toScadaError(thrown).message}`);
    } finally {
      monitor.limits.measuring(false);
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

/** Repeats a calibration whose thread ended without a result. @throws ScadaError of the last attempt */
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

/** Records a new baseline in the audit trail. @param after its origin */
function noteLearned(state: StateStore, version: number, after: string, clock: Clock): void {
  state.audit.append({ ...consoleActor(), time: clock.now(), action: 'baseline.learned', object: `version ${version}`, after });
}
