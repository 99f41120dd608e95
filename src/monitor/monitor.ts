import type { Protection } from '../alerts/protection.ts';
import type { CertificateState } from '../core/certificate.ts';
import { boundGarbage } from '../core/memory.ts';
import type { Metrics } from '../core/metrics.ts';
import type { MonitorView } from '../core/monitor.ts';
import type { Baseline, BaselineChange } from '../detection/baseline/format.ts';
import { startAlerting } from './alerting.ts';
import { watchStream } from './boards.ts';
import { noteCertificate } from './certificate-alarms.ts';
import { makeMeters } from './chain.ts';
import { startDetection } from './detection.ts';
import { Feeds } from './feeds.ts';
import { startIngest } from './ingest.ts';
import type { LearningBoard } from './learning.ts';
import type { LimitsBoard } from './limits.ts';
import { measureMonitor } from './metrics.ts';
import { startPackets } from './packets.ts';
import { announceReference } from './reference-alarm.ts';
import { type MonitorOptions, type MonitorRuntime, prepareRuntime } from './runtime.ts';
import type { SelfFault } from './self-faults.ts';
import { openStorage, startStorage } from './storage.ts';
import { viewOf } from './view.ts';

export type { MonitorOptions } from './runtime.ts';

/** A running monitor: everything between devices and alerts. */
export interface Monitor extends AsyncDisposable {
  readonly view: MonitorView;
  /** What `/metrics` shows. */
  readonly metrics: Metrics;
  readonly learning: LearningBoard;
  readonly limits: LimitsBoard;
  /** Uses another baseline from now on. Open findings end if it was learned again, and continue if it was only reviewed. */
  useBaseline(baseline: Baseline, change: BaselineChange): Promise<void>;
  /** Raises or ends the alarms about the certificate of the dashboard. */
  noteCertificate(state: CertificateState): void;
  /** Raises or ends the alarm of repeated failed sign-ins. */
  noteRefusedSignIns(repeated: boolean): void;
  /** Resolves at the end of a replayed recording; never if devices are collected. */
  readonly ended: Promise<void>;
  /** Bounds of the acts that hide alerts. */
  readonly protection: Protection;
  /** Raises an alarm about an act that reduces the protection of the plant. */
  noteProtection(act: string): void;
  /** Raises an alarm about the monitor for an event that is already over. */
  report(fault: SelfFault, detail: string): void;
  /** Runs a task of another part under the monitor's supervisor. Never rejects. */
  supervise(name: string, task: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Rejects with a failure after which no part can be restarted. */
  readonly done: Promise<void>;
}

/** Starts the parts of a monitor in the order of their dependencies: alerting, detection, storage, ingest. */
export async function startMonitor(options: MonitorOptions): Promise<Monitor> {
  boundGarbage();
  await using cleanup = new AsyncDisposableStack();
  const runtime = prepareRuntime(options, cleanup);
  const opened = await openStorage(runtime);
  const meters = makeMeters(runtime, opened.spool);
  const boards = watchStream(runtime, meters);
  const alerting = startAlerting(runtime, boards);
  const detection = await startDetection(runtime, { alerting, meters, boards });
  const storage = startStorage(runtime, opened, meters);
  alerting.announceMaintenance();
  announceReference(runtime, alerting.selfWatch);
  const feeds = runtime.use('feeds', new Feeds(runtime, alerting));
  feeds.start();
  const parts = { alerting, detection, storage, feeds, packets: await startPackets(runtime, alerting) };
  measureMonitor(runtime, parts, boards);
  const ended = startIngest(runtime, parts, boards);
  const { collecting, reading, supervisor } = runtime;
  const resources = cleanup.move();
  let stopped: Promise<void> | undefined;
  return {
    view: viewOf(runtime, { ...parts, ...boards, meters }),
    metrics: runtime.context.metrics,
    learning: detection.baseline.learning,
    limits: detection.baseline.limits,
    useBaseline: (next, change) => detection.useBaseline(next, change),
    noteCertificate: (state) => noteCertificate(alerting.selfWatch, state),
    noteRefusedSignIns: (repeated) => alerting.selfWatch.set('sign-ins-refused', repeated),
    protection: alerting.protection,
    noteProtection: (act) => alerting.selfWatch.noteProtection(act),
    ended,
    report: (fault, detail) => {
      if (fault === 'monitor-blocked') detection.punctuality.noteBlock();
      alerting.selfWatch.report(fault, detail);
    },
    supervise: (name, task, signal) => supervisor.run(name, task, signal),
    done: Promise.all([collecting.join(), reading.join()]).then(() => {}),
    [Symbol.asyncDispose]: () => (stopped ??= stop(runtime, () => detection.saver.save(), resources)),
  };
}

/** Stops the collectors first, then the readers of the stream, then the stores, so that no sample is lost. */
async function stop(
  { stream, collecting, reading, shutdown }: MonitorRuntime,
  saveDetectors: () => Promise<void>,
  resources: AsyncDisposableStack,
): Promise<void> {
  await shutdown.step('collectors', 2_000, () => collecting[Symbol.asyncDispose]());
  stream.close();
  await shutdown.step('readers of the stream', 2_000, () => reading.join());
  reading.stop();
  await shutdown.step('detector state', 2_000, saveDetectors);
  await resources.disposeAsync();
}
