import { headlessObservations } from '../../../simulators/lab/headless.ts';
import { AlertManager } from '../../../src/alerts/manager.ts';
import { type DetectionPlan, detectorFactories, fingerprint } from '../../../src/detection/plan/plan.ts';
import type { Alert } from '../../../src/core/alert.ts';
import { VirtualClock } from '../../../src/core/clock.ts';
import type { FindingChange } from '../../../src/core/finding.ts';
import { type Observation, observeBatch, observeEvent } from '../../../src/core/observation.ts';
import type { Plant, PlantOptions, PlantPlugin } from '../../../src/core/plant.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { applyCalibration, thresholdsOf } from '../../../src/detection/baseline/apply.ts';
import { createFollowingEngine } from '../../../src/detection/following/index.ts';
import { type Delays, delaysOf } from '../ablation.ts';
import { MemoryAlerts } from '../../support/memory-alerts.ts';
import { waterworks } from '../../../simulators/plants/waterworks/index.ts';
import { newPlant, startTime } from '../../support/plants.ts';
import { shareDetectors } from './shared.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';
import { AnnouncedWork } from '../incidents/announced-work.ts';

export interface CampaignOptions {
  /** Default: the waterworks. */
  readonly plugin?: PlantPlugin;
  readonly seed: number;
  readonly hours: number;
  /** Played from the end of `warmHours` on. */
  readonly scenario?: Scenario;
  readonly warmHours?: number;
  /** Replaces the plant's registers on the network, second by second. */
  readonly falsify?: (plant: Plant) => void;
  /** Plant time at which it begins, ms UTC. */
  readonly from?: number;
  /** See `PlantOptions`. */
  readonly season?: number | undefined;
  /** Makes findings alarms before the alerts receive them. */
  readonly rationalised?: ((change: FindingChange) => FindingChange) | undefined;
  /** Hours for which the plant has run when it begins. Default: 0. */
  readonly settledHours?: number;
  /** Default: `ordinary`. */
  readonly life?: PlantOptions['life'];
  /** Work orders: findings at their places are out of service. */
  readonly works?: AnnouncedWork;
}

/** Everything that one learning says of a stream: for each of its calibrations the alerts that it raises. */
interface Judges {
  readonly take: (observation: Observation) => void;
  /** For each calibration every alert that was raised, as it was last. */
  readonly alerts: () => Alert[][];
}

const same = (change: FindingChange): FindingChange => change;

/** @param calibrations of one learning, which differ in their thresholds alone */
function judgesOf(
  plan: DetectionPlan,
  calibrations: readonly Calibration[],
  {
    tags,
    clock,
    rationalised = same,
    works,
  }: Pick<CampaignOptions, 'rationalised'> & {
    readonly tags: TagTable;
    readonly clock: VirtualClock;
    readonly works: AnnouncedWork;
  },
): Judges {
  const [first] = calibrations;
  if (first === undefined) return { take: () => {}, alerts: () => [] };
  const detectors = shareDetectors(applyCalibration(first, detectorFactories(plan)).detectors, calibrations.length);
  const judges = calibrations.map((calibration, i) => {
    const engine = createFollowingEngine({
      detectors: detectors[i] ?? [],
      thresholds: thresholdsOf(calibration),
      states: calibration.states,
      tags,
      groups: plan.groups,
    });
    const store = new MemoryAlerts();
    return { engine, store, manager: new AlertManager({ store, clock, epoch: fingerprint(plan), tags, maintenance: works }) };
  });
  return {
    take: (observation) => {
      for (const { engine, manager } of judges) {
        for (const change of engine.observe(observation)) manager.take(rationalised(change));
        manager.tick();
      }
    },
    alerts: () => judges.map(({ store }) => store.all()),
  };
}

/**
 * Runs a plant headless under the whole detection path: detectors, thresholds, findings, alerts.
 * @param calibrations of one learning, which differ in their thresholds alone
 * @returns for each calibration every alert that was raised, as it was last
 */
export async function campaign(
  plan: DetectionPlan,
  calibrations: readonly Calibration[],
  options: CampaignOptions,
): Promise<Alert[][]> {
  const [alerts = []] = await campaigns(plan, [calibrations], options);
  return alerts;
}

/** The same for several learnings, which watch one and the same plant. */
export async function campaigns(
  plan: DetectionPlan,
  learnings: readonly (readonly Calibration[])[],
  {
    plugin = waterworks,
    seed,
    hours,
    scenario,
    warmHours = 0,
    falsify,
    from = startTime,
    season,
    settledHours = 0,
    life = 'ordinary',
    rationalised,
    works = new AnnouncedWork([], from, new TagTable(plan.tags)),
  }: CampaignOptions,
): Promise<Alert[][][]> {
  const tags = new TagTable(plan.tags);
  const plant = await newPlant({ seed, startTime: from - settledHours * 3_600_000, season, life }, plugin);
  while (plant.time < from) plant.step(1);
  const clock = new VirtualClock(from);
  const judges = learnings.map((calibrations) => judgesOf(plan, calibrations, { tags, clock, rationalised, works }));
  const play = scenario === undefined ? undefined : scriptOf(scenario, plant, from + warmHours * 3_600_000);
  const onSecond = (): void => {
    play?.(plant);
    falsify?.(plant);
  };
  for (const batch of headlessObservations({ plant, tags, from, to: from + hours * 3_600_000, onSecond })) {
    clock.set(batch.receiveTime[0] ?? clock.now());
    const change = works.changeAt(clock.now());
    const observations = [
      ...(change === undefined ? [] : [observeEvent({ type: 'maintenance', time: clock.now(), ...change })]),
      observeBatch(batch),
    ];
    for (const { take } of judges) observations.forEach(take);
  }
  return judges.map(({ alerts }) => alerts());
}

/** Performs a scenario's acts on the plant when they are due; network acts are written directly. */
function scriptOf(scenario: Scenario, plant: Plant, from: number): (plant: Plant) => void {
  const index = (name: string): number => plant.points.findIndex((point) => point.name === name);
  return () => {
    const second = Math.round((plant.time - from) / 1000);
    for (const { atS, everyS, untilS, act } of scenario.steps) {
      const repeats =
        everyS !== undefined && second > atS && second <= (untilS ?? Number.POSITIVE_INFINITY) && (second - atS) % everyS === 0;
      if (second !== atS && !repeats) continue;
      if (act.type === 'modbus-write' || act.type === 'opcua-write') plant.write(index(act.point), act.value);
      else if (act.type === 'plant') plant.act(act.action);
    }
  };
}

/** Seconds from the first hostile step to the first finding that answers the expectation, by detector. */
export function delaysByDetector({ expect, steps }: Scenario, alerts: readonly Alert[], from: number): Delays {
  if (expect === undefined) return {};
  const onset = from + Math.min(...steps.map(({ atS }) => atS)) * 1000;
  const { equipment, tags } = expect.finding;
  const answers = alerts.flatMap((alert) =>
    alert.findings.filter(({ tags: named }) => equipment.includes(alert.equipment) || named.some((tag) => tags.includes(tag))),
  );
  const delays = Object.entries(delaysOf(answers, onset));
  return Object.fromEntries(delays.map(([detector, ms]) => [detector, ms / 1000]));
}

/** The same to the first of all; undefined if there is none. */
export function delayOf(scenario: Scenario, alerts: readonly Alert[], from: number): number | undefined {
  const delays = Object.values(delaysByDetector(scenario, alerts, from));
  return delays.length === 0 ? undefined : Math.min(...delays);
}

/** Who answers the expectation in time. */
export const inTime = ({ expect }: Scenario, delays: Delays): Delays =>
  Object.fromEntries(Object.entries(delays).filter(([, delay]) => delay <= (expect?.withinS ?? 0)));
