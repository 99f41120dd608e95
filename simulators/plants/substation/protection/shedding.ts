import { voltageOf } from '../network.ts';
import { node, supply } from '../topology.ts';
import { at, each } from '../points/index.ts';
import type { SubstationState } from '../state.ts';

const frequencies = each('UFLS.F{}', 4);
const [delay, enabled, done] = [at('UFLS.T'), at('UFLS.EN'), at('UFLS.DONE')];
/** Interval between stages that return once the station is connected to the grid, s. */
const backS = 30;

/** Frequency of a busbar, Hz: that of its machine in an island. 0 without voltage. @param k 0 for A, 1 for B */
export function busFrequency(state: SubstationState, k: 0 | 1): number {
  switch (state.network.supply[k]) {
    case supply.grid:
      return state.grid.frequency;
    case supply.hydro:
      return 50 * state.hydro.speed;
    case supply.diesel:
      return 50 * state.diesel.speed;
    default:
      return 0;
  }
}

/** Load shedding by frequency. @returns true while a stage is timing */
export function shedLoad(state: SubstationState, dt: number): boolean {
  const { memory, protection, loads, network } = state;
  const live = [busFrequency(state, 0), busFrequency(state, 1)].filter(
    (hertz, k) => hertz > 0 && voltageOf(network, k === 0 ? node.A : node.B) > 0.5,
  );
  const hertz = Math.min(...live, 60);
  let busy = false;
  for (let stage = 0; stage < 4; stage++) {
    const below = memory[enabled] === 1 && hertz < (memory[frequencies[stage] ?? 0] ?? 0) && loads.shed[stage] !== true;
    protection.shedding[stage] = below ? (protection.shedding[stage] ?? 0) + dt : 0;
    busy = busy || below;
    if ((protection.shedding[stage] ?? 0) > (memory[delay] ?? 0.2) - 5e-4 && below) loads.shed[stage] = true;
  }
  restore(state, dt);
  memory[done] = loads.shed.reduce((mask, shed, stage) => mask + (shed ? 2 ** stage : 0), 0);
  return busy;
}

/** Stages return one after the other, the last one first, while the grid supplies the station. */
function restore(state: SubstationState, dt: number): void {
  const { loads, protection, network } = state;
  const inGrid = network.supply[0] === supply.grid && network.supply[1] === supply.grid;
  if (!inGrid || !loads.shed.includes(true)) {
    protection.sheddingBack = 0;
    return;
  }
  protection.sheddingBack += dt;
  if (protection.sheddingBack < backS) return;
  protection.sheddingBack = 0;
  loads.shed[loads.shed.lastIndexOf(true)] = false;
}
