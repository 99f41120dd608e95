import type { Noise } from '../../plant-kit/noise.ts';
import { compressedTemperature, fuelOf, gateCells, leakCell, leakOf, powerOfUnit } from './derived.ts';
import { marginOf, powerOf, volumeFlow } from './physics/compressor.ts';
import { stepDemand } from './physics/demand.ts';
import { stepGate } from './physics/gates.ts';
import { gasSpeed, type LineState, stepFlows, stepPressures } from './physics/line.ts';
import { scrubberResistance, stepStation } from './physics/station.ts';
import { stepSupply } from './physics/supply.ts';
import { nextSpeed, stepTurbine } from './physics/turbine.ts';
import { lineValves, moveValve, valveIndex, valveNames, watchBreak } from './physics/valves.ts';
import { controlSurge, moveRecycle } from './plc/surge.ts';
import { guardUnits } from './plc/protection.ts';
import { isFired } from './plc/sequence.ts';
import { at } from './points/index.ts';
import type { GasLineState } from './state.ts';

const cells = 12;
/** Scan of the controllers, s. */
const scan = 0.05;
const scans = Math.round(1 / scan);
/** Steps of the compressors in a scan near surge, and otherwise: of 10 and 25 ms. */
const [fineSteps, coarseSteps] = [5, 2] as const;
/** Loss by a pig, Pa/(kg/s)², and length of a cell, km. */
const [pigLoss, cellKm] = [10, 10] as const;
const valveCommands = valveNames.map((name) => at(`${name}.CMD`));
const gatePoints = [1, 2, 3].map((n) => ({
  setpoint: at(`G${n}.PSP`),
  mode: at(`G${n}.MODE`),
  heater: at(`G${n}.HTRCMD`),
}));

function openings({ valves }: GasLineState, line: 'A' | 'B'): Map<number, number> {
  const open = new Map<number, number>();
  lineValves.forEach(({ line: of, border }, i) => {
    if (of === line) open.set(border, valves[i]?.position ?? 0);
  });
  return open;
}

/** Moves valves, lines and gates by a second. The flows at the station's borders are those that its headers use. */
function stepLines(state: GasLineState, noise: Noise): void {
  const { lineA, lineB, station, valves, memory, totals, acts, demand } = state;
  valves.forEach((valve, i) => {
    const stops = state.plc.stopped && i >= lineValves.length;
    moveValve(valve, i, memory[valveCommands[i] ?? -1] === 1 && !stops, 1);
    const { line, border } = lineValves[i] ?? {};
    const pressures: LineState | undefined = line === 'A' ? lineA : line === 'B' ? lineB : undefined;
    if (pressures !== undefined && border !== undefined) watchBreak(valve, pressures.pressure[border] ?? 0, 1);
  });
  const [openA, openB] = [openings(state, 'A'), openings(state, 'B')];
  openA.set(lineA.pressure.length, valves[valveIndex('SV1')]?.position ?? 0);
  openB.set(0, valves[valveIndex('SV2')]?.position ?? 0);
  const pigAt = acts.pig < 0 ? new Map<number, number>() : new Map([[Math.ceil(acts.pig / cellKm), pigLoss]]);
  stepFlows(
    lineA,
    {
      inlet: state.supply.pressure,
      outlet: station.suction,
      opening: openA,
      loss: new Map([[lineA.pressure.length, scrubberResistance(station)]]),
    },
    1,
  );
  stepFlows(lineB, { inlet: station.discharge, outlet: undefined, opening: openB, loss: pigAt }, 1);
  const offtake = Array.from({ length: cells }, () => 0);
  state.gates.forEach((gate, n) => {
    const { setpoint, mode, heater } = gatePoints[n] ?? { setpoint: -1, mode: -1, heater: -1 };
    const cell = gateCells[n] ?? 0;
    const settings = {
      setpoint: 1e6 * (memory[setpoint] ?? 0),
      regulated: memory[mode] === 1,
      heated: memory[heater] === 1,
    };
    stepGate(gate, n, settings, { inlet: lineB.pressure[cell] ?? 0, demand: demand.flow[n] ?? 0 }, noise, 1);
    offtake[cell] = gate.flow;
    totals.delivered += gate.flow;
  });
  const leak = leakOf(state);
  offtake[leakCell] = (offtake[leakCell] ?? 0) + leak;
  totals.leaked += leak;
  totals.supplied += lineA.flow[0] ?? 0;
  stepPressures(lineA, [], 1);
  stepPressures(lineB, offtake, 1);
}

/** Pig and dirt in the scrubber. */
function stepSlow(state: GasLineState): void {
  const { acts, lineB, station } = state;
  station.fouling = Math.min(12, station.fouling + (0.01 / 24 + acts.foulingPerHour) / 3600);
  if (acts.pig < 0) return;
  acts.pig += gasSpeed(lineB, Math.min(cells - 1, Math.floor(acts.pig / cellKm))) / 1000;
  // the trap is before the last gate
  if (acts.pig > 118) acts.pig = -1;
}

/** True if the flow of a unit can reverse, which needs fine steps. */
const isNearSurge = ({ compressors, station }: GasLineState): boolean =>
  compressors.some(({ speed, flow }) => marginOf(speed, volumeFlow(flow, station.suction)) < 1.03);

/** Advances the physics by a second, with the fast controllers and the protection of the units. */
export function stepProcess(state: GasLineState, noise: Noise): void {
  const { station, compressors, turbines, plc, demand } = state;
  stepDemand(demand, state.time, noise, 1);
  stepSupply(state.supply, noise, 1);
  stepLines(state, noise);
  const fuel = fuelOf(state);
  state.totals.burned += fuel;
  const flows = { inflow: state.lineA.flow.at(-1) ?? 0, outflow: state.lineB.flow[0] ?? 0, fuel };
  for (let k = 0; k < scans; k++) {
    controlSurge(state, scan);
    compressors.forEach((compressor, i) => {
      const control = plc.units[i];
      if (control === undefined) return;
      const power = powerOf(compressor, station.suction);
      compressor.speed = nextSpeed(compressor.speed, control.speed, isFired(control), power, demand.air, scan);
      moveRecycle(compressor, control, scan);
    });
    const steps = isNearSurge(state) ? fineSteps : coarseSteps;
    for (let step = 0; step < steps; step++) stepStation(station, compressors, flows, scan / steps);
    guardUnits(state, scan);
  }
  turbines.forEach((turbine, i) => {
    stepTurbine(turbine, compressors[i]?.speed ?? 0, powerOfUnit(state, i), demand.air, compressedTemperature(state, i), 1);
  });
  stepSlow(state);
}
