import type { PlantOptions } from '../../../src/core/plant.ts';
import { initialActs } from './acts.ts';
import { initialBoosters } from './boosters.ts';
import { initialChlorination } from './chlorination.ts';
import { initialClearwell } from './clearwell.ts';
import { initialCoagulation } from './coagulation.ts';
import { initialFilters } from './filters.ts';
import { initialIntake } from './intake.ts';
import { initialLife } from './life.ts';
import { initialNetwork } from './network.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { initialPlc } from './plc/state.ts';
import { at, points } from './points/index.ts';
import { initialPumps } from './pumping.ts';
import { nodeAt } from './quality.ts';
import { instruments } from './sensing.ts';
import type { WaterworksState } from './state.ts';

/** Contents of the controllers' memory at commissioning. */
const commissioned: Readonly<Record<string, number>> = {
  'CG.ALSP': 22,
  'CG.MODE': 1,
  'CL.SP': 1,
  'CL.MODE': 1,
  'CL.OPM': 1.76,
  'PS.LEAD': 1,
  'PRV1.SP': 38,
  'SP.T1ON1': 4.4,
  'SP.T1ON2': 3.4,
  'SP.T1ON3': 2.4,
  'SP.T1OFF1': 5.5,
  'SP.T1OFF2': 5.1,
  'SP.T1OFF3': 4.5,
  'SP.T3ON': 3.2,
  'SP.T3OFF': 4.4,
  'SP.NIGHT': 0.35,
  'SP.QMAX': 185,
  'PLC1.MODE': 1,
  'RTU2.MODE': 1,
  'PLC1.FW': 412,
  'RTU2.FW': 207,
};

/** Chlorine after long operation, mg/L: decreases with the distance from the works. */
function aged(node: number): number {
  const known: Readonly<Record<string, number>> = { T1: 0.6, T2: 0.52, T3: 0.45, H4: 0.3, H5: 0.3, H6: 0.35 };
  for (const [id, value] of Object.entries(known)) if (nodeAt(id) === node) return value;
  return 0.75;
}

/**
 * Initial state of a plant in normal condition at `time`, before its warm-up. The random seed determines tank levels and filter
 * run times. @param seasonShift added to the plant time for the season, ms
 */
export function initialState(
  time: number,
  life: PlantOptions['life'],
  lifeFrom: number,
  noise: Noise,
  seasonShift = 0,
): WaterworksState {
  const random = noise.stream('initial');
  const turn = random.integer(0, 3);
  const memory = points.map((point) => commissioned[point.name] ?? 0);
  memory[at('PS.LEAD')] = 1 + random.integer(0, 3);
  return {
    time,
    intake: initialIntake(time, 110, seasonShift),
    coagulation: initialCoagulation(random.between(40, 90)),
    filters: initialFilters([0, 1, 2, 3].map((i) => 2 + ((i + turn) % 4) * 7.5 + random.between(0, 3))),
    chlorination: initialChlorination(random.between(75, 95), 1),
    clearwell: initialClearwell(3, 0.98),
    pumps: initialPumps([0, 1, 2, 3].map(() => Math.round(random.between(6000, 24_000)))),
    boosters: initialBoosters(),
    network: initialNetwork([4.2, 4.2, 3.6], aged),
    sensing: instruments.initial(),
    memory,
    plc: initialPlc(time, 110, random.between(3000, 20_000)),
    acts: initialActs(),
    life: initialLife(life, lifeFrom, noise),
  };
}
