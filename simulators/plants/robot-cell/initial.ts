import type { PlantOptions } from '../../../src/core/plant.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { initialActs } from './acts.ts';
import { initialArm } from './arms/arm.ts';
import { initialAir } from './cell/air.ts';
import { initialConveyors } from './cell/conveyors.ts';
import { initialFixture } from './cell/fixture.ts';
import { initialLife } from './life.ts';
import { initialPlc } from './plc/state.ts';
import { points } from './points/index.ts';
import { protectiveFunctions } from './points/safety.ts';
import { initialSafety } from './safety/state.ts';
import { instruments } from './sensors.ts';
import type { RobotCellState } from './state.ts';

/** Contents of the controllers' memory at commissioning. */
const commissioned: Readonly<Record<string, number>> = {
  'CV1.SP': 0.25,
  'CV2.SP': 0.25,
  'CV1.CMD': 1,
  'CV2.CMD': 1,
  'STP.CMD': 1,
  'FX.CLCMD': 1,
  'FX.INSP': 1,
  'FX.FSP': 3.2,
  'FX.FMIN': 3,
  'FX.FMAX': 3.4,
  'FX.DMIN': 11.8,
  'FX.DMAX': 12.2,
  'SS.WOVR': 30,
  ...Object.fromEntries(protectiveFunctions.map((name) => [`SS.${name}.EN`, 1])),
  ...Object.fromEntries(
    [1, 2].flatMap((n) =>
      Object.entries({
        [`R${n}.VCMD`]: 1,
        [`R${n}.OVRSP`]: 100,
        [`R${n}.VRED`]: 250,
        [`R${n}.TLIM`]: 35,
        [`R${n}.ACCF`]: 100,
        [`R${n}.MASSP`]: 2,
        [`R${n}.JAX`]: 1,
        [`C${n}.PROG`]: 1,
        [`C${n}.EXEC`]: 1,
      }),
    ),
  ),
  'PLC1.MODE': 1,
  'PLC1.FW': 412,
};

/** Initial state of a cell in normal operation at `time`, before its warm-up. The random seed determines counters and wear. */
export function initialState(time: number, life: PlantOptions['life'], lifeFrom: number, noise: Noise): RobotCellState {
  const random = noise.stream('initial');
  const hall = 23 + 2 * random.next();
  const next = (): number => random.next();
  const good = Math.round(7e5 * (1 + random.next()));
  return {
    time,
    arms: [initialArm(false, hall, 0.78, next), initialArm(true, hall, 0.78, next)],
    conveyors: initialConveyors(),
    fixture: initialFixture(),
    air: initialAir(),
    safety: initialSafety(),
    plc: initialPlc(),
    tally: {
      good,
      rejected: Math.round(0.016 * good),
      badShipped: 0,
      lost: 0,
      scrapped: 0,
      sincePartS: 0,
      betweenS: 9.5,
      rate: 0.1,
      exposureS: 0,
      warningSpeed: 0,
      collision: 0,
    },
    hall,
    volts: 400,
    sensing: instruments.initial(),
    memory: points.map((point) => commissioned[point.name] ?? 0),
    acts: initialActs(),
    life: initialLife(life, lifeFrom, noise),
  };
}
