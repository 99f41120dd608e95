import { parentPort } from 'node:worker_threads';
import { deserialize, serialize } from 'node:v8';
import { Batch } from '../../core/batch.ts';
import { systemClock } from '../../core/clock.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import { type Event, type Observation, observeBatch, observeEvent } from '../../core/observation.ts';
import { TagTable } from '../../core/tag.ts';
import { applyCalibration } from '../baseline/apply.ts';
import type { EngineOptions } from '../engine/index.ts';
import { createFollowingEngine, type FollowingEngine, type FollowingSnapshot } from '../following/index.ts';
import { giveBack } from '../../core/memory.ts';
import { compactTags } from './compact.ts';
import { withBaselines } from './lean.ts';
import type { FromDetection, ToDetection } from './messages.ts';
import { type DetectionPlan, detectorFactories } from '../plan/plan.ts';
import { calibrationOfShard } from '../baseline/shard.ts';
import type { Baseline } from '../baseline/format.ts';
import type { DetectorFactory } from '../../core/detector.ts';

/** Thread of the detectors: one engine, one answer to each message. */
let plan: DetectionPlan | undefined;
let engine: FollowingEngine | undefined;
/** Tags that are out of service, as the stream told last. */
let maintenance: Extract<Event, { type: 'maintenance' }> | undefined;
let elsewhere: Pick<Extract<ToDetection, { type: 'elsewhere' }>, 'open' | 'tags'> = { open: false, tags: [] };

function makeEngine(
  of: DetectionPlan,
  baseline: Baseline | undefined,
  followed: readonly FollowedThreshold[] = [],
): FollowingEngine {
  const factories = detectorFactories(of);
  const { detectors, thresholds } =
    baseline === undefined ? unlearned(factories) : applyCalibration(calibrationOfShard(baseline.calibration, of), factories);
  const tags = new TagTable(of.tags);
  const { groups, budgetPerDay } = of;
  const made = createFollowingEngine({ detectors, thresholds, budgetPerDay, tags, groups, followed });
  made.openElsewhere(elsewhere.open, elsewhere.tags);
  return made;
}

/** Those that watch before anything is learned. The others could say nothing, and begin anew with the baseline. */
function unlearned(factories: readonly DetectorFactory[]): Pick<EngineOptions, 'detectors' | 'thresholds'> {
  const watching = factories.filter(({ plugin }) => plugin.threshold !== 'statistical');
  return { detectors: watching.map((factory) => ({ ...factory, detector: factory.create() })), thresholds: {} };
}

function handle(message: ToDetection): FromDetection {
  switch (message.type) {
    case 'start':
      plan = { ...message.plan, tags: compactTags(message.plan.tags) };
      engine = makeEngine(plan, message.baseline, message.followed);
      if (message.snapshot !== undefined)
        engine.restore(withBaselines(deserialize(message.snapshot) as FollowingSnapshot, engine.snapshot()));
      return {
        type: 'done',
        changes: engine.open().map((finding) => ({ change: 'begin', finding })),
        concerned: engine.concerned(),
        followed: engine.followed(),
      };
    case 'baseline': {
      if (plan === undefined || engine === undefined) throw new Error('a baseline came before the start');
      if (message.change === 'reviewed') {
        engine = goingOn(engine, makeEngine(plan, message.baseline));
        return { type: 'done', changes: [] };
      }
      const { time } = engine;
      const ended = engine.open().map((finding) => endOf(finding, time));
      engine = makeEngine(plan, message.baseline, message.followed);
      if (maintenance !== undefined) engine.observe(observeEvent({ ...maintenance, time }));
      return { type: 'done', changes: ended, concerned: [], followed: engine.followed() };
    }
    case 'batch':
      return judged(observeBatch(new Batch(message.batch)));
    case 'event':
      if (message.event.type === 'maintenance') maintenance = message.event;
      return judged(observeEvent(message.event));
    case 'elsewhere':
      elsewhere = message;
      engine?.openElsewhere(message.open, message.tags);
      return { type: 'done', changes: [] };
    case 'snapshot':
      return {
        type: 'snapshot',
        bytes: engine === undefined ? new Uint8Array() : serialize(engine.snapshot('running')),
      };
  }
}

/** An engine under a reviewed baseline that goes on where another one is: the same detectors, with their running state and open findings. */
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

function judged(observation: Observation): FromDetection {
  // the engine's own list is only valid until the next observation, which may be judged before this is sent
  const changes = [...(engine?.observe(observation) ?? [])];
  const followed = engine?.news();
  // only what begins or ends changes which tags are concerned
  const concerned = changes.some(({ change }) => change !== 'update') ? engine?.concerned() : undefined;
  return { type: 'done', changes, ...(concerned && { concerned }), ...(followed && { followed }) };
}

/** Other thresholds judge anew: what is still wrong begins again at once and joins the same alert. */
function endOf(finding: Finding, time: number): FindingChange {
  return { change: 'end', finding: { ...finding, updatedAt: time, endedAt: time } };
}

function answerTo(message: ToDetection): FromDetection {
  try {
    return handle(message);
  } catch (thrown) {
    return { type: 'failed', message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}

const port = parentPort;
if (port === null) throw new Error('this module is the entry of a worker thread');
port.on('message', (messages: readonly ToDetection[]) => {
  port.postMessage(messages.map(answerTo));
  // by then nobody holds the messages any more: as they came, baselines are several times as large as what detectors keep of them
  if (messages.some(({ type }) => type === 'start' || type === 'baseline')) void systemClock.sleep(0).then(giveBack);
});
