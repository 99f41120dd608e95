import type { Scenario } from '../../src/core/scenario.ts';
import { analyserCalibration } from './analyser-calibration/index.ts';
import { breakerSweep } from './breaker-sweep/index.ts';
import { chargerFailed } from './charger-failed/index.ts';
import { chlorineSetpoint } from './chlorine-setpoint/index.ts';
import { clearwellFlat } from './clearwell-flat/index.ts';
import { deviceScan } from './device-scan/index.ts';
import { dieselTest } from './diesel-test/index.ts';
import { feederReplay } from './feeder-replay/index.ts';
import { hydroOverspeed } from './hydro-overspeed/index.ts';
import { loadTransfer } from './load-transfer/index.ts';
import { oilSensorDrift } from './oil-sensor-drift/index.ts';
import { operatorSetpoint } from './operator-setpoint/index.ts';
import { outOfPhase } from './out-of-phase/index.ts';
import { plannedSwitching } from './planned-switching/index.ts';
import { pumpsStopped } from './pumps-stopped/index.ts';
import { recloseDisabled } from './reclose-disabled/index.ts';
import { relayRelaxed } from './relay-relaxed/index.ts';
import { relayTest } from './relay-test/index.ts';
import { replayValve } from './replay-valve/index.ts';
import { storm } from './storm/index.ts';
import { tapsApart } from './taps-apart/index.ts';
import { voltageSetpoint } from './voltage-setpoint/index.ts';

/** All scenarios, by plant; those of one plant with attacks first. */
export const scenarios: readonly Scenario[] = [
  chlorineSetpoint,
  clearwellFlat,
  pumpsStopped,
  replayValve,
  deviceScan,
  operatorSetpoint,
  analyserCalibration,
  breakerSweep,
  relayRelaxed,
  recloseDisabled,
  tapsApart,
  voltageSetpoint,
  hydroOverspeed,
  outOfPhase,
  feederReplay,
  oilSensorDrift,
  chargerFailed,
  plannedSwitching,
  relayTest,
  dieselTest,
  storm,
  loadTransfer,
];

/** The scenarios of a plant, in the order of the list. */
export const scenariosOf = (plant: string): readonly Scenario[] => scenarios.filter((scenario) => scenario.plant === plant);
