import { zoneText } from '../core/calendar.ts';
import { checkEveryMs, partDeadlines } from '../core/part-deadlines.ts';
import { DroppedSamples } from './dropped-samples.ts';
import { fileWrites } from '../data-directory/writes.ts';
import { Keeping } from './keeping.ts';
import { PartReports } from './part-reports.ts';
import type { MonitorParts } from './parts.ts';
import type { MonitorRuntime } from './runtime.ts';

/**
 * Time for which a receiver of notifications may be away without an alarm, ms of wall time: the alarm comes within a minute. One that
 * refuses alerts is an alarm at once.
 */
const receiverAwayMs = 45_000;

/** Raises or ends the alarms of a late monitor. Must be called once per tick. */
export function checkPunctuality({ alerting, detection }: Pick<MonitorParts, 'alerting' | 'detection'>): void {
  const { selfWatch } = alerting;
  const { punctuality } = detection;
  const isStuck = detection.waitingMs() > partDeadlines.judgedMs;
  selfWatch.set('detection-late', isStuck);
  // stalled detection also makes the monitor late, which is reported once
  selfWatch.set('monitor-late', !isStuck && punctuality.isAlarm(selfWatch.has('monitor-late')), punctuality.words());
}

/** Starts the task that checks the readers of the stream and the parts that no supervisor restarts. */
export function watchParts(runtime: MonitorRuntime, parts: MonitorParts): void {
  const { wall, stream, supervisor, collecting } = runtime;
  const reports = new PartReports(supervisor, wall);
  const keeping = keepingOf(runtime, parts);
  const dropped = new DroppedSamples();
  const watch = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await wall.sleep(checkEveryMs, signal);
      stream.checkReaders(wall.monotonic());
      noteParts(reports, runtime, parts);
      const isDropping = dropped.check(parts.detection.dropped(), wall.monotonic());
      reports.note('judge', isDropping ? 'samples are refused because of their time' : undefined, 0);
      keeping.check();
      parts.alerting.canary.check();
    }
  };
  collecting.start((stop) => supervisor.run('stream', watch, stop));
}

/** Reports parts that restart by themselves and are no tasks of the supervisor. */
function noteParts(reports: PartReports, { options }: MonitorRuntime, { alerting, storage }: MonitorParts): void {
  reports.note('state', unsaved(options.state.saving), 0);
  reports.note('store', storage.spool.lastError, partDeadlines.storeAwayMs);
  for (const notifier of alerting.notifying) {
    const { fault } = notifier;
    reports.note(notifier.queue().name, fault?.error, fault?.isRefused === true ? 0 : receiverAwayMs);
  }
}

/** Everything that must be stored, with its text in the alarm. */
function keepingOf(
  { options, supervisor, wall }: MonitorRuntime,
  { alerting, detection, storage, feeds, packets }: MonitorParts,
): Keeping {
  const { state, logger } = options;
  const store = (): string | undefined => {
    const status = supervisor.states().find(({ name }) => name === 'store');
    // lost samples do not wait
    return status === undefined || status.state === 'running' || storage.fault() !== undefined ? undefined : status.lastError;
  };
  const parts = [
    { name: 'alerts and acts (wait in memory)', fault: () => unsaved(state.saving) },
    { name: 'samples (wait in memory)', fault: () => storage.fault() },
    { name: 'historian (samples wait on disk)', fault: store, hasOwnAlarm: true },
    { name: 'events (wait in memory)', fault: () => storage.eventLog.fault },
    { name: 'raw packets', fault: () => packets?.fault() },
    { name: 'indicators of feeds', fault: () => feeds.fault() },
    { name: 'record of the run', fault: () => fileWrites.fault() },
    { name: 'detector state', fault: () => detection.saver.fault() },
    { name: 'notifier position', fault: () => alerting.notifying.find(({ unkept }) => unkept !== undefined)?.unkept },
    { name: 'log file (on stderr)', fault: () => logger.fault?.() },
  ];
  const { moment } = zoneText(options.config.site.timeZone);
  return new Keeping(parts, alerting.selfWatch, () => moment(wall.now()));
}

/** Reason why state.db cannot be written; undefined while it can. */
function unsaved(saving: MonitorRuntime['options']['state']['saving']): string | undefined {
  const { state, reason } = saving.status();
  return state === 'failing' ? reason : undefined;
}
