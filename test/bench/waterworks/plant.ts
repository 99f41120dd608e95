import { waterworks } from '../../../simulators/plants/waterworks/index.ts';
import type { Plant, PlantOptions } from '../../../src/core/plant.ts';
import type { DetectionPlan } from '../../../src/detection/plan/plan.ts';
import type { Calibrated } from '../../../src/learning/calibration/index.ts';
import { learnPlant, newPlant, planOf } from '../../support/plants.ts';

/** See `planOf`. */
export const waterworksPlan = (scanMs?: number): DetectionPlan => planOf(waterworks, scanMs);

/** See `learnPlant`. */
export const learnWaterworks = (
  plan: DetectionPlan,
  seed: number,
  days = 3,
  onProgress?: (done: number, text: string) => void,
): Promise<Calibrated> => learnPlant(plan, { plugin: waterworks, seed, days }, onProgress);

/** See `newPlant`. */
export const newWaterworks = (options: Omit<PlantOptions, 'state'>): Promise<Plant> => newPlant(options, waterworks);
