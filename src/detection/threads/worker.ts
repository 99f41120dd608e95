import { serialize } from 'node:v8';
import { Batch } from '../../core/batch.ts';
import { systemClock } from '../../core/clock.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import { giveBack } from '../../core/memory.ts';
import type { MinorChange } from '../../core/minor.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import { type CanaryEvent, type Event, type Observation, observeEvent, type Place } from '../../core/observation.ts';
import { canaryName } from '../../core/canary.ts';
import type { ReferenceEvent } from '../../core/reference.ts';
import { calendar } from '../../detector-kit/calendar.ts';
import { Intake } from '../../detector-kit/intake.ts';
import { RpcServer } from '../../core/rpc-server.ts';
import { starterPort } from '../../core/rpc-ports.ts';
import { type CalibrationMessage, readCalibration } from '../baseline/message.ts';
import { canarySample } from '../canary.ts';
import type { DetectionPlan } from '../plan/plan.ts';
import { compactTags } from './compact.ts';
import type { BaselineMessage, DetectionCalls, Elsewhere, Outcome, StartMessage } from './messages.ts';
import { continueFrom, createThreadEngine, resume, type ThreadEngine } from './thread-engine.ts';

/** Thread of the detectors: one engine, one outcome per call. */
let plan: DetectionPlan | undefined;
let own: ThreadEngine | undefined;
/** Tags that are out of service, as last reported on the stream. */
let maintenance: Extract<Event, { type: 'maintenance' }> | undefined;
/** Reference set in force, as last reported on the stream. */
let reference: ReferenceEvent | undefined;
let elsewhere: Elsewhere = { open: false, tags: [] };

function makeEngine(
  of: DetectionPlan,
  calibration: CalibrationMessage | undefined,
  followed?: readonly FollowedThreshold[],
): ThreadEngine {
  // detectors that learn without a calibration outlive a baseline, with what they have learned
  const lasting = own?.detectors.filter(({ plugin }) => plugin.threshold === 'minor');
  const made = createThreadEngine(of, calibration && readCalibration(calibration), followed, lasting);
  made.engine.openElsewhere(elsewhere.open, elsewhere.tags);
  return made;
}

function start(options: StartMessage): Outcome {
  plan = { ...options.plan, tags: compactTags(options.plan.tags) };
  own = makeEngine(plan, options.calibration, options.followed);
  const { engine } = own;
  if (options.snapshot !== undefined) resume(own, options.snapshot);
  void giveBackLater();
  const begun = engine.open().map((finding): FindingChange => ({ change: 'begin', finding }));
  Intake.dropped = 0;
  return { ...outcomeOf(begun), ...minorOutcome(engine.openMinor()), followed: engine.followed() };
}

function useBaseline({ calibration, change, followed }: BaselineMessage): Outcome {
  if (plan === undefined || own === undefined) throw new Error('a baseline came before the start');
  void giveBackLater();
  if (change === 'reviewed') {
    const running = own.engine.snapshot('running');
    own = makeEngine(plan, calibration);
    continueFrom(own, running);
    return { changes: [] };
  }
  const { time } = own.engine;
  const ended = own.engine.open().map((finding) => endOf(finding, time));
  const minor = own.engine
    .openMinor()
    .flatMap((change): MinorChange[] =>
      change.change === 'update' ? [{ change: 'end', update: change.update, end: 'baseline' }] : [],
    );
  own = makeEngine(plan, calibration, followed);
  for (const event of [maintenance, reference]) if (event !== undefined) own.engine.observe(observeEvent({ ...event, time }));
  return { ...outcomeOf(ended), ...minorOutcome(minor), followed: own.engine.followed() };
}

/**
 * Returns memory after messages with baselines were released: as received, baselines are several times as large as the detectors'
 * state.
 */
async function giveBackLater(): Promise<void> {
  await systemClock.sleep(0);
  giveBack();
}

function judge(observation: Observation, place: Place | undefined): Outcome {
  calendar.aheadMs = place?.aheadMs ?? 0;
  const engine = own?.engine;
  const outcome = { ...outcomeOf(engine?.observe(observation)), ...minorOutcome(engine?.minor()) };
  const followed = engine?.news();
  const { dropped } = Intake;
  Intake.dropped = 0;
  return { ...outcome, ...(dropped === 0 ? {} : { dropped }), ...(followed === undefined ? {} : { followed }) };
}

/** Judges the sample of a canary by the engine of the site. */
function judgeCanary(event: CanaryEvent, place: Place | undefined): Outcome {
  const outcome = judge(canarySample(event, plan?.tags.length ?? 0, place), place);
  if (outcome.canary === undefined) return outcome;
  // one name for all of them, so that refused ones do not accumulate
  const { change, finding } = outcome.canary;
  return { ...outcome, canary: { change, finding: { ...finding, id: canaryName, beganAt: event.sampledAt } } };
}

const minorOutcome = (minor: readonly MinorChange[] = []): Pick<Outcome, 'minor'> => (minor.length === 0 ? {} : { minor });

function outcomeOf(changes: readonly FindingChange[] = []): Outcome {
  // the engine's own list is only valid until the next observation, which may be judged before this is sent
  const kept = changes.filter(({ finding }) => finding.detector !== canaryName);
  const canary = changes.find(({ change, finding }) => change === 'begin' && finding.detector === canaryName);
  const outcome = canary === undefined ? { changes: kept } : { changes: kept, canary };
  // the tags of open findings change only when a finding begins or ends
  return kept.every(({ change }) => change === 'update') ? outcome : { ...outcome, concerned: own?.engine.concerned() };
}

/** End of a finding when thresholds change. A condition that is still anomalous begins again at once and joins the same alert. */
function endOf(finding: Finding, time: number): FindingChange {
  return { change: 'end', finding: { ...finding, updatedAt: time, endedAt: time } };
}

new RpcServer<DetectionCalls>(starterPort(), {
  start,
  batch: ({ batch, place }) => judge({ kind: 'batch', batch: new Batch(batch), place }, place),
  event: ({ event, place }) => {
    if (event.type === 'canary') return judgeCanary(event, place);
    if (event.type === 'maintenance') maintenance = event;
    if (event.type === 'reference') reference = event;
    return judge({ kind: 'event', event, place }, place);
  },
  baseline: useBaseline,
  elsewhere: (next) => {
    elsewhere = next;
    own?.engine.openElsewhere(next.open, next.tags);
  },
  snapshot: () => (own === undefined ? new Uint8Array() : serialize(own.engine.snapshot('running'))),
});
