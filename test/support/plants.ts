import { readFileSync } from 'node:fs';
import { registry } from '../../src/app/registry.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { MonitorConfig } from '../../src/config/resolve.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { Plant, PlantOptions, PlantPlugin } from '../../src/core/plant.ts';
import { Metrics, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import { TagTable } from '../../src/core/tag.ts';
import { type DetectionPlan, detectorFactories, planDetection } from '../../src/detection/plan/plan.ts';
import { type Calibrated, calibrateDetectors } from '../../src/learning/calibration/index.ts';
import { record } from '../../src/learning/job/record.ts';
import { beginPlant } from './begun.ts';

const dayMs = 86_400_000;
/** Plant time at which the monitored plants start; their seeds are none of calibration's. */
export const startTime = Date.UTC(2026, 10, 24, 6);

/** The example configuration of a plant. */
export function exampleConfig({ type }: PlantPlugin): MonitorConfig {
  const file = `simulators/plants/${type}/plant.yaml`;
  return parseConfig(readFileSync(file, 'utf8'), file, { registry, environment: { SCADAWATCH_UA1_PASSPHRASE: 'unused' } });
}

/** The example configuration's detection plan, with every tag polled at another period if one is given. */
export function planOf(plugin: PlantPlugin, scanMs?: number): DetectionPlan {
  const plan = planDetection(exampleConfig(plugin));
  return scanMs === undefined ? plan : { ...plan, tags: plan.tags.map((tag) => ({ ...tag, scanMs })) };
}

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

/** A plant without a network around it. */
export async function newPlant(options: Omit<PlantOptions, 'state'>, plugin: PlantPlugin): Promise<Plant> {
  const clock = new VirtualClock(options.startTime);
  const context = { logger: silentLogger, clock, random: new Random(options.seed), metrics: new Metrics() };
  return beginPlant(plugin, options, context);
}
