import { ControllerReports } from '../../../plant-kit/controllers.ts';
import { at, table } from '../points/index.ts';
import type { SubstationState } from '../state.ts';
import { controlDiesel, controlHydro } from './generators.ts';
import { controlTransfer } from './transfer.ts';
import { controlCapacitors, controlTaps } from './voltage.ts';

const reports = new ControllerReports(table, { rtu1: 10, plc2: 10 });
const [stationFirstOut, hydroFirstOut] = [at('RTU1.FO'), at('PLC2.FO')];

/** One scan of the controllers' slow logic, every second. */
export function scanControllers(state: SubstationState, dt: number): void {
  controlTaps(state, dt);
  controlCapacitors(state, dt);
  controlHydro(state, dt);
  controlDiesel(state, dt);
  controlTransfer(state, dt);
}

/** Updates the diagnostic registers of the controllers. @param jitter noise of the scan time by controller */
export function reportControllers(state: SubstationState, dt: number, jitter: (controller: string) => number): void {
  reports.report(state, dt, jitter);
  state.memory[stationFirstOut] = state.protection.firstOut;
  state.memory[hydroFirstOut] = state.hydro.trip;
}
