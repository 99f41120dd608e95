import { basename } from 'node:path';
import { AlertPath } from '../alerts/alert-path.ts';
import { newAlert } from '../alerts/compose.ts';
import type { AlertManager } from '../alerts/manager.ts';
import { detectors } from '../../detectors/index.ts';
import { Maintenance } from '../alerts/maintenance.ts';
import { MinorFindings } from '../alerts/minor-findings.ts';
import { Protection } from '../alerts/protection.ts';
import { AlarmRecords } from '../alerts/records/records.ts';
import { defaultShelvingMs } from '../core/alert.ts';
import { zoneText } from '../core/calendar.ts';
import { canaryName } from '../core/canary.ts';
import { consoleActor } from '../core/console-actor.ts';
import type { FindingChange } from '../core/finding.ts';
import type { MinorChange } from '../core/minor.ts';
import { observeEvent } from '../core/observation.ts';
import type { Notifications } from '../notify/index.ts';
import type { Records } from '../notify/records.ts';
import type { Boards } from './boards.ts';
import { watchConfiguration } from './configuration-alarm.ts';
import type { CanaryStage, CanaryWatch } from './canary.ts';
import { FindingIntake } from './finding-intake.ts';
import { startNotifiers, watchCanary } from './notifying.ts';
import { reducedNow } from './reduced.ts';
import type { MonitorRuntime } from './runtime.ts';
import { SelfWatch } from './self-watch.ts';

/** Alert management and notifications. */
export interface Alerting {
  readonly manager: AlertManager;
  readonly maintenance: Maintenance;
  readonly minor: MinorFindings;
  readonly records: AlarmRecords;
  readonly protection: Protection;
  readonly selfWatch: SelfWatch;
  /** Notifiers, each with the streams of records that it also sends. */
  readonly notifying: readonly (Notifications | Records)[];
  readonly canary: CanaryWatch;
  /**
   * Passes findings to the alerts. Never throws: findings that the alerts do not accept are passed again with the next `tick`.
   */
  take(changes: readonly FindingChange[]): void;
  /** Passes the findings of a canary through the alerts, which neither list nor store it. Never throws. */
  takeCanary(changes: readonly FindingChange[]): void;
  /** Passes minor findings to their list, which raises no alerts. Never throws. */
  takeMinor(changes: readonly MinorChange[]): void;
  /** Puts maintenance of an earlier run on the stream once its readers have started. */
  announceMaintenance(): void;
  /** Advances alerts by a second of stream time. Never throws. */
  tick(): void;
}

export function startAlerting(runtime: MonitorRuntime, { latest }: Pick<Boards, 'latest'>): Alerting {
  const { options, collecting, publish, supervisor } = runtime;
  const { config, state, clock } = options;
  const publishMaintenance = (tags: readonly number[], text: string): void => {
    const event = { type: 'maintenance', time: clock.now(), tags, text } as const;
    collecting.start((stop) => supervisor.run('maintenance', (signal) => publish(observeEvent(event), signal), stop));
  };
  const maintenance = new Maintenance({
    store: state.maintenance,
    audit: state.audit,
    keep: state.keep,
    tags: config.tags,
    devices: config.devices.map(({ name }) => name),
    clock,
    timeZone: config.site.timeZone,
    onChange: publishMaintenance,
  });
  const { alerts: store, saving, id: epoch } = state;
  const { tags, alarms: settings } = config;
  const { areas } = config.site;
  const path = new AlertPath({
    store,
    saving,
    clock,
    epoch,
    tags,
    areas,
    latest,
    maintenance,
    settings,
    records: {
      rationalised: (change) => records.rationalised(change),
      returnOf: (record) => records.returnOf(record),
    },
    takesOut: (change) => {
      const isCanary = change.finding.detector === canaryName;
      if (isCanary) probe(change);
      return isCanary;
    },
  });
  const { manager } = path;
  const minor = new MinorFindings({ store: state.minor, clock });
  const intake = new FindingIntake((change) => path.take(change), supervisor.part('alert'));
  const selfWatch = new SelfWatch(clock, (change) => intake.take([change]));
  const records = openRecords(runtime, (sentence) => selfWatch.noteProtection(sentence));
  supervisor.subscribe((status) => selfWatch.notePart(status));
  const protection = new Protection({
    tags,
    devices: config.devices.map(({ name }) => name),
    shiftMs: config.site.shelvingMs,
    secondPerson: config.alarmRecords?.secondPerson ?? false,
    clock,
    maintenance,
    alerts: manager,
  });
  const zone = zoneText(config.site.timeZone);
  const noteReduced = (): void =>
    selfWatch.setReduced(
      reducedNow({
        zone,
        shiftMs: config.site.shelvingMs ?? defaultShelvingMs,
        maintenance: maintenance.open(),
        alerts: manager.open(),
        configuration: options.configuration?.open(),
        reference: options.reference?.current(),
      }),
    );
  const passCanary = (stage: CanaryStage, at: number): void => canary.passed(stage, at);
  const notifying = startNotifiers(runtime, manager, passCanary);
  const canary = watchCanary(runtime, selfWatch, notifying);
  const probe = (change: FindingChange): void => {
    newAlert(canaryName, { incident: canaryName }, change.finding, clock.now(), tags);
    // a canary passes when alerts before it are stored, or are published without being stored
    void saving.settled().then(() => canary.alerted(change));
  };
  // after the notifiers, so that they send these alarms
  options.damages?.subscribe((damage) => selfWatch.noteDamage(damage));
  if (options.lastEnd !== undefined) selfWatch.report('monitor-ended', options.lastEnd);
  watchConfiguration(options.configuration, manager, selfWatch);
  const { alarmRecords } = config;
  records.follow(alarmRecords?.records ?? [], consoleActor(), basename(alarmRecords?.file ?? config.file));
  return {
    manager,
    maintenance,
    minor,
    records,
    protection,
    selfWatch,
    notifying: notifying.flatMap(({ notifications, records }) => [notifications, ...records]),
    canary,
    take: (changes) => intake.take(path.prepared(changes)),
    takeCanary: (changes) => {
      // each thread reports one
      const begun = changes.find(({ change }) => change === 'begin');
      if (begun === undefined) return;
      canary.passed('detect', begun.finding.beganAt);
      intake.take([begun]);
    },
    takeMinor: (changes) => intake.attempt(() => minor.take(changes)),
    announceMaintenance: () => {
      if (maintenance.tags().length > 0) publishMaintenance(maintenance.tags(), 'maintenance continues');
    },
    tick: () =>
      intake.attempt(() => {
        // begins and ends of maintenance are on the stream in time, also if nobody reads them
        noteReduced();
        path.tick();
        minor.tick();
      }),
  };
}

function openRecords({ options }: MonitorRuntime, onWeakened: (sentence: string) => void): AlarmRecords {
  const { config, state, clock } = options;
  const { areas } = config.site;
  return new AlarmRecords({
    store: state.alarmRecords,
    audit: state.audit,
    clock,
    tags: config.tags,
    plant: {
      detectors: detectors.map(({ type }) => type),
      equipment: areas.flatMap(({ equipment }) => equipment.map(({ id }) => id)),
      areas: areas.map(({ id }) => id),
      devices: config.devices.map(({ name }) => name),
    },
    stated: detectors.filter(({ threshold }) => threshold === 'stated').map(({ type }) => type),
    secondPerson: config.alarmRecords?.secondPerson ?? false,
    onWeakened,
  });
}
