import type { Scenario } from '../../src/core/scenario.ts';
import { analyserCalibration } from './analyser-calibration/index.ts';
import { chlorineSetpoint } from './chlorine-setpoint/index.ts';
import { clearwellFlat } from './clearwell-flat/index.ts';
import { deviceScan } from './device-scan/index.ts';
import { operatorSetpoint } from './operator-setpoint/index.ts';
import { pumpsStopped } from './pumps-stopped/index.ts';
import { replayValve } from './replay-valve/index.ts';

/** All scenarios, by plant; those of one plant with attacks first. */
export const scenarios: readonly Scenario[] = [
  chlorineSetpoint,
  clearwellFlat,
  pumpsStopped,
  replayValve,
  deviceScan,
  operatorSetpoint,
  analyserCalibration,
];

/** The scenarios of a plant, in the order of the list. */
export const scenariosOf = (plant: string): readonly Scenario[] => scenarios.filter((scenario) => scenario.plant === plant);
