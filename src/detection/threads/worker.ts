import { deserialize, serialize } from 'node:v8';
import { Batch } from '../../core/batch.ts';
import { systemClock } from '../../core/clock.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import type { MinorChange } from '../../core/minor.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import { type Event, type Observation, observeBatch, observeEvent } from '../../core/observation.ts';
import { RpcServer } from '../../core/rpc-server.ts';
import { starterPort } from '../../core/rpc-ports.ts';
import { TagTable } from '../../core/tag.ts';
import { applyCalibration } from '../baseline/apply.ts';
import type { EngineDetector, EngineOptions, EngineSnapshot } from '../engine/index.ts';
import { createFollowingEngine, type FollowingEngine, type FollowingSnapshot } from '../following/index.ts';
import { giveBack } from '../../core/memory.ts';
import { judgeCanary } from '../canary.ts';
import { compactTags } from './compact.ts';
import type { BaselineOptions, DetectionCalls, Elsewhere, Outcome, StartOptions } from './messages.ts';
import { type DetectionPlan, detectorFactories } from '../plan/plan.ts';
import { calibrationOfShard } from '../baseline/shard.ts';
import type { Baseline } from '../baseline/format.ts';
import type { DetectorFactory } from '../../core/detector.ts';

/** Thread of the detectors: one engine, one outcome per call. */
let plan: DetectionPlan | undefined;
let engine: FollowingEngine | undefined;
/** Tags that are out of service, as last reported on the stream. */
let maintenance: Extract<Event, { type: 'maintenance' }> | undefined;
let elsewhere: Elsewhere = { open: false, tags: [] };
/** Detectors that learn without a calibration, and what they have learned: they outlive a baseline. */
let lasting: readonly EngineDetector[] = [];

function makeEngine(
  of: DetectionPlan,
  baseline: Baseline | undefined,
  followed: readonly FollowedThreshold[] = [],
): FollowingEngine {
  const factories = detectorFactories(of);
  const {
    detectors: made,
    thresholds,
    states,
  } = baseline === undefined ? unlearned(factories) : applyCalibration(calibrationOfShard(baseline.calibration, of), factories);
  const detectors = made.map((one) => lasting.find(({ name }) => name === one.name) ?? one);
  lasting = detectors.filter(({ plugin }) => plugin.threshold === 'minor');
  const tags = new TagTable(of.tags);
  const { groups, budgetPerDay } = of;
  const created = createFollowingEngine({ detectors, thresholds, states, budgetPerDay, tags, groups, followed, minor: true });
  created.openElsewhere(elsewhere.open, elsewhere.tags);
  return created;
}

/** Detectors that are active without a baseline. The others would report nothing, and are created again with the baseline. */
function unlearned(factories: readonly DetectorFactory[]): Pick<EngineOptions, 'detectors' | 'thresholds' | 'states'> {
  const watching = factories.filter(({ plugin }) => plugin.threshold !== 'statistical');
  return { detectors: watching.map((factory) => ({ ...factory, detector: factory.create() })), thresholds: {} };
}

function start(options: StartOptions): Outcome {
  plan = { ...options.plan, tags: compactTags(options.plan.tags) };
  engine = makeEngine(plan, options.baseline, options.followed);
  const saved = options.snapshot === undefined ? undefined : (deserialize(options.snapshot) as FollowingSnapshot);
  const known = engine.snapshot();
  if (saved !== undefined && isOf(saved, known)) engine.restore(withBaselines(saved, known));
  void giveBackLater();
  const begun = engine.open().map((finding): FindingChange => ({ change: 'begin', finding }));
  return { ...outcomeOf(begun), ...minorOutcome(engine.openMinor()), followed: engine.followed() };
}

function useBaseline({ baseline, change, followed }: BaselineOptions): Outcome {
  if (plan === undefined || engine === undefined) throw new Error('a baseline came before the start');
  void giveBackLater();
  if (change === 'reviewed') {
    engine = goingOn(engine, makeEngine(plan, baseline));
    return { changes: [] };
  }
  const { time } = engine;
  const ended = engine.open().map((finding) => endOf(finding, time));
  const minor = engine
    .openMinor()
    .flatMap((change): MinorChange[] =>
      change.change === 'update' ? [{ change: 'end', update: change.update, end: 'baseline' }] : [],
    );
  engine = makeEngine(plan, baseline, followed);
  if (maintenance !== undefined) engine.observe(observeEvent({ ...maintenance, time }));
  return { ...outcomeOf(ended), ...minorOutcome(minor), followed: engine.followed() };
}

/**
 * Returns memory after messages with baselines were released: as received, baselines are several times as large as the detectors'
 * state.
 */
async function giveBackLater(): Promise<void> {
  await systemClock.sleep(0);
  giveBack();
}

/**
 * An engine under a reviewed baseline that continues another one: the same detectors, with their running state and open findings.
 */
function goingOn(from: FollowingEngine, to: FollowingEngine): FollowingEngine {
  const running = from.snapshot();
  const reviewed = to.snapshot();
  const detectors = Object.entries(running.detectors).map(([name, kept]) => {
    const baseline = reviewed.detectors[name]?.baseline ?? kept.baseline;
    return [name, { baseline, running: kept.running }] as const;
  });
  to.restore({ ...running, detectors: Object.fromEntries(detectors) });
  return to;
}

function judge(observation: Observation): Outcome {
  const outcome = { ...outcomeOf(engine?.observe(observation)), ...minorOutcome(engine?.minor()) };
  const followed = engine?.news();
  return followed === undefined ? outcome : { ...outcome, followed };
}

const minorOutcome = (minor: readonly MinorChange[] = []): Pick<Outcome, 'minor'> => (minor.length === 0 ? {} : { minor });

function outcomeOf(changes: readonly FindingChange[] = []): Outcome {
  // the engine's own list is only valid until the next observation, which may be judged before this is sent
  const kept = [...changes];
  // the tags of open findings change only when a finding begins or ends
  return kept.every(({ change }) => change === 'update') ? { changes: kept } : { changes: kept, concerned: engine?.concerned() };
}

/** End of a finding when thresholds change. A condition that is still anomalous begins again at once and joins the same alert. */
function endOf(finding: Finding, time: number): FindingChange {
  return { change: 'end', finding: { ...finding, updatedAt: time, endedAt: time } };
}

new RpcServer<DetectionCalls>(starterPort(), {
  start,
  batch: (batch) => judge(observeBatch(new Batch(batch))),
  event: (event) => {
    if (event.type === 'canary') return { changes: judgeCanary(event) };
    if (event.type === 'maintenance') maintenance = event;
    return judge(observeEvent(event));
  },
  baseline: useBaseline,
  elsewhere: (next) => {
    elsewhere = next;
    engine?.openElsewhere(next.open, next.tags);
  },
  snapshot: () => (engine === undefined ? new Uint8Array() : serialize(engine.snapshot('running'))),
});

/**
 * False if an earlier version had fewer detectors, or distributed them to the threads in another way: the state then begins
 * anew.
 */
const isOf = (saved: EngineSnapshot, { detectors, machine }: EngineSnapshot): boolean =>
  Object.keys(detectors).every((name) => Object.hasOwn(saved.detectors, name)) &&
  saved.machine.state.length === machine.state.length;

/** Adds an engine's baselines to a snapshot of running state, which was taken under the same baselines. */
function withBaselines<S extends EngineSnapshot>(lean: S, known: EngineSnapshot): S {
  const detectors = Object.entries(lean.detectors).map(([name, { running }]) => {
    return [name, { baseline: known.detectors[name]?.baseline ?? null, running }] as const;
  });
  return { ...lean, detectors: Object.fromEntries(detectors) };
}
