import { readFileSync } from 'node:fs';
import { beginPlant } from '../../support/begun.ts';
import { plants } from '../../../simulators/plants/index.ts';
import { record } from '../../../src/learning/job/record.ts';
import { type DetectionPlan, detectorFactories, planDetection } from '../../../src/detection/plan/plan.ts';
import { registry } from '../../../src/app/registry.ts';
import { parseConfig } from '../../../src/config/load.ts';
import type { MonitorConfig } from '../../../src/config/resolve.ts';
import { VirtualClock } from '../../../src/core/clock.ts';
import type { Plant, PlantOptions } from '../../../src/core/plant.ts';
import { Metrics, silentLogger } from '../../../src/core/plugin.ts';
import { Random } from '../../../src/core/random.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { type Calibrated, calibrateDetectors } from '../../../src/learning/calibration/index.ts';

const dayMs = 86_400_000;
const configFile = 'simulators/plants/waterworks/plant.yaml';
/** Plant time at which the monitored plants start; their seeds are none of calibration's. */
export const startTime = Date.UTC(2026, 10, 24, 6);

/** The example configuration. */
export const waterworksConfig = (): MonitorConfig =>
  parseConfig(readFileSync(configFile, 'utf8'), configFile, {
    registry,
    environment: { SCADAWATCH_UA1_PASSPHRASE: 'unused' },
  });

/** The example configuration's detection plan, with every tag polled at another period if one is given. */
export function waterworksPlan(scanMs?: number): DetectionPlan {
  const plan = planDetection(waterworksConfig());
  return scanMs === undefined ? plan : { ...plan, tags: plan.tags.map((tag) => ({ ...tag, scanMs })) };
}

/** Learns the waterworks as the lab's first start does. */
export async function learnWaterworks(
  plan: DetectionPlan,
  seed: number,
  days = 3,
  onProgress: (done: number, text: string) => void = () => {},
): Promise<Calibrated> {
  const tags = new TagTable(plan.tags);
  const source = { type: 'simulate' as const, plant: 'waterworks', seed, from: startTime - days * dayMs, to: startTime };
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

/** A waterworks without a network around it. */
export async function newPlant(options: Omit<PlantOptions, 'state'>): Promise<Plant> {
  const [plugin] = plants;
  if (plugin === undefined) throw new Error('there is no plant');
  const clock = new VirtualClock(options.startTime);
  const context = { logger: silentLogger, clock, random: new Random(options.seed), metrics: new Metrics() };
  return beginPlant(plugin, options, context);
}
