import type { PlantOptions } from '../../../src/core/plant.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { initialActs } from './acts.ts';
import { initialBattery } from './battery.ts';
import { breaker } from './breaker-names.ts';
import { initialBreakers } from './breakers.ts';
import { initialDiesel } from './diesel.ts';
import { initialGrid } from './grid.ts';
import { gateFor, initialHydro } from './hydro.ts';
import { initialLife } from './life.ts';
import { expectedLoad, initialLoads } from './loads.ts';
import { initialEnergy } from './meters.ts';
import { initialNetwork } from './network.ts';
import { initialPlc } from './plc/state.ts';
import { mirrorCommands } from './plc/switching.ts';
import { points } from './points/index.ts';
import { initialProtection } from './protection/state.ts';
import { instruments } from './sensors.ts';
import type { SubstationState } from './state.ts';
import { initialTransformer } from './transformers.ts';

/** Contents of the controllers' memory at commissioning. */
const commissioned: Readonly<Record<string, number>> = {
  ...Object.fromEntries([1, 2].flatMap((n) => Object.entries({ [`T${n}.MODE`]: 1, [`T${n}.USP`]: 20.4, [`T${n}.BW`]: 1.5 }))),
  ...Object.fromEntries(
    [1, 2, 3, 4].flatMap((n) =>
      Object.entries({ [`F${n}.ISET`]: 320, [`F${n}.TMS`]: 0.1, [`F${n}.CURVE`]: 0, [`F${n}.ISET2`]: 3200, [`F${n}.AR`]: 1 }),
    ),
  ),
  'CAP.MODE': 1,
  'UFLS.F1': 49,
  'UFLS.F2': 48.7,
  'UFLS.F3': 48.4,
  'UFLS.F4': 48.1,
  'UFLS.T': 0.2,
  'UFLS.EN': 1,
  'TRF.EN': 1,
  'G1.PSP': 5000,
  'G1.USP': 6426,
  'G1.DROOP': 5,
  'G1.MODE': 2,
  'G1.CMD': 1,
  'G1.PMODE': 1,
  'G2.PSP': 1500,
  'G2.MODE': 1,
  'RTU1.MODE': 1,
  'PLC2.MODE': 1,
  'RTU1.FW': 330,
  'PLC2.FW': 518,
};

const hydroPower = 5;

/**
 * Initial state of a plant in normal condition at `time`, before its warm-up. The random seed determines energy counters, fuel and
 * the random parts of demand and voltage. @param seasonShift added to the plant time for the season, ms
 */
export function initialState(
  time: number,
  life: PlantOptions['life'],
  lifeFrom: number,
  noise: Noise,
  seasonShift = 0,
): SubstationState {
  const random = noise.stream('initial');
  const grid = initialGrid(time, seasonShift);
  grid.wander = 0.006 * random.normal();
  const loads = initialLoads();
  loads.random.forEach((_, i) => {
    loads.random[i] = 0.02 * random.normal();
  });
  // half of the load on each transformer, with the mean of the last hours
  const k = Math.max(0.1, (17 * expectedLoad(time - 2 * 3_600_000, grid.air) - hydroPower) / 50);
  const diesel = initialDiesel(random.integer(150, 600));
  diesel.fuel = 5000 * random.between(0.86, 0.97);
  const state: SubstationState = {
    time,
    grid,
    loads,
    breakers: initialBreakers([breaker.QG2, breaker.QCB2]),
    transformers: [initialTransformer(11, grid.air, k), initialTransformer(11, grid.air, k)],
    network: initialNetwork(),
    hydro: initialHydro(hydroPower, grid.air),
    diesel,
    battery: initialBattery(),
    protection: initialProtection(),
    energy: initialEnergy(() => random.next()),
    sensing: instruments.initial(),
    memory: points.map((point) => commissioned[point.name] ?? 0),
    plc: initialPlc(hydroPower, gateFor(hydroPower)),
    acts: initialActs(),
    life: initialLife(life, lifeFrom, noise),
    fineS: 0,
  };
  mirrorCommands(state);
  return state;
}
