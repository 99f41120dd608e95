import { join } from 'node:path';
import { Annotations } from '../alerts/annotations.ts';
import { alarmReport } from '../alerts/report/index.ts';
import { Shift } from '../alerts/report/shift.ts';
import type { MonitorView } from '../core/monitor.ts';
import { eventsFolder, packetsFolder } from '../data-directory/folders.ts';
import { readPackets } from '../storage/packets/index.ts';
import type { Boards } from './boards.ts';
import { type Meters, notifierLink } from './chain.ts';
import type { MonitorParts } from './parts.ts';
import { withMaintenance } from './lab-maintenance.ts';
import { withRestart } from './plant-reset.ts';
import type { MonitorRuntime } from './runtime.ts';
import { ReferenceBoard } from './reference/board.ts';
import { idleShadow } from './shadow/shadow.ts';
import { readTraffic } from './traffic.ts';

/** The dashboard's view of the monitor. */
export function viewOf(
  { options, supervisor, wall }: MonitorRuntime,
  parts: MonitorParts & Boards & { readonly meters: Meters },
): MonitorView {
  const { config, configuration, reference, clock, dataDir, lab, replay, state } = options;
  const pause = async (): Promise<void> => await wall.sleep(0);
  const { latest, devices, journal, conversations, meters, feeds, alerting, detection, storage } = parts;
  const { learning, budgets, following, unwatched, limits } = detection.baseline;
  const { manager, maintenance, minor } = alerting;
  const shift = new Shift({
    store: state.shifts,
    audit: state.audit,
    site: config.site,
    clock,
    alerts: () => manager.open(),
    maintenance: () => maintenance.open(),
  });
  return {
    site: config.site,
    tags: config.tags,
    clock,
    latest,
    alerts: manager,
    minor,
    maintenance,
    shift,
    alarmRecords: alerting.records,
    configuration,
    ...(reference === undefined
      ? {}
      : {
          reference: new ReferenceBoard({
            references: reference,
            tags: config.tags,
            latest,
            alerts: manager,
            events: join(dataDir, eventsFolder),
          }),
        }),
    mimics: config.mimics?.drawings ?? [],
    annotations: new Annotations({ store: state.annotations, keep: state.keep, clock }),
    lab: lab && withRestart(withMaintenance(lab, maintenance, clock), (reset) => detection.restartAfter(reset)),
    ...(replay === undefined ? {} : { replay: () => replay.status() }),
    lateMs: () => detection.punctuality.now.lateMs,
    devices: () => devices.list(),
    assets: () => ({ assets: devices.assets(), ...conversations.list() }),
    band: (tag) => learning.band(tag),
    learning: () => learning.status(),
    budgets: () => budgets.read(),
    following: () => following.status(),
    unwatched: () => unwatched.read(),
    detectionLimits: () => limits.read(),
    shadow: () => detection.shadow?.status() ?? idleShadow(config),
    chain: () => [...Object.values(meters).map((meter) => meter.read()), ...alerting.notifying.map(notifierLink)],
    parts: () => supervisor.states(),
    journal: (limit, device) => journal.read(limit, device),
    report: async (query) => await alarmReport({ state, site: config.site, clock, pause }, query),
    feeds: () => feeds.status(),
    traffic: (query, signal) => readTraffic(join(dataDir, eventsFolder), query, signal),
    packets: async (query, signal) => {
      await parts.packets?.flush(clock.now());
      return await readPackets(join(dataDir, packetsFolder), query, signal);
    },
    history: (range, signal) => storage.spool.query(range, signal),
  };
}
