import { availableParallelism } from 'node:os';
import type { FindingChange } from '../core/finding.ts';
import type { Observation } from '../core/observation.ts';
import { influencesOf } from '../detection/baseline/influences.ts';
import type { Baseline, BaselineChange } from '../detection/baseline/format.ts';
import { planDetection } from '../detection/plan/plan.ts';
import { LiveDetection } from '../detection/threads/live.ts';
import { workersFor } from '../detection/threads/shards.ts';
import type { Alerting } from './alerting.ts';
import { BaselineBoards } from './baseline-boards.ts';
import type { Boards } from './boards.ts';
import { minorOnCalendar, onCalendar } from './calendar-times.ts';
import type { Meters } from './chain.ts';
import { withoutCanaries } from './canary.ts';
import { DetectorStateSaver, readDetectorState } from './detector-state.ts';
import { ValueGate } from './plant-reset.ts';
import { PunctualityMeter } from './punctuality.ts';
import type { MonitorRuntime } from './runtime.ts';
import type { Shadow } from './shadow/shadow.ts';
import { startShadow } from './start-shadow.ts';
import { situationOf } from './situation.ts';

/** Live and shadow detection, with facts about their baseline. */
export interface Detection {
  readonly baseline: BaselineBoards;
  readonly punctuality: PunctualityMeter;
  readonly shadow: Shadow | undefined;
  readonly saver: DetectorStateSaver;
  /** Time for which the oldest observation has been waiting for the detectors, ms. */
  waitingMs(): number;
  /** Samples that were not judged because of their time. */
  dropped(): number;
  judge(observation: Observation): Promise<void>;
  useBaseline(baseline: Baseline, change: BaselineChange): Promise<void>;
  /** Replaces a simulated plant by another state of it: no value of the change is judged, open findings end, detectors begin anew. */
  restartAfter(change: () => Promise<void>): Promise<void>;
}

/** Time after a reset of a simulated plant in which values from before may still arrive, ms of machine time. */
const arrivalMs = 1_000;

interface Upstream {
  readonly alerting: Alerting;
  readonly meters: Meters;
  readonly boards: Boards;
}

/** Starts the detectors. Their findings go to the alerts, then to the comparison with the shadow. */
export async function startDetection(runtime: MonitorRuntime, { alerting, meters, boards }: Upstream): Promise<Detection> {
  const { options, context, wall, use, streamTime } = runtime;
  const { config, dataDir, clock, logger, lab, baseline } = options;
  const waitingMs = (): number => detection.waitingMs();
  const punctuality = new PunctualityMeter({ clock, metrics: context.metrics, lab, waitingMs });
  const plan = planDetection(config);
  const known = new BaselineBoards(runtime, plan);
  let used: Baseline | undefined;
  const gate = new ValueGate();
  const useKnowledge = (of: Baseline, since: number): void => {
    used = of;
    known.use(of, since);
    alerting.manager.useInfluences(influencesOf(of, plan));
  };
  if (baseline !== undefined) useKnowledge(baseline, options.learnedAt ?? clock.now());
  const shadow = await startShadow(runtime, alerting.selfWatch);
  const onFindings = (all: readonly FindingChange[]): void => {
    const { findings, canaries } = withoutCanaries(all);
    alerting.takeCanary(canaries);
    if (findings.length === 0) return;
    const changes = onCalendar(findings, streamTime.aheadMs);
    alerting.take(changes);
    shadow?.takeLive(changes);
    options.onFindings?.(changes);
    meters.alerts.count(changes.length, wall.monotonic());
  };
  const detection: LiveDetection = use(
    'detection',
    await LiveDetection.start({
      plan,
      workers: config.workers ?? workersFor(plan, availableParallelism()),
      baseline,
      clock: { now: () => streamTime.now(), monotonic: () => clock.monotonic(), sleep: (ms, signal) => clock.sleep(ms, signal) },
      logger,
      onFindings,
      onMinor: (changes) => alerting.takeMinor(minorOnCalendar(changes, streamTime.aheadMs)),
      onRestart: () => alerting.minor.restarted(),
      onFollowed: (thresholds) => known.following.take(thresholds),
      onScope: (whole) => alerting.selfWatch.set('detection-limited', !whole),
      keptState: async (of) => {
        const kept = await readDetectorState(dataDir, of, logger);
        if (kept !== undefined) streamTime.resume(kept.time);
        return kept?.engine;
      },
      followedOf: ({ calibration }) => known.following.use(calibration),
      situation: () =>
        situationOf(runtime, { ...boards, punctuality, maintenance: alerting.maintenance }).map((one) => streamTime.place(one)),
    }),
  );
  const saver = new DetectorStateSaver(runtime, detection, shadow);
  if (options.replay === undefined) readStream(runtime, detection, gate, meters);
  saver.saveRegularly(runtime);
  return {
    baseline: known,
    punctuality,
    shadow,
    saver,
    waitingMs,
    dropped: () => streamTime.dropped + detection.dropped,
    judge: (observation) => detection.judge(observation),
    useBaseline: async (next, change) => {
      await detection.useBaseline(next, change, known.following.use(next.calibration));
      useKnowledge(next, clock.now());
    },
    restartAfter: async (change) =>
      await gate.closedDuring(async () => {
        await change();
        await wall.sleep(arrivalMs);
        if (used !== undefined) await detection.useBaseline(used, 'learned', known.following.use(used.calibration));
      }),
  };
}

/** Passes the stream to the detectors. */
function readStream(
  { stream, supervisor, reading, gather }: MonitorRuntime,
  detection: LiveDetection,
  gate: ValueGate,
  meters: Meters,
): void {
  const toDetectors = gate.passing(stream.read('detectors').inBursts(gather));
  const judged = (observation: Observation): void => {
    if (observation.kind === 'batch') meters.detectors.count(observation.batch.length, observation.monotonic);
  };
  reading.start((stop) => supervisor.run('detect', (signal) => detection.run(toDetectors, judged, signal), stop));
}
