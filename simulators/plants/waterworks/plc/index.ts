import { at, each } from '../points/index.ts';
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

interface Block {
  readonly controller: string;
  readonly heartbeat: number;
  readonly scan: number;
  readonly clock: number;
  readonly sequence: number;
  /** Scan time, ms. */
  readonly typical: number;
}

const blocks: readonly Block[] = [
  { controller: 'plc1', typical: 12 },
  { controller: 'rtu2', typical: 7 },
].map(({ controller, typical }) => {
  const name = controller.toUpperCase();
  return {
    controller,
    typical,
    heartbeat: at(`${name}.HB`),
    scan: at(`${name}.SCAN`),
    clock: at(`${name}.TIME`),
    sequence: at(`${name}.SEQ`),
  };
});
const firstOut = at('PLC1.FO');

/** Updates the diagnostic registers of the controllers. @param jitter noise of the scan time by controller */
export function reportControllers(state: WaterworksState, dt: number, jitter: (controller: string) => number): void {
  const { memory, plc } = state;
  plc.uptime += dt;
  for (const block of blocks) {
    memory[block.heartbeat] = plc.uptime % 65_536;
    memory[block.scan] = Math.round((block.typical + 0.4 * jitter(block.controller)) * 10) / 10;
    memory[block.clock] = Math.floor(state.time / 1000);
    memory[block.sequence] = (plc.writes[block.controller] ?? 0) % 65_536;
  }
  memory[firstOut] = plc.staging.firstOut;
}
