import { Keeping } from './keeping.ts';
import { PartReports } from './part-reports.ts';
import type { MonitorParts } from './parts.ts';
import type { MonitorRuntime } from './runtime.ts';

/** A check sample that is not back after this long makes detection late, ms of wall time. */
const patienceMs = 10_000;
/** For how long a historian or a receiver of notifications may be away before that is an alarm, ms of wall time. */
const awayMs = 60_000;
/** How often the parts are checked, ms of wall time. */
const checkEveryMs = 1_000;

/** Raises or ends the alarms of a late monitor. To be called once a tick. */
export function checkPunctuality({ alerting, detection }: Pick<MonitorParts, 'alerting' | 'detection'>): void {
  const { selfWatch } = alerting;
  const { punctuality } = detection;
  const isStuck = detection.waitingMs() > patienceMs;
  selfWatch.set('detection-late', isStuck);
  // detection that is stuck makes the monitor late as well, which is stated once
  selfWatch.set('monitor-late', !isStuck && punctuality.isAlarm(selfWatch.has('monitor-late')), punctuality.words());
}

/** Starts the task that checks the readers of the stream and the parts that no supervisor restarts. */
export function watchParts(runtime: MonitorRuntime, parts: MonitorParts): void {
  const { wall, stream, supervisor, collecting } = runtime;
  const reports = new PartReports(supervisor, wall);
  const keeping = keepingOf(runtime, parts);
  const watch = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await wall.sleep(checkEveryMs, signal);
      stream.checkReaders(wall.monotonic());
      noteParts(reports, runtime, parts);
      keeping.check();
    }
  };
  collecting.start((stop) => supervisor.run('stream', watch, stop));
}

/** Reports the parts that restart by themselves and are no tasks of the supervisor. */
function noteParts(reports: PartReports, { options }: MonitorRuntime, { alerting, storage }: MonitorParts): void {
  reports.note('state', unsaved(options.state.saving), 0);
  reports.note('store', storage.spool.lastError, awayMs);
  for (const notifier of alerting.notifying) reports.note(notifier.queue().name, notifier.lastError, awayMs);
}

/** Everything that must reach the disk, in the words of the alarm. */
function keepingOf({ options, supervisor }: MonitorRuntime, { alerting, detection, storage }: MonitorParts): Keeping {
  const { state, logger } = options;
  const store = (): string | undefined => {
    const status = supervisor.states().find(({ name }) => name === 'store');
    // samples that are lost do not wait
    return status === undefined || status.state === 'running' || storage.fault() !== undefined ? undefined : status.lastError;
  };
  const parts = [
    { name: 'alerts and acts (wait in memory)', fault: () => unsaved(state.saving) },
    { name: 'samples', fault: () => storage.fault() },
    { name: 'historian (samples wait on disk)', fault: store, hasOwnAlarm: true },
    { name: 'events (wait in memory)', fault: () => storage.eventLog.fault },
    { name: 'detector state', fault: () => detection.saver.fault() },
    { name: 'notifier position', fault: () => alerting.notifying.find(({ unkept }) => unkept !== undefined)?.unkept },
    { name: 'log file (on stderr)', fault: () => logger.fault?.() },
  ];
  return new Keeping(parts, alerting.selfWatch);
}

/** The reason that state.db cannot be written; undefined while it can. */
function unsaved(saving: MonitorRuntime['options']['state']['saving']): string | undefined {
  const { state, reason } = saving.status();
  return state === 'failing' ? reason : undefined;
}
