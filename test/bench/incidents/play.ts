import { headlessObservations, requestRates } from '../../../simulators/lab/headless.ts';
import { AlertPath } from '../../../src/alerts/alert-path.ts';
import type { AlarmRecords } from '../../../src/alerts/records/records.ts';
import type { AlarmSettings } from '../../../src/core/alarm-settings.ts';
import type { Alert, AlertChange } from '../../../src/core/alert.ts';
import { VirtualClock } from '../../../src/core/clock.ts';
import type { FindingChange } from '../../../src/core/finding.ts';
import type { Site } from '../../../src/core/monitor.ts';
import { type Observation, observeEvent } from '../../../src/core/observation.ts';
import type { Plant, PlantPlugin } from '../../../src/core/plant.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { type Tag, TagTable } from '../../../src/core/tag.ts';
import { applyCalibration, thresholdsOf } from '../../../src/detection/baseline/apply.ts';
import type { Baseline } from '../../../src/detection/baseline/format.ts';
import { influencesOf } from '../../../src/detection/baseline/influences.ts';
import { createFollowingEngine } from '../../../src/detection/following/index.ts';
import { type DetectionPlan, detectorFactories } from '../../../src/detection/plan/plan.ts';
import { Lateness } from '../../../src/ingest/lateness.ts';
import { LatestTable } from '../../../src/ingest/latest.ts';
import { withPreviousValue } from '../../../src/ingest/previous-value.ts';
import { MemoryAlerts } from '../../support/memory-alerts.ts';
import { newPlant } from '../../support/plants.ts';
import { AnnouncedWork } from './announced-work.ts';
import { BlockedReplies } from './blocked-replies.ts';
import { MirrorPort } from './mirror-port.ts';

const hourMs = 3_600_000;
/** Normal operation before each scenario, hours. */
const warmHours = 2;
/** Time after the scenario in which its end is observed: joined alerts return, ms. */
const afterMs = 300_000;
/** Requests per second of machine time that a collector sends to one device at most. */
const mostRequests = 50;

/** What all plays share: the plant with its shipped plan, baseline, alarm settings and alarm records. */
export interface Stage {
  readonly plugin: PlantPlugin;
  readonly plan: DetectionPlan;
  readonly areas: Site['areas'];
  readonly baseline: Baseline;
  readonly settings: AlarmSettings | undefined;
  readonly records: Pick<AlarmRecords, 'rationalised' | 'returnOf'>;
}

export interface Played {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Every alert that was raised since the start, as it was last. Without those of `expected`. */
  readonly alerts: readonly Alert[];
  /** Alerts of announced work: they were out of service until they were back to normal. */
  readonly expected: readonly Alert[];
  /** Every stored change of these alerts. */
  readonly changes: readonly AlertChange[];
  /** Changes of findings since the start, as the alerts received them. */
  readonly findings: readonly FindingChange[];
}

export interface PlayOptions {
  readonly speed: number;
  readonly seed: number;
  readonly startedAt: number;
  /** Shortest duration, s, for normal operation without a scenario. */
  readonly leastS?: number;
  /** Times after the start at which an operator acknowledges every alert, s. */
  readonly acknowledgedAtS?: readonly number[];
}

/**
 * Plays scenarios together on one plant through the whole path: traffic and values, detectors, alarm records, alerts. A speed above
 * 1× has the effect of the lab: the request budget of a device counts in machine time, so that its tags are polled less often. The
 * monitor is then late, as in the lab, and detectors of durations begin no finding.
 */
export async function playScenarios(
  stage: Stage,
  scenarios: readonly Scenario[],
  { speed, seed, startedAt, leastS = 0, acknowledgedAtS = [] }: PlayOptions,
): Promise<Played> {
  const { plugin, plan, areas, baseline, settings, records } = stage;
  const tags = new TagTable(plan.tags);
  const from = startedAt - warmHours * hourMs;
  const lastS = Math.max(leastS, ...scenarios.map(({ durationS }) => durationS));
  const endedAt = startedAt + lastS * 1_000 + afterMs;
  const plant = await newPlant({ seed, startTime: from, season: plugin.shipped?.season, life: 'ordinary' }, plugin);
  const clock = new VirtualClock(from);
  const latest = new LatestTable(tags.size);
  const engine = createFollowingEngine({
    detectors: applyCalibration(baseline.calibration, detectorFactories(plan)).detectors,
    thresholds: thresholdsOf(baseline.calibration),
    states: baseline.calibration.states,
    tags,
    groups: plan.groups,
  });
  const store = new MemoryAlerts();
  const works = new AnnouncedWork(scenarios, startedAt, tags);
  const alerting = new AlertPath({ store, clock, epoch: 'bench', tags, areas, latest, settings, records, maintenance: works });
  alerting.manager.useInfluences(influencesOf(baseline, plan));
  const wire = new MirrorPort(plant, tags, controllersOf(plant));
  const blocked = new BlockedReplies(tags, speed);
  const findings: FindingChange[] = [];
  const judge = (observation: Observation): void => {
    const changes = engine.observe(withPreviousValue(observation, latest));
    // a monitor shows a value before its detectors have judged it
    if (observation.kind === 'batch') latest.update(observation.batch);
    for (const change of alerting.prepared(changes)) {
      if (clock.now() >= startedAt) findings.push(structuredClone(change));
      alerting.take(change);
    }
  };
  const lateness = new Lateness(true);
  lateness.start(from, 0, speed);
  const polled = polledAt(speed, plant, tags);
  const pollMs = Math.max(...polled.tags.map(({ scanMs }, i) => scanMs - tags.at(i).scanMs));
  const onSecond = (): void => {
    clock.set(plant.time);
    const announced = works.changeAt(plant.time);
    if (announced !== undefined) judge(observeEvent({ type: 'maintenance', time: plant.time, ...announced }));
    for (const scenario of scenarios) perform(scenario, { plant, wire, blocked }, startedAt);
    for (const observation of blocked.until(plant.time)) judge(observation);
    for (const event of wire.eventsUntil(plant.time)) judge(observeEvent(event));
    const late = lateness.measure(plant.time, { loopMs: 0, pollMs, queueMs: 0, labMs: 0 }, speed);
    if (late !== undefined) judge(observeEvent(late));
    judge(observeEvent({ type: 'tick', time: plant.time }));
    alerting.tick();
    if (acknowledgedAtS.includes(Math.round((plant.time - startedAt) / 1_000)))
      for (const { id } of alerting.manager.open()) alerting.manager.acknowledge(id, { role: 'operator' });
  };
  for (const batch of headlessObservations({ plant, tags: polled, from, to: endedAt, onSecond })) {
    for (const observation of blocked.arrivals(batch)) {
      if (observation.kind === 'batch') wire.read(batch);
      judge(observation);
    }
  }
  const changes = store.changes.filter(({ alert }) => alert.raisedAt >= startedAt);
  const annunciated = new Set(
    changes.filter(({ alert: { state } }) => state !== 'I' && state !== 'A').map(({ alert }) => alert.id),
  );
  const { alerts = [], expected = [] } = Object.groupBy(
    store.all().filter(({ raisedAt }) => raisedAt >= startedAt),
    ({ id }) => (annunciated.has(id) ? 'alerts' : 'expected'),
  );
  return { startedAt, endedAt, alerts, expected, changes, findings };
}

/** The tags with the periods that request budgets allow at a speed. A subscription reports every change, at any speed. */
function polledAt(speed: number, plant: Plant, tags: TagTable): TagTable {
  const rates = requestRates(plant, tags);
  const controllers = controllersOf(plant);
  const periodOf = ({ device, scanMs }: Tag): number =>
    controllers.includes(device) ? scanMs * Math.max(1, (speed * (rates.get(device) ?? 0)) / mostRequests) : scanMs;
  return new TagTable(tags.tags.map((tag) => ({ ...tag, scanMs: Math.ceil(periodOf(tag) / 1_000) * 1_000 })));
}

const controllersOf = (plant: Plant): readonly string[] => [...new Set(plant.points.map(({ modbus }) => modbus.controller))];

interface World {
  readonly plant: Plant;
  readonly wire: MirrorPort;
  readonly blocked: BlockedReplies;
}

/** Performs the acts that are due in this second of the plant, as the lab does. */
function perform({ steps, durationS }: Scenario, { plant, wire, blocked }: World, startedAt: number): void {
  const second = Math.round((plant.time - startedAt) / 1_000);
  if (second === durationS) {
    plant.act({ type: 'release', point: '*' });
    blocked.release();
    wire.leave();
  }
  for (const { atS, everyS, untilS = Number.POSITIVE_INFINITY, act, actor } of steps) {
    const repeats = everyS !== undefined && second > atS && second <= untilS && (second - atS) % everyS === 0;
    if (second !== atS && !repeats) continue;
    if (act.type === 'plant') plant.act(act.action);
    else {
      wire.act(act, actor, plant.time);
      if (act.type === 'modbus-restart') plant.restart?.(act.controller);
      if (act.type === 'modbus-block') blocked.block(act.controller, plant.time);
      if (act.type === 'modbus-write' || act.type === 'opcua-write')
        plant.write(
          plant.points.findIndex(({ name }) => name === act.point),
          act.value,
        );
    }
  }
}
