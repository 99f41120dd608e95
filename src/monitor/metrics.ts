import type { Metric, MetricSample } from '../core/metrics.ts';
import type { Observation } from '../core/observation.ts';
import type { Boards } from './boards.ts';
import type { MonitorParts } from './parts.ts';
import type { MonitorRuntime } from './runtime.ts';

type Definition = Omit<Metric, 'type'>;
const counter = (name: string, help: string, ...labels: readonly string[]): Metric => ({
  type: 'counter',
  ...of(name, help, labels),
});
const gauge = (name: string, help: string, ...labels: readonly string[]): Metric => ({
  type: 'gauge',
  ...of(name, help, labels),
});
const of = (name: string, help: string, labels: readonly string[]): Definition => ({ name: `scadawatch_${name}`, help, labels });

const samples = counter('samples_total', 'Samples that the device delivered.', 'device');
const requests = counter('device_requests_total', 'Requests to the device.', 'device');
const errors = counter('device_request_errors_total', 'Requests to the device that failed.', 'device');
const bytes = counter('device_traffic_bytes_total', 'Bytes from and to the device.', 'device');
const pollFailures = counter('poll_failures_total', 'Polls that brought no samples.', 'device');
const up = gauge('device_up', '1 while the device answers.', 'device');
const raised = counter('alerts_raised_total', 'Alerts raised, by priority.', 'priority');
const open = gauge('alerts_open', 'Alerts that are not in the normal state, by priority.', 'priority');
const minorBegun = counter('minor_findings_total', 'Minor findings that have begun.');
const minorOpen = gauge('minor_findings_open', 'Minor findings that have not ended.');
const queueLength = gauge('queue_length', 'Items that wait in the queue.', 'queue');
const queueBound = gauge('queue_bound', 'Items that may wait in the queue.', 'queue');
const queueDropped = counter('queue_dropped_total', 'Items that the queue dropped or the receiver refused.', 'queue');
const spoolBytes = gauge('spool_bytes', 'Samples on disk that wait for the historian.');
const spoolBound = gauge('spool_bound_bytes', 'Largest size of the spool.');
const spoolDropped = counter('spool_dropped_batches_total', 'Batches beyond the bound of the spool or refused by the historian.');
const batchesLost = counter('lost_batches_total', 'Batches that neither historian nor disk accepted.');
const eventsLost = counter('lost_events_total', 'Events that could not be written to the event log.');
const detectionLag = gauge('detection_lag_seconds', 'Age of the oldest observation that waits for the detectors.');
const notJudged = counter('samples_not_judged_total', 'Samples that the detectors did not judge because of their time.');
const ranBack = counter('source_times_back_total', 'Samples whose source time was before that of the last one of their tag.');
const clockAhead = gauge(
  'stream_time_ahead_seconds',
  'Stream time of the detectors minus the clock, which was set since the start.',
);
const late = gauge('late_seconds', 'Delay of the monitor, site time.');
const partRunning = gauge('part_running', '1 while the supervised part runs.', 'part');
const partRestarts = counter('part_restarts_total', 'Failures of the supervised part.', 'part');

const undelivered: Metric = {
  type: 'gauge',
  name: 'scadawatch_notifications_undelivered',
  help: 'Changes of alerts that a receiver has refused. They are sent again until it takes them.',
  labels: ['notifier'],
};

const priorities = ['1', '2', '3', 'A'] as const;

/** Counts what devices deliver, and observes queues, losses, delays, alerts and parts. */
export function measureMonitor(runtime: MonitorRuntime, parts: MonitorParts, { devices }: Pick<Boards, 'devices'>): void {
  const { options, context, stream, supervisor } = runtime;
  const { metrics } = context;
  const { alerting, detection, storage } = parts;
  const names = options.config.devices.map(({ name }) => name);
  for (const device of names)
    for (const metric of [samples, requests, errors, bytes, pollFailures]) metrics.add(metric, 0, { device });
  stream.tap((observation) => count(observation, runtime));
  metrics.observe(up, () =>
    devices.list().map(({ name, state }) => ({ labels: { device: name }, value: state === 'up' ? 1 : 0 })),
  );

  for (const priority of priorities) metrics.add(raised, 0, { priority });
  alerting.manager.subscribe(({ kind, alert }) => {
    if (kind === 'raised') metrics.add(raised, 1, { priority: String(alert.priority) });
  });
  metrics.observe(open, () => {
    const all = Map.groupBy(alerting.manager.open(), ({ priority }) => String(priority));
    return priorities.map((priority) => ({ labels: { priority }, value: all.get(priority)?.length ?? 0 }));
  });

  metrics.observe(minorBegun, () => [{ value: alerting.minor.begun }]);
  metrics.observe(minorOpen, () => [{ value: alerting.minor.open().length }]);

  const queues = () => [...stream.stats(), ...alerting.notifying.map((notifier) => notifier.queue())];
  const ofQueues = (field: 'used' | 'bound' | 'dropped') => (): MetricSample[] =>
    queues().map((queue) => ({ labels: { queue: queue.name }, value: queue[field] }));
  metrics.observe(queueLength, ofQueues('used'));
  metrics.observe(queueBound, ofQueues('bound'));
  metrics.observe(queueDropped, ofQueues('dropped'));
  metrics.observe(undelivered, () =>
    alerting.notifying.map(({ name, undelivered: { changes } }) => ({ labels: { notifier: name }, value: changes })),
  );
  metrics.observe(spoolBytes, () => [{ value: storage.spool.queue().used }]);
  metrics.observe(spoolBound, () => [{ value: storage.spool.queue().bound }]);
  metrics.observe(spoolDropped, () => [{ value: storage.spool.queue().dropped }]);
  metrics.observe(batchesLost, () => [{ value: storage.lost() }]);
  metrics.observe(eventsLost, () => [{ value: storage.eventLog.lost }]);
  metrics.observe(detectionLag, () => [{ value: detection.waitingMs() / 1000 }]);
  metrics.observe(notJudged, () => [{ value: detection.dropped() }]);
  metrics.observe(ranBack, () => [{ value: runtime.streamTime.ranBack }]);
  metrics.observe(clockAhead, () => [{ value: runtime.streamTime.aheadMs / 1000 }]);
  metrics.observe(late, () => [{ value: detection.punctuality.now.lateMs / 1000 }]);

  metrics.observe(partRunning, () =>
    supervisor.states().map(({ name, state }) => ({ labels: { part: name }, value: state === 'running' ? 1 : 0 })),
  );
  metrics.observe(partRestarts, () =>
    supervisor.states().map(({ name, restarts }) => ({ labels: { part: name }, value: restarts })),
  );
}

function count(observation: Observation, { context: { metrics } }: MonitorRuntime): void {
  if (observation.kind === 'batch') {
    metrics.add(samples, observation.batch.length, { device: observation.batch.device });
    return;
  }
  if (observation.kind !== 'event') return;
  const { event } = observation;
  if (event.type === 'poll-failed') metrics.add(pollFailures, 1, { device: event.device });
  // an event without an interval reports no requests
  if (event.type !== 'device-health' || event.intervalMs === 0) return;
  const labels = { device: event.device };
  metrics.add(requests, event.requests, labels);
  metrics.add(errors, event.errors, labels);
  metrics.add(bytes, event.bytes, labels);
}
