import { ControllerReports } from '../../../plant-kit/controllers.ts';
import { at, each, table } from '../points/index.ts';
import type { WaterworksState } from '../state.ts';
import { computeFigures, controlAlum, controlChlorine, controlPh, controlRawFlow } from './dosing.ts';
import { controlBoosters } from './rtu.ts';
import { controlStation } from './staging.ts';
import { controlWashing } from './washing.ts';

const trips = each('PS.P{}.TRIP', 4);

/** Period of the second controller's scan, s. */
export const rtuScanS = 5;

/** One scan of the process PLC. */
export function scanPlc(state: WaterworksState, dt: number): void {
  controlRawFlow(state, dt);
  controlAlum(state, dt);
  controlPh(state, dt);
  controlChlorine(state, dt);
  controlWashing(state, dt);
  controlStation(state, dt);
  computeFigures(state, dt);
  state.pumps.forEach((pump, i) => {
    state.memory[trips[i] ?? 0] = pump.trip === 0 ? 0 : 1;
  });
}

/** One scan of the network's controller. */
export function scanRtu(state: WaterworksState, dt: number): void {
  controlBoosters(state, dt);
}

const reports = new ControllerReports(table, { plc1: 12, rtu2: 7 });
const firstOut = at('PLC1.FO');

/** Updates the diagnostic registers of the controllers. @param jitter noise of the scan time by controller */
export function reportControllers(state: WaterworksState, dt: number, jitter: (controller: string) => number): void {
  reports.report(state, dt, jitter);
  state.memory[firstOut] = state.plc.staging.firstOut;
}
