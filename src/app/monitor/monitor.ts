import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AlertDesk } from '../../alerts/desk.ts';
import { Maintenance } from '../../alerts/maintenance.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { forEachAtOnce } from '../../core/each.ts';
import { toScadaError } from '../../core/errors.ts';
import type { FindingChange } from '../../core/finding.ts';
import type { LabControl } from '../../core/lab.ts';
import type { FollowedThreshold, MonitorView } from '../../core/monitor.ts';
import { type Observation, observeEvent } from '../../core/observation.ts';
import { type Logger, Metrics, type PluginContext } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { TaskScope } from '../../core/scope.ts';
import type { StateStore } from '../../core/state.ts';
import { EventLog } from '../../pipeline/event-log/index.ts';
import { Journal } from '../../pipeline/journal/index.ts';
import { LatestTable } from '../../pipeline/latest.ts';
import { Notifications } from '../../pipeline/notify/index.ts';
import { createSpool } from '../../pipeline/spool/index.ts';
import { ObservationStream } from '../../pipeline/stream.ts';
import { eventsFolder, historyFolder } from '../data-folder.ts';
import { baselineId } from '../detection/baseline.ts';
import type { Baseline, BaselineChange } from '../detection/messages.ts';
import { planDetection } from '../detection/plan.ts';
import { DetectionPool } from '../detection/pool.ts';
import { workersFor } from '../detection/shards.ts';
import type { ReplayPlayer } from '../replay/player.ts';
import { BudgetBoard } from './budgets.ts';
import { LinkMeter, notifierLink } from './chain.ts';
import { collectDevices, keepTime } from './collect.ts';
import { DeviceBoard } from './devices.ts';
import { FollowingBoard } from './following.ts';
import { LearningBoard } from './learning.ts';
import { boundGarbage } from '../memory.ts';
import { SelfWatch } from './self-watch.ts';
import { idleShadow, Shadow } from '../shadow/shadow.ts';
import { readSnapshot, startFrom, writeSnapshot } from './snapshot.ts';

/** Observations that may wait for one reader of the stream. */
const streamBound = 1_024;
/** Batches that may be on their way to the historian: it commits them together. */
const writesAtOnce = 256;
/**
 * How long detectors and historian let observations gather, ms of wall time: far below what anybody notices, and each of them is
 * then woken 20 times a second at most, however many devices there are.
 */
const gatherMs = 50;
/** How often the detectors' state is put on disk, ms of wall time. */
const snapshotEveryMs = 30_000;
/** A check sample that is not back after this long makes detection late, ms of wall time. */
const patienceMs = 10_000;

export interface MonitorOptions {
  readonly config: MonitorConfig;
  readonly dataDir: string;
  readonly state: StateStore;
  /** Time of the site: plant time in the lab. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly seed: number;
  /** One that fits the configuration's detection plan. */
  readonly baseline?: Baseline | undefined;
  /** When that was learned, ms UTC; now if not given. */
  readonly learnedAt?: number | undefined;
  readonly lab?: LabControl | undefined;
  /** Played instead of collecting from devices; its clock is the site's. */
  readonly replay?: ReplayPlayer | undefined;
  /** Sees every observation as it comes onto the stream. */
  readonly onObservation?: ((observation: Observation) => void) | undefined;
  /** Hears of every finding, after the alerts have it. */
  readonly onFindings?: ((changes: readonly FindingChange[]) => void) | undefined;
}

/** Everything between the devices and the alerts, running. */
export interface Monitor extends AsyncDisposable {
  readonly view: MonitorView;
  readonly learning: LearningBoard;
  /** Judges by another baseline from now on; open findings end where it was learned anew, and go on where people reviewed the old one. */
  useBaseline(baseline: Baseline, change: BaselineChange): Promise<void>;
  /** Resolves when a replayed recording is over; never where devices are collected. */
  readonly ended: Promise<void>;
  /** Rejects with what made a part of it fail for good. */
  readonly done: Promise<void>;
}

/** Wires collectors, stream, historian, detectors and alerts. */
export async function startMonitor(options: MonitorOptions): Promise<Monitor> {
  const { config, dataDir, state, clock, logger } = options;
  boundGarbage();
  const wall = systemClock;
  const context: PluginContext = { logger, clock, random: new Random(options.seed), metrics: new Metrics() };
  await using cleanup = new AsyncDisposableStack();

  const stream = new ObservationStream(streamBound);
  const latest = new LatestTable(config.tags.size);
  const devices = new DeviceBoard(config.devices, config.tags, clock.now());
  const journal = new Journal((tag) => config.tags.at(tag).name);
  const collecting = new TaskScope();
  const maintenance = new Maintenance({
    store: state.maintenance,
    audit: state.audit,
    tags: config.tags,
    devices: config.devices.map(({ name }) => name),
    clock,
    onChange: (tags, text) => tellMaintenance(tags, text),
  });
  const tellMaintenance = (tags: readonly number[], text: string): void => {
    const event = { type: 'maintenance', time: clock.now(), tags, text } as const;
    collecting.start(async (signal) => stream.publish(observeEvent(event), signal));
  };
  const desk = new AlertDesk({ store: state.alerts, clock, epoch: state.id, tags: config.tags, maintenance });
  let lost = 0;
  const queueOf = (name: string) => () => stream.stats().find((queue) => queue.name === name);

  const { plugin, config: settings } = config.historian;
  const historian = await plugin.create(settings, { tags: config.tags, dataDir: join(dataDir, historyFolder) }, context);
  const spool = cleanup.use(await createSpool({ historian, tags: config.tags, dir: join(dataDir, 'spool'), context }));

  const { replay } = options;
  const clocks = replay === undefined ? { site: clock, machine: wall, run: randomUUID() } : undefined;
  const eventLog = cleanup.use(await EventLog.open({ dir: join(dataDir, eventsFolder), tags: config.tags, logger, clocks }));

  const plan = planDetection(config);
  const learning = new LearningBoard(config.tags, plan);
  const { baseline } = options;
  const budgets = new BudgetBoard({ site: config.site, budgetPerDay: config.budgetPerDay, alerts: state.alerts, clock, wall });
  const following = new FollowingBoard(state.baselines, clock);
  if (baseline !== undefined) {
    learning.ready(baseline);
    budgets.use(baseline.calibration, options.learnedAt ?? clock.now());
  }
  const meters = {
    collectors: new LinkMeter('collectors', wall),
    detectors: new LinkMeter('detectors', wall, queueOf('detectors')),
    historian: new LinkMeter('historian', wall, () => spool.queue()),
    events: new LinkMeter('event log', wall, queueOf('event log')),
    alerts: new LinkMeter('alerts', wall),
  };
  const onFindings = (changes: readonly FindingChange[]): void => {
    for (const change of changes) desk.take(change);
    shadow?.heard(changes);
    options.onFindings?.(changes);
    meters.alerts.count(changes.length, wall.monotonic());
  };
  const shadow = await Shadow.start({ config, dataDir, baselines: state.baselines, clock, logger });
  if (shadow !== undefined) {
    cleanup.use(shadow);
    stream.tap((observation) => shadow.offer(observation));
  }
  const selfWatch = new SelfWatch(clock, (change) => desk.take(change));
  const snapshotFile = join(dataDir, 'detection.snapshot');
  const kept = baseline === undefined ? undefined : await readSnapshot(snapshotFile, baselineId(baseline), logger);
  const workers = config.workers ?? workersFor(plan, availableParallelism());
  const followed = baseline === undefined ? [] : following.use(baseline.calibration);
  const onFollowed = (thresholds: readonly FollowedThreshold[]): void => following.take(thresholds);
  const detection = cleanup.use(
    await startFrom(kept, logger, async (snapshot) =>
      DetectionPool.start({ plan, workers, baseline, snapshot, followed, onFindings, onFollowed }),
    ),
  );
  let current = baseline;
  const saveSnapshot = async (): Promise<void> => {
    if (current !== undefined) await writeSnapshot(snapshotFile, baselineId(current), await detection.snapshot());
    await shadow?.save();
  };

  if (options.onObservation !== undefined) stream.tap(options.onObservation);
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
  const notifying = config.notifiers.map(({ plugin: channel, config: own }, i) => {
    const name = `${channel.type}-${i + 1}`;
    const dir = join(dataDir, 'notify', name);
    return cleanup.use(
      new Notifications({ name, notifier: channel.create(own, context), feed: desk, store: state.alerts, dir, context }),
    );
  });
  const toHistorian = stream.read('historian');
  const toEventLog = stream.read('event log');

  const readers = new TaskScope();
  const gather = (): Promise<void> => wall.sleep(gatherMs);
  const publish = async (observation: Observation, signal: AbortSignal): Promise<void> => stream.publish(observation, signal);
  const replayed = Promise.withResolvers<void>();
  if (replay === undefined) {
    collectDevices({ config, dataDir, context, publish, scope: collecting });
    collecting.start(async (signal) => {
      await keepTime({ clock, wall, publish }, signal, () => {
        desk.tick();
        selfWatch.set('detection-late', detection.waitingMs(wall) > patienceMs);
        selfWatch.set('samples-dropped', spool.queue().dropped + lost > 0);
        selfWatch.set('events-lost', eventLog.lost > 0);
      });
    });
    const toDetectors = stream.read('detectors');
    readers.start(async () => {
      for await (const observation of toDetectors.inBursts(gather)) {
        await detection.observe(observation);
        if (observation.kind === 'batch') meters.detectors.count(observation.batch.length, observation.monotonic);
      }
    });
  } else {
    collecting.start(async (signal) => {
      await replay.play(async (observation) => {
        await publish(observation, signal);
        await detection.judge(observation);
        desk.tick();
      }, signal);
      replayed.resolve();
    });
  }
  collecting.start(async (signal) => {
    for (;;) {
      await wall.sleep(snapshotEveryMs, signal);
      await saveSnapshot();
    }
  });
  readers.start(async (signal) => {
    await forEachAtOnce(toHistorian.inBursts(gather), writesAtOnce, async (observation) => {
      if (observation.kind !== 'batch') return;
      try {
        await spool.write(observation.batch, signal);
        meters.historian.count(observation.batch.length, observation.monotonic);
      } catch (thrown) {
        // neither store nor disk takes this batch: the rest of the monitor goes on, and the loss is counted and an alarm
        lost++;
        meters.historian.fail(toScadaError(thrown).message);
        logger.error('a batch could not be kept', { error: toScadaError(thrown).message });
      }
    });
  });

  readers.start(async () => {
    for await (const observation of toEventLog) {
      const { lost: before } = eventLog;
      await eventLog.take(observation);
      if (eventLog.lost > before) meters.events.fail(eventLog.lastError ?? '');
      if (observation.kind === 'event' && observation.event.type !== 'tick') meters.events.count(1, Number.NaN);
    }
  });

  if (maintenance.tags().length > 0) tellMaintenance(maintenance.tags(), 'maintenance goes on');

  const view: MonitorView = {
    site: config.site,
    tags: config.tags,
    clock,
    latest,
    alerts: desk,
    maintenance,
    lab: options.lab,
    ...(replay === undefined ? {} : { replay: () => replay.status() }),
    devices: () => devices.list(),
    band: (tag) => learning.band(tag),
    learning: () => learning.status(),
    budgets: () => budgets.read(),
    following: () => following.status(),
    shadow: () => shadow?.status() ?? idleShadow(config),
    chain: () => [...Object.values(meters).map((meter) => meter.read()), ...notifying.map(notifierLink)],
    journal: (limit, device) => journal.read(limit, device),
    history: (range, signal) => spool.query(range, signal),
  };

  /** Collectors first, then what they left on the stream, then the stores: no sample is lost on the way. */
  const shutDown = async (resources: AsyncDisposableStack): Promise<void> => {
    await collecting[Symbol.asyncDispose]();
    stream.close();
    await readers.join();
    await saveSnapshot();
    await resources.disposeAsync();
  };
  const resources = cleanup.move();
  let stopped: Promise<void> | undefined;
  return {
    view,
    learning,
    useBaseline: async (next, change) => {
      await detection.useBaseline(next, change, following.use(next.calibration));
      current = next;
      learning.ready(next);
      budgets.use(next.calibration, clock.now());
    },
    ended: replayed.promise,
    done: Promise.all([collecting.join(), readers.join()]).then(() => {}),
    [Symbol.asyncDispose]: () => (stopped ??= shutDown(resources)),
  };
}
