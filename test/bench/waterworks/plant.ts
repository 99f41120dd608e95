import { readFileSync } from 'node:fs';
import { beginPlant } from '../../support/begun.ts';
import { waterworks } from '../../../simulators/plants/waterworks/index.ts';
import { record } from '../../../src/learning/job/record.ts';
import { type DetectionPlan, detectorFactories, planDetection } from '../../../src/detection/plan/plan.ts';
import { registry } from '../../../src/app/registry.ts';
import { parseConfig } from '../../../src/config/load.ts';
import type { MonitorConfig } from '../../../src/config/resolve.ts';
import { VirtualClock } from '../../../src/core/clock.ts';
import type { Plant, PlantOptions, PlantPlugin } from '../../../src/core/plant.ts';
import { Metrics, silentLogger } from '../../../src/core/plugin.ts';
import { Random } from '../../../src/core/random.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { type Calibrated, calibrateDetectors } from '../../../src/learning/calibration/index.ts';

const dayMs = 86_400_000;
/** Plant time at which the monitored plants start; their seeds are none of calibration's. */
export const startTime = Date.UTC(2026, 10, 24, 6);

/** The example configuration of a plant. */
export function exampleConfig({ type }: PlantPlugin): MonitorConfig {
  const file = `simulators/plants/${type}/plant.yaml`;
  return parseConfig(readFileSync(file, 'utf8'), file, { registry, environment: { SCADAWATCH_UA1_PASSPHRASE: 'unused' } });
}

export const waterworksConfig = (): MonitorConfig => exampleConfig(waterworks);

/** The example configuration's detection plan, with every tag polled at another period if one is given. */
export function planOf(plugin: PlantPlugin, scanMs?: number): DetectionPlan {
  const plan = planDetection(exampleConfig(plugin));
  return scanMs === undefined ? plan : { ...plan, tags: plan.tags.map((tag) => ({ ...tag, scanMs })) };
}

export const waterworksPlan = (scanMs?: number): DetectionPlan => planOf(waterworks, scanMs);

/** What a learned plant is, and how much of it is learned. */
interface Learning {
  readonly plugin: PlantPlugin;
  readonly seed: number;
  readonly days: number;
  /** See `PlantOptions`. */
  readonly season?: number | undefined;
}

/** Learns a plant as the lab's first start does. */
export async function learnPlant(
  plan: DetectionPlan,
  { plugin, seed, days, season }: Learning,
  onProgress: (done: number, text: string) => void = () => {},
): Promise<Calibrated> {
  const tags = new TagTable(plan.tags);
  const source = { type: 'simulate' as const, plant: plugin.type, seed, season, from: startTime - days * dayMs, to: startTime };
  const { recording, description } = await record(source, tags, onProgress);
  return calibrateDetectors({
    detectors: detectorFactories(plan),
    source: () => recording,
    description,
    tags,
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    folds: 3,
    onProgress,
  });
}

export const learnWaterworks = (
  plan: DetectionPlan,
  seed: number,
  days = 3,
  onProgress?: (done: number, text: string) => void,
): Promise<Calibrated> => learnPlant(plan, { plugin: waterworks, seed, days }, onProgress);

/** A plant without a network around it; the waterworks if none is given. */
export async function newPlant(options: Omit<PlantOptions, 'state'>, plugin: PlantPlugin = waterworks): Promise<Plant> {
  const clock = new VirtualClock(options.startTime);
  const context = { logger: silentLogger, clock, random: new Random(options.seed), metrics: new Metrics() };
  return beginPlant(plugin, options, context);
}
