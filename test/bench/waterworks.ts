import { readFileSync } from 'node:fs';
import { headlessObservations } from '../../simulators/lab/headless.ts';
import { plants } from '../../simulators/plants/index.ts';
import { scenarios } from '../../simulators/scenarios/index.ts';
import { AlertDesk } from '../../src/alerts/desk.ts';
import { record } from '../../src/app/calibration/record.ts';
import { detectorFactories, type DetectionPlan, fingerprint, planDetection } from '../../src/app/detection/plan.ts';
import { registry } from '../../src/app/registry.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { Alert } from '../../src/core/alert.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { observeBatch } from '../../src/core/observation.ts';
import type { Plant, PlantOptions } from '../../src/core/plant.ts';
import { Metrics, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { TagTable } from '../../src/core/tag.ts';
import { applyCalibration, calibrate, type Calibration } from '../../src/pipeline/calibration/index.ts';
import { createEngine } from '../../src/pipeline/engine/index.ts';
import { MemoryAlerts } from '../support/memory-alerts.ts';
import type { BenchRow } from './row.ts';

const dayMs = 86_400_000;
const configFile = 'simulators/plants/waterworks/plant.yaml';
/** Plant time at which the monitored plants start; their seeds are none of calibration's. */
export const startTime = Date.UTC(2026, 10, 24, 6);

/** The example configuration's detection plan, at another alarm budget if one is given. */
export function waterworksPlan(budgetPerDay?: number): DetectionPlan {
  const config = parseConfig(readFileSync(configFile, 'utf8'), configFile, {
    registry,
    environment: { SCADAWATCH_UA1_PASSPHRASE: 'unused' },
  });
  const plan = planDetection(config);
  return budgetPerDay === undefined ? plan : { ...plan, budgetPerDay };
}

/** Learns the waterworks as the lab's first start does. */
export async function learnWaterworks(plan: DetectionPlan, seed: number, days = 3): Promise<Calibration> {
  const tags = new TagTable(plan.tags);
  const source = { type: 'simulate' as const, plant: 'waterworks', seed, from: startTime - days * dayMs, to: startTime };
  const { recording, description } = await record(source, tags, () => {});
  return calibrate({
    detectors: detectorFactories(plan),
    source: () => recording,
    description,
    tags,
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    folds: 3,
  });
}

/** A waterworks without a network around it. */
export async function newPlant(options: PlantOptions): Promise<Plant> {
  const [plugin] = plants;
  if (plugin === undefined) throw new Error('there is no plant');
  const clock = new VirtualClock(options.startTime);
  const context = { logger: silentLogger, clock, random: new Random(options.seed), metrics: new Metrics() };
  return plugin.create(plugin.schema.parse({}), options, context);
}

export interface CampaignResult {
  /** Every alert that was raised, as it was last. */
  readonly alerts: readonly Alert[];
  readonly hours: number;
}

/**
 * Runs a plant headless under the whole detection path: detectors, thresholds, findings, alerts.
 * @param scenario played from the end of `warmHours` on
 */
export async function campaign(
  plan: DetectionPlan,
  calibration: Calibration,
  options: {
    readonly seed: number;
    readonly hours: number;
    readonly warmHours?: number;
    readonly scenario?: Scenario;
    /** Says what the network sees in place of the plant's registers, second by second. */
    readonly falsify?: (plant: Plant) => void;
  },
): Promise<CampaignResult> {
  const tags = new TagTable(plan.tags);
  const plant = await newPlant({ seed: options.seed, startTime, life: 'ordinary' });
  const engine = createEngine({ ...applyCalibration(calibration, detectorFactories(plan)), tags, groups: plan.groups });
  const clock = new VirtualClock(startTime);
  const store = new MemoryAlerts();
  const desk = new AlertDesk({ store, clock, epoch: fingerprint(plan) });
  const from = startTime + (options.warmHours ?? 0) * 3_600_000;
  const to = startTime + options.hours * 3_600_000;
  const play = options.scenario === undefined ? undefined : scriptOf(options.scenario, plant, from);
  for (const batch of headlessObservations({
    plant,
    tags,
    from: startTime,
    to,
    onSecond: () => {
      play?.(plant);
      options.falsify?.(plant);
    },
  })) {
    clock.set(batch.receiveTime[0] ?? clock.now());
    for (const change of engine.observe(observeBatch(batch))) desk.take(change);
    desk.tick();
  }
  return { alerts: store.all(), hours: options.hours };
}

/** Does a scenario's acts on the plant itself when they are due; what goes over the network in earnest is written directly. */
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

/** Seconds from the first hostile step to the first alert that answers the expectation; undefined if there is none. */
export function delayOf(scenario: Scenario, alerts: readonly Alert[], from: number): number | undefined {
  const expected = scenario.expect;
  if (expected === undefined) return undefined;
  const onset = from + Math.min(...scenario.steps.map(({ atS }) => atS)) * 1000;
  const { equipment, tags } = expected.finding;
  const times = alerts.flatMap((alert) =>
    alert.findings
      .filter(
        ({ beganAt, tags: named }) =>
          beganAt >= onset && (equipment.includes(alert.equipment) || named.some((tag) => tags.includes(tag))),
      )
      .map(({ beganAt }) => (beganAt - onset) / 1000),
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Nothing goes over sockets here, so what only a tap can see is left to the lab and its tests. */
const seenWithoutTap = ({ expect }: Scenario): boolean => expect?.finding.devices === undefined;

/** Alerts on normal running at each budget, and every scenario's delay. */
export async function benchWaterworks(
  seeds: readonly number[] = [101, 102, 103],
  budgets: readonly number[] = [2.4],
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const budget of budgets) {
    const plan = waterworksPlan(budget);
    const calibration = await learnWaterworks(plan, 0x5eed);
    for (const seed of seeds) {
      const { alerts, hours } = await campaign(plan, calibration, { seed, hours: 24 });
      const note = alerts.map(({ equipment, findings }) => `${equipment}:${findings[0]?.detector ?? ''}`).join(' ');
      rows.push({
        name: `waterworks, seed ${seed}, budget ${budget}/day`,
        value: (alerts.length * 24) / hours,
        unit: 'alerts/day',
        note,
      });
    }
    for (const scenario of scenarios.filter(seenWithoutTap)) {
      const { alerts } = await campaign(plan, calibration, { seed: seeds[0] ?? 1, hours: 3, warmHours: 1, scenario });
      const from = startTime + 3_600_000;
      const delay = delayOf(scenario, alerts, from);
      const after = alerts.filter(({ raisedAt }) => raisedAt >= from);
      rows.push({
        name: `${scenario.id}, budget ${budget}/day`,
        value: delay ?? Number.NaN,
        unit: 's to alert',
        note: `${scenario.expect === undefined ? 'nothing expected' : `within ${scenario.expect.withinS} s`}; ${after.length} alerts: ${after
          .slice(0, 6)
          .map(({ equipment, findings }) => `${equipment}:${[...new Set(findings.map(({ detector }) => detector))].join('+')}`)
          .join(' ')}`,
      });
    }
  }
  return rows;
}
