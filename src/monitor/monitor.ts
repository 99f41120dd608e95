import type { MonitorView } from '../core/monitor.ts';
import { type Observation, observeEvent } from '../core/observation.ts';
import type { StateSaving } from '../core/state.ts';
import { Journal } from '../storage/journal/index.ts';
import { LatestTable } from '../ingest/latest.ts';
import type { Baseline, BaselineChange } from '../detection/baseline/format.ts';
import { writePast } from './lab-history/write.ts';
import { boundGarbage } from '../core/memory.ts';
import { idleShadow } from './shadow/shadow.ts';
import { type Alerting, startAlerting } from './alerting.ts';
import { type Meters, makeMeters, notifierLink } from './chain.ts';
import { collectDevices, keepTime } from './collect.ts';
import { DeviceBoard } from './devices.ts';
import { type Detecting, startDetecting } from './detecting.ts';
import { Keeping } from './keeping.ts';
import type { LearningBoard } from './learning.ts';
import { PartReports } from './part-reports.ts';
import { PunctualityMeter } from './punctuality.ts';
import type { SelfFault } from './self-faults.ts';
import { type MonitorOptions, prepare, type Running } from './running.ts';
import { situationOf } from './situation.ts';
import { openStorage, startStorage, type Storage } from './storage.ts';

export type { MonitorOptions } from './running.ts';

/** A check sample that is not back after this long makes detection late, ms of wall time. */
const patienceMs = 10_000;
/** For how long a historian or a receiver of notifications may be away before that is an alarm, ms of wall time. */
const awayMs = 60_000;
/** How often the readers of the stream are checked, ms of wall time. */
const checkEveryMs = 1_000;

/** Everything between the devices and the alerts, running. */
export interface Monitor extends AsyncDisposable {
  readonly view: MonitorView;
  readonly learning: LearningBoard;
  /** Judges by another baseline from now on; open findings end where it was learned anew, and go on where people reviewed the old one. */
  useBaseline(baseline: Baseline, change: BaselineChange): Promise<void>;
  /** Raises or ends the alarm of repeated failed sign-ins. */
  noteRefusedSignIns(repeated: boolean): void;
  /** Resolves when a replayed recording is over; never where devices are collected. */
  readonly ended: Promise<void>;
  /** Raises an alarm about the monitor itself that is over already. */
  report(fault: SelfFault, detail: string): void;
  /** Runs a task of another part as the supervisor runs those of the monitor. Never rejects. */
  supervise(name: string, task: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Rejects with a failure that no part can be restarted from. */
  readonly done: Promise<void>;
}

/** Wires collectors, stream, historian, detectors and alerts. */
export async function startMonitor(options: MonitorOptions): Promise<Monitor> {
  boundGarbage();
  await using cleanup = new AsyncDisposableStack();
  const running = prepare(options, cleanup);
  const { stream, collecting, reading, shutdown } = running;
  const opened = await openStorage(running);
  const meters = makeMeters(running, opened.spool);
  const alerting = startAlerting(running);
  const boards = watchStream(running, meters);
  const punctuality = new PunctualityMeter({
    clock: options.clock,
    metrics: running.context.metrics,
    lab: options.lab,
    waitingMs: () => detecting.waitingMs(),
  });
  const detecting: Detecting = await startDetecting(running, alerting, meters, () => [
    observeEvent({ ...punctuality.now, time: options.clock.now() }),
    ...situation(running, boards, alerting),
  ]);
  const storage = startStorage(running, opened, meters);
  alerting.announceMaintenance();
  const working = { alerting, detecting, storage, punctuality };
  const ended = options.replay === undefined ? collect(running, working) : play(running, alerting, detecting);

  /** Collectors first, then what they left on the stream, then the stores: no sample is lost on the way. */
  const shutDown = async (resources: AsyncDisposableStack): Promise<void> => {
    await shutdown.step('collectors', 2_000, () => collecting[Symbol.asyncDispose]());
    stream.close();
    await shutdown.step('readers of the stream', 2_000, () => reading.join());
    reading.stop();
    await shutdown.step('detector state', 2_000, () => detecting.saveSnapshot());
    await resources.disposeAsync();
  };
  const resources = cleanup.move();
  let stopped: Promise<void> | undefined;
  return {
    view: viewOf(running, { ...boards, ...working, meters }),
    learning: detecting.learning,
    useBaseline: (next, change) => detecting.useBaseline(next, change),
    noteRefusedSignIns: (repeated) => alerting.selfWatch.set('sign-ins-refused', repeated),
    ended,
    report: (fault, detail) => {
      if (fault === 'monitor-blocked') punctuality.noteBlock();
      alerting.selfWatch.report(fault, detail);
    },
    supervise: (name, task, signal) => running.supervisor.run(name, task, signal),
    done: Promise.all([collecting.join(), reading.join()]).then(() => {}),
    [Symbol.asyncDispose]: () => (stopped ??= shutDown(resources)),
  };
}

interface Boards {
  readonly latest: LatestTable;
  readonly devices: DeviceBoard;
  readonly journal: Journal;
}

/** Keeps for the dashboard what comes on the stream. */
function watchStream({ options, stream }: Running, meters: Meters): Boards {
  const { config, clock, onObservation } = options;
  const latest = new LatestTable(config.tags.size);
  const devices = new DeviceBoard(config.devices, config.tags, clock.now());
  const journal = new Journal((tag) => config.tags.at(tag).name);
  if (onObservation !== undefined) stream.tap(onObservation);
  stream.tap((observation) => {
    devices.take(observation);
    if (observation.kind === 'event') {
      journal.take(observation.event);
      if (observation.event.type === 'clock' && observation.event.device === undefined)
        latest.clockSet(observation.event.offsetMs);
    }
    if (observation.kind !== 'batch') return;
    latest.update(observation.batch);
    meters.collectors.count(observation.batch.length, observation.monotonic);
  });
  return { latest, devices, journal };
}

function situation({ options }: Running, { latest, devices }: Boards, { maintenance }: Alerting): Observation[] {
  const { clock, config } = options;
  return situationOf({
    clock,
    tags: config.tags,
    latest,
    devices: () => devices.list(),
    maintained: () => maintenance.tags(),
  });
}

interface Working {
  readonly alerting: Alerting;
  readonly detecting: Detecting;
  readonly storage: Storage;
  readonly punctuality: PunctualityMeter;
}

/** Reads devices. @returns a promise that stays pending: there is no end of a plant */
function collect(running: Running, { alerting, detecting, storage, punctuality }: Working): Promise<void> {
  const { options, wall, stream, supervisor, collecting } = running;
  const { clock } = options;
  const { selfWatch } = alerting;
  const keeping = keepingOf(running, { alerting, detecting, storage });
  const publish = async (observation: Observation, signal: AbortSignal): Promise<void> => {
    const late = punctuality.before(observation);
    if (late !== undefined) await running.publish(observeEvent(late), signal);
    await running.publish(observation, signal);
  };
  collectDevices({ ...running, publish });
  const { past, state, logger } = options;
  if (past !== undefined) collecting.start((stop) => writePast(past, { historian: storage.spool, state, logger }, stop));
  const reports = new PartReports(supervisor, wall);
  const watch = (): void => {
    alerting.tick();
    const isStuck = detecting.waitingMs() > patienceMs;
    selfWatch.set('detection-late', isStuck);
    // detection that is stuck makes the monitor late as well, which is stated once
    selfWatch.set('monitor-late', !isStuck && punctuality.isAlarm(selfWatch.has('monitor-late')), punctuality.words());
  };
  collecting.start((stop) => supervisor.run('clock', (signal) => keepTime({ clock, wall, publish }, signal, watch), stop));
  collecting.start((stop) =>
    supervisor.run(
      'stream',
      async (signal) => {
        for (;;) {
          await wall.sleep(checkEveryMs, signal);
          stream.checkReaders(wall.monotonic());
          notePartsOf(reports, { alerting, detecting, storage, punctuality }, options.state.saving);
          keeping.check();
        }
      },
      stop,
    ),
  );
  return new Promise(() => {});
}

/** What restarts by itself and is no task of the supervisor. */
function notePartsOf(reports: PartReports, { alerting, storage }: Working, saving: StateSaving): void {
  const { state, reason } = saving.status();
  reports.note('state', state === 'failing' ? reason : undefined, 0);
  reports.note('store', storage.spool.lastError, awayMs);
  for (const notifier of alerting.notifying) reports.note(notifier.queue().name, notifier.lastError, awayMs);
}

/** Everything that must reach the disk, in the words of the alarm. */
function keepingOf({ options, supervisor }: Running, { alerting, detecting, storage }: Omit<Working, 'punctuality'>): Keeping {
  const { state, logger } = options;
  const unsaved = (): string | undefined => {
    const { state: condition, reason } = state.saving.status();
    return condition === 'failing' ? reason : undefined;
  };
  const store = (): string | undefined => {
    const status = supervisor.states().find(({ name }) => name === 'store');
    // samples that are lost do not wait
    return status === undefined || status.state === 'running' || storage.fault() !== undefined ? undefined : status.lastError;
  };
  const parts = [
    { name: 'alerts and acts (wait in memory)', fault: unsaved },
    { name: 'samples', fault: () => storage.fault() },
    { name: 'historian (samples wait on disk)', fault: store, hasOwnAlarm: true },
    { name: 'events (wait in memory)', fault: () => storage.eventLog.fault },
    { name: 'detector state', fault: () => detecting.snapshotFault() },
    { name: 'notifier position', fault: () => alerting.notifying.find(({ unkept }) => unkept !== undefined)?.unkept },
    { name: 'log file (on stderr)', fault: () => logger.fault?.() },
  ];
  return new Keeping(parts, alerting.selfWatch);
}

/** Plays a recording instead. @returns a promise that resolves at its end */
function play({ options, collecting, publish }: Running, alerting: Alerting, detecting: Detecting): Promise<void> {
  const replayed = Promise.withResolvers<void>();
  collecting.start(async (signal) => {
    await options.replay?.play(async (observation) => {
      await publish(observation, signal);
      await detecting.judge(observation);
      alerting.tick();
    }, signal);
    replayed.resolve();
  });
  return replayed.promise;
}

function viewOf({ options, supervisor }: Running, parts: Working & Boards & { readonly meters: Meters }): MonitorView {
  const { config, clock, lab, replay } = options;
  const { latest, devices, journal, meters, alerting, storage } = parts;
  const { learning, budgets, following, unwatched, shadow } = parts.detecting;
  return {
    site: config.site,
    tags: config.tags,
    clock,
    latest,
    alerts: alerting.manager,
    maintenance: alerting.maintenance,
    lab,
    ...(replay === undefined ? {} : { replay: () => replay.status() }),
    lateMs: () => parts.punctuality.now.lateMs,
    devices: () => devices.list(),
    band: (tag) => learning.band(tag),
    learning: () => learning.status(),
    budgets: () => budgets.read(),
    following: () => following.status(),
    unwatched: () => unwatched.read(),
    shadow: () => shadow?.status() ?? idleShadow(config),
    chain: () => [...Object.values(meters).map((meter) => meter.read()), ...alerting.notifying.map(notifierLink)],
    parts: () => supervisor.states(),
    journal: (limit, device) => journal.read(limit, device),
    history: (range, signal) => storage.spool.query(range, signal),
  };
}
