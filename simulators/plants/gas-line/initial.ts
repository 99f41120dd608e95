import type { PlantOptions } from '../../../src/core/plant.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { initialActs } from './acts.ts';
import { initialCompressor, speedFor } from './physics/compressor.ts';
import { expectedDemand, initialDemand } from './physics/demand.ts';
import { initialGate } from './physics/gates.ts';
import { steadyLine, steadyPressure } from './physics/line.ts';
import { initialSupply } from './physics/supply.ts';
import { initialTurbine } from './physics/turbine.ts';
import { initialValves, valveNames } from './physics/valves.ts';
import { initialLife } from './life.ts';
import { initialPlc, speedRange } from './plc/state.ts';
import { points } from './points/index.ts';
import { instruments } from './sensors.ts';
import type { GasLineState } from './state.ts';

const numbers = [1, 2, 3] as const;
/** Contents of the controllers' memory at commissioning. */
const commissioned: Readonly<Record<string, number>> = {
  'ST.PSP': 6.3,
  'ST.MODE': 1,
  'ST.NMAN': 8000,
  ...Object.fromEntries(valveNames.map((name) => [`${name}.CMD`, 1])),
  ...Object.fromEntries(
    numbers.flatMap((n) =>
      Object.entries({
        [`K${n}.ASMODE`]: 1,
        [`K${n}.SPMARG`]: 1.12,
        [`K${n}.NMODE`]: 1,
        [`K${n}.NMAN`]: 8000,
        [`K${n}.CMD`]: n < 3 ? 1 : 0,
        [`G${n}.PSP`]: 1.6,
        [`G${n}.MODE`]: 1,
        [`G${n}.HTRCMD`]: 1,
      }),
    ),
  ),
  'PLC1.MODE': 1,
  'RTU2.MODE': 1,
  'PLC1.FW': 271,
  'RTU2.FW': 134,
};
/** Pressure of the discharge header at the start, and how much higher that of the running units is, Pa. */
const [discharge, checkLoss] = [6.3e6, 2e4] as const;
const cells = { A: 10, B: 12 } as const;

/** Mean demand of a gate over a day, kg/s: the lines level out demand over half a day. */
function meanDemand(gate: number, time: number, air: number): number {
  const hours = Array.from({ length: 24 }, (_, h) => expectedDemand(gate, time + h * 3_600_000, air));
  return hours.reduce((sum, flow) => sum + flow, 0) / hours.length;
}

/**
 * Initial state of a plant in normal condition at `time`, before its warm-up. The random seed determines running hours, dirt and the
 * random parts of demand and weather. @param seasonShift added to the plant time for the season, ms
 */
export function initialState(
  time: number,
  life: PlantOptions['life'],
  lifeFrom: number,
  noise: Noise,
  seasonShift = 0,
): GasLineState {
  const random = noise.stream('initial');
  const demand = initialDemand(time, seasonShift, () => random.normal());
  const [g1 = 20, g2 = 16, g3 = 30] = demand.flow.map((flow, gate) => (flow + meanDemand(gate, time, demand.air)) / 2);
  const total = g1 + g2 + g3;
  const supply = initialSupply();
  const lineA = steadyLine(
    supply.pressure,
    Array.from({ length: cells.A + 1 }, () => total),
  );
  // flow behind the gates at km 35 and 75
  const along = Array.from({ length: cells.B }, (_, i) => (i <= 3 ? total : i <= 7 ? g2 + g3 : g3));
  const suction = steadyPressure(lineA.pressure.at(-1) ?? 0, 5000, total);
  const runs = numbers.map((n) => n < 3);
  const speed = speedFor(total / 2, suction, discharge + checkLoss, speedRange);
  const hours = 4000 + 16_000 * random.next();
  const station = { suction, discharge, bypass: 0, fouling: 0.3 * random.next() };
  return {
    time,
    supply,
    demand,
    lineA,
    lineB: steadyLine(discharge, [...along, 0]),
    station,
    compressors: runs.map((on) => initialCompressor(on ? speed : 0, on ? total / 2 : 0, on ? discharge + checkLoss : suction)),
    turbines: runs.map((on) => initialTurbine(on, hours + 8 * random.next() + (on ? 4 : 0))),
    gates: demand.flow.map((flow) => initialGate(flow)),
    valves: initialValves(),
    totals: { supplied: 0, delivered: 0, burned: 0, leaked: 0 },
    sensing: instruments.initial(),
    memory: points.map((point) => commissioned[point.name] ?? 0),
    plc: initialPlc(runs, speed),
    acts: initialActs(),
    life: initialLife(life, lifeFrom, noise),
  };
}
