import type { PlantOptions } from '../../../src/core/plant.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { initialActs } from './acts.ts';
import { initialAnalysers } from './analysers.ts';
import { baseInputs, baseOutputs, baseProcess, baseValves, commissionedLoops } from './base.ts';
import { initialLife } from './life.ts';
import { initialMachine } from './physics/machine.ts';
import { stepProcess } from './physics/process.ts';
import { initialValves } from './physics/valves.ts';
import { initialPlc, programSum } from './plc/state.ts';
import { points } from './points/index.ts';
import { initialSafety, safetyLimits } from './safety/state.ts';
import { instruments } from './sensors.ts';
import type { ReactorState } from './state.ts';
import { initialSurroundings } from './surroundings.ts';

/** Contents of the controllers' memory at commissioning. */
const commissioned: Readonly<Record<string, number>> = {
  ...commissionedLoops,
  'K1.CMD': 1,
  'SIS.PTRIP': safetyLimits.pressure,
  'SIS.TTRIP': safetyLimits.temperature,
  'PLC1.MODE': 1,
  'SIS2.MODE': 1,
  'PLC1.FW': 412,
  'SIS2.FW': 103,
  'PLC1.SUM': programSum.commissioned,
};

/**
 * Initial state of a plant in normal condition at `time`, before its warm-up. The random seed determines dirt, weather and feeds.
 * @param seasonShift added to the plant time for the season, ms
 */
export function initialState(
  time: number,
  life: PlantOptions['life'],
  lifeFrom: number,
  noise: Noise,
  seasonShift = 0,
): ReactorState {
  const random = noise.stream('initial');
  const process = baseProcess();
  const now = stepProcess(baseProcess(), baseInputs, 1);
  return {
    time,
    process,
    now,
    valves: initialValves(baseValves),
    machine: initialMachine(0.01 * random.next()),
    surroundings: initialSurroundings(time, seasonShift, () => random.normal()),
    analysers: initialAnalysers(now),
    totals: { fed: 0, purged: 0, product: 0, relieved: 0, refilled: 0, inertIn: 0, inertOut: 0 },
    sensing: instruments.initial(),
    memory: points.map((point) => commissioned[point.name] ?? 0),
    plc: initialPlc(baseValves, baseOutputs),
    safety: initialSafety(),
    acts: initialActs(),
    life: initialLife(life, lifeFrom, noise),
  };
}
