import { join } from 'node:path';
import type { AlertManager } from '../alerts/manager.ts';
import type { NotifierConfig } from '../config/configured.ts';
import type { MonitorConfig } from '../config/resolve.ts';
import { type Alert, type AlertChange, needsAcknowledgement, type Place, type SentChange } from '../core/alert.ts';
import { ScadaError } from '../core/errors.ts';
import type { Metric } from '../core/metrics.ts';
import type { Notifier, NotifierPlugin } from '../core/notifier.ts';
import { byRole, shownChange } from '../core/shown.ts';
import { type Destined, unrouted } from '../notify/coverage.ts';
import { checkDestinations, destinationsOf } from '../notify/destinations.ts';
import { Notifications } from '../notify/index.ts';
import { privately } from '../notify/privacy.ts';
import type { Records } from '../notify/records.ts';
import { eventLoopTurns } from '../notify/turns.ts';
import { notifiers as shipped } from '../notifiers/index.ts';
import { endpointsOf } from '../siem/index.ts';
import { addressOf } from '../config/device-address.ts';
import { type CanaryStage, CanaryWatch } from './canary.ts';
import { IncidentClients } from './incident-clients.ts';
import { NotifierThread } from './notifier-thread/thread.ts';
import { startRecords } from './records.ts';
import type { MonitorRuntime } from './runtime.ts';
import type { SelfFault, SelfWatch } from './self-watch.ts';

const withoutNotifier: Metric = {
  type: 'counter',
  name: 'scadawatch_alerts_unrouted_total',
  help: 'Alerts raised that no notifier receives by its configuration.',
};

/** A started notifier. */
export interface Notifying {
  readonly notifications: Notifications;
  /** Streams of records that it also sends. */
  readonly records: readonly Records[];
  /** True if it sends canaries. */
  readonly hasCanary: boolean;
}

/** Name of a notifier: its type and its place in the list. */
export const notifierName = ({ type }: Pick<NotifierPlugin, 'type'>, index: number): string => `${type}-${index + 1}`;

/**
 * Creates a notifier of the configuration, which sends nothing by itself.
 * @param index its place in the list
 * @throws ScadaError CONFIG_INVALID if it would reach a destination that is not allowed, or has settings that have no effect
 */
export function openNotifier({ notifiers, destinations }: MonitorConfig, index: number): Destined {
  const { plugin, config, settings = {} } = notifiers[index] as NotifierConfig;
  const name = notifierName(plugin, index);
  checkDestinations(name, destinationsOf(plugin, config), destinations);
  const notifier = plugin.create(config);
  const refuse = (setting: string, why: string): never => {
    throw new ScadaError('config', 'CONFIG_INVALID', `notifier ${name}: ${setting} has no effect`, { hint: why });
  };
  const isProgram = notifier.notifyAll !== undefined;
  if (isProgram && settings.remindMs !== undefined)
    refuse('remind', 'remove it: the receiver is a program, which repeats by itself');
  if (isProgram && settings.group !== undefined) refuse('group', 'remove it: the receiver is a program, which groups by itself');
  if (isProgram && settings.updatesMs !== undefined)
    refuse('updates', 'remove it: the receiver is a program, which gets each change');
  return { notifier, settings };
}

/** Classes of alerts that no notifier receives, as sentences; none if there is no notifier. */
export const unroutedAlerts = ({ site: { areas } }: MonitorConfig, destined: readonly Destined[]): readonly string[] =>
  destined.length === 0
    ? []
    : unrouted(
        destined,
        areas.map(({ id }) => id),
      );

/**
 * Starts the configured notifiers.
 * @param passed called when the receiver of a notifier has a canary
 * @throws ScadaError CONFIG_INVALID as `openNotifier`
 */
export function startNotifiers(
  runtime: MonitorRuntime,
  manager: AlertManager,
  passed: (stage: CanaryStage, at: number) => void,
): readonly Notifying[] {
  const { options, context, use, wall } = runtime;
  const { config, dataDir, state, naming = byRole, addressPseudonym = () => '[hidden]' } = options;
  // the position of a notifier is valid across restarts, even if a part of the stream was not saved
  const feed = {
    epoch: state.id,
    get sequence() {
      return manager.sequence;
    },
    subscribe: manager.subscribe.bind(manager),
    open: manager.open.bind(manager),
  };
  // changes in memory are not read and decoded again by each notifier
  const store = {
    changesAfter: async (sequence: number, limit: number) =>
      manager.changesAfter(sequence, limit) ?? (await state.alerts.changesAfter(sequence, limit)),
    changesOf: state.alerts.changesOf.bind(state.alerts),
  };
  const placeOf = placesOf(config);
  const { alerts, recent } = state.alerts.open();
  const clients = new IncidentClients(feed, [...alerts, ...recent.map(({ alert }) => alert)]);
  const opened = openNotifiers(runtime);
  const turn = eventLoopTurns();
  const acknowledge = (id: string, user: string): void => manager.acknowledge(id, { role: 'operator', user });
  const started = config.notifiers.map(({ plugin, settings = {} }, index): Notifying => {
    const name = notifierName(plugin, index);
    const notifier = opened[index] as Notifier;
    const hidden = privately(settings.privacy, addressPseudonym);
    const notifications = new Notifications({
      name,
      notifier,
      feed,
      store,
      dir: join(dataDir, 'notify', name),
      context,
      settings,
      timeZone: config.site.timeZone,
      clock: wall,
      turn,
      shown: (change) => {
        const incidentClients = clients.of(change.alert);
        const sent: SentChange = {
          ...shownChange(change, naming),
          place: placeOf(change.alert),
          ...(incidentClients.length === 0 ? {} : { incidentClients }),
        };
        return hidden(sent);
      },
      acknowledge,
      onCanary: ({ time }) => passed(`notify ${name}`, time),
    });
    const records = startRecords(runtime, notifier, use(`notifier ${name}`, notifications), settings);
    return { notifications, records, hasCanary: settings.canary !== false };
  });
  if (started.length > 0) stateUnrouted({ options, context }, manager, started);
  return started;
}

/** The notifiers of the configuration in order. They send in a thread of their own; those that are not shipped, in this one. */
function openNotifiers({ options: { config }, wall, supervisor, collecting, use }: MonitorRuntime): readonly Notifier[] {
  const local = config.notifiers.map((_, index) => openNotifier(config, index).notifier);
  const threaded = config.notifiers.map(({ plugin, config: own }) =>
    shipped.includes(plugin) ? { type: plugin.type, config: own } : undefined,
  );
  if (threaded.every((one) => one === undefined)) return local;
  const thread = use('thread of the notifiers', new NotifierThread(threaded));
  collecting.start((stop) =>
    supervisor.run('notifiers', (signal) => thread.watch(wall, supervisor.part('notifiers'), signal), stop),
  );
  return local.map((notifier, index) => (threaded[index] === undefined ? notifier : thread.notifier(index, notifier)));
}

/** Finds where an alert is, for receivers that do not know the site. */
function placesOf({ site, devices, tags }: MonitorConfig): (alert: Alert) => Place {
  const endpoints = endpointsOf(devices.map(({ name, config }) => ({ name, address: addressOf(config) })));
  return ({ device, tags: [first = ''] }) => {
    const index = device === undefined ? tags.indexOf(first) : undefined;
    const name = device ?? (index === undefined ? undefined : tags.tags[index]?.device);
    return { site: site.name, device: name, ...(name === undefined ? {} : endpoints.get(name)) };
  };
}

/** States which alerts no notifier receives: the classes in the log, the alerts as a metric. */
function stateUnrouted(
  { options: { config }, context }: Pick<MonitorRuntime, 'options' | 'context'>,
  manager: AlertManager,
  started: readonly Notifying[],
): void {
  const destined = started.map(({ notifications }) => notifications.destined);
  for (const sentence of unroutedAlerts(config, destined)) context.logger.info(sentence);
  context.metrics.add(withoutNotifier, 0);
  const isRouted = (change: AlertChange): boolean => started.some(({ notifications }) => notifications.takes(change));
  manager.subscribe((change) => {
    if (change.kind === 'raised' && needsAcknowledgement(change.alert.state) && !isRouted(change))
      context.metrics.add(withoutNotifier, 1);
  });
}

/** Alarms that already report a stage. */
const explaining: Readonly<Record<'collect' | 'detect' | 'alert', readonly SelfFault[]>> = {
  collect: ['monitor-late', 'detection-late'],
  detect: ['detection-stopped', 'detection-late', 'monitor-late'],
  alert: ['alerting-stopped', 'not-kept'],
};

/** Follows canaries to the notifiers that send them. */
export function watchCanary(
  { context, wall, options: { logger, clock } }: MonitorRuntime,
  selfWatch: SelfWatch,
  notifying: readonly Notifying[],
): CanaryWatch {
  const receivers = notifying.flatMap(({ notifications, hasCanary }) => (hasCanary ? [notifications] : []));
  const isExplained = (stage: CanaryStage): boolean => {
    if (stage === 'collect' || stage === 'detect' || stage === 'alert')
      return explaining[stage].some((fault) => selfWatch.has(fault));
    return receivers.find(({ name }) => stage === `notify ${name}`)?.fault !== undefined;
  };
  const report = (stage: CanaryStage, isLost: boolean): void => {
    // the alarm itself cannot be raised while the stage of the alerts fails
    if (isLost) logger.error(`canaries do not pass the stage ${stage}: alerts may not arrive`);
    selfWatch.set('canary-lost', isLost, { of: stage });
  };
  return new CanaryWatch({ wall, site: clock, metrics: context.metrics, receivers, isExplained, report });
}
