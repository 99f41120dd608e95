import { Instruments, type Sensor as AnySensor, transmitters } from '../../plant-kit/sensing.ts';
import { compressedTemperature, fuelOfUnit, gateCells, powerOfUnit } from './derived.ts';
import { orificePressure, ratedSpeed } from './physics/compressor.ts';
import { expectedDemand } from './physics/demand.ts';
import { groundTemperature } from './physics/gas.ts';
import type { LineState } from './physics/line.ts';
import { scrubberResistance } from './physics/station.ts';
import { vibrationOf } from './physics/turbine.ts';
import { valveNames } from './physics/valves.ts';
import { isReady } from './plc/sequence.ts';
import { unitState } from './plc/state.ts';
import { points } from './points/index.ts';
import { places } from './points/lines.ts';
import type { GasLineState } from './state.ts';

type Sensor = AnySensor<GasLineState>;
const { analog, contact } = transmitters<GasLineState>();
type Truth = Sensor['truth'];
const cellKm = 10;

const pressure = (point: string, truth: Truth, lagS = 0.3): Sensor => analog(point, lagS, 0.002, 0.001, (s) => truth(s) / 1e6);
const temperature = (point: string, truth: Truth): Sensor => analog(point, 10, 0.05, 0.05, truth);
const exact = (point: string, truth: Truth, quantum = 1): Sensor => analog(point, 0, 0, quantum, truth);

/** Pressure at a place of a line, between the middles of two cells, Pa. @param before and @param behind pressures at its ends */
export function pressureAt(line: LineState, km: number, before: number, behind: number): number {
  const place = km / cellKm - 0.5;
  const cell = Math.floor(place);
  const from = cell < 0 ? before : (line.pressure[cell] ?? behind);
  const to = line.pressure[cell + 1] ?? behind;
  const share = cell < 0 ? 2 * (place + 0.5) : cell + 1 < line.pressure.length ? place - cell : 2 * (place - cell);
  return from + (to - from) * Math.min(1, share);
}

const supply: readonly Sensor[] = [
  pressure('SUP.PT', (s) => s.supply.pressure),
  temperature('SUP.TT', (s) => s.supply.temperature),
  analog('SUP.FT', 0.5, 0.3, 0.1, (s) => s.lineA.flow[0] ?? 0),
  analog('SUP.CV', 60, 0.02, 0.01, (s) => s.supply.calorific),
  analog('SUP.H2O', 60, 0.5, 0.5, (s) => s.supply.water),
  // the relative density of the gas is 0.605
  analog('SUP.WOBBE', 60, 0.02, 0.01, (s) => s.supply.calorific / Math.sqrt(0.605)),
];

/** The first transmitter of line B is behind the station valve; its end has the pressure of the last cell, behind which it is closed. */
const lines: readonly Sensor[] = [
  ...places.LA.map((km, i) =>
    analog(`LA.PT${i + 1}`, 0.5, 0.003, 0.001, (s) => pressureAt(s.lineA, km, s.supply.pressure, s.station.suction) / 1e6),
  ),
  ...places.LB.map((km, i) =>
    analog(
      `LB.PT${i + 1}`,
      0.5,
      0.003,
      0.001,
      (s) => pressureAt(s.lineB, km, s.lineB.pressure[0] ?? 0, s.lineB.pressure.at(-1) ?? 0) / 1e6,
    ),
  ),
];

const valves: readonly Sensor[] = valveNames.map((name, i) => contact(`${name}.POS`, (s) => (s.valves[i]?.position ?? 0) > 0.98));

const station: readonly Sensor[] = [
  pressure('ST.PS', (s) => s.station.suction, 0.2),
  pressure('ST.PD', (s) => s.station.discharge, 0.2),
  temperature('ST.TS', () => groundTemperature),
  temperature('ST.TD', (s) => {
    const flow = s.compressors.reduce((sum, { check }) => sum + check, 0);
    const heat = s.turbines.reduce((sum, { cooled }, i) => sum + cooled * (s.compressors[i]?.check ?? 0), 0);
    return flow > 1 ? heat / flow : groundTemperature;
  }),
  analog('ST.FS', 0.3, 0.2, 0.05, (s) => Math.max(0, s.lineB.flow[0] ?? 0)),
  analog('ST.DPSCR', 1, 0.1, 0.1, (s) => (scrubberResistance(s.station) * (s.lineA.flow.at(-1) ?? 0) ** 2) / 1000),
  contact('ST.BYP', (s) => s.station.bypass > 1),
  ...[1, 2, 3, 4, 5, 6].map((n) => analog(`FG.LEL${n}`, 5, 0.3, 0.1, (s) => 1 + s.acts.gas * (n <= 3 ? 1 : 0.6))),
  ...[1, 2, 3].map((n) => contact(`FG.FIRE${n}`, (s) => s.acts.fire)),
  contact('FG.ESD', (s) => s.plc.stopped),
];

const units: readonly Sensor[] = [0, 1, 2].flatMap((i) => {
  const name = `K${i + 1}`;
  const speed: Truth = (s) => s.compressors[i]?.speed ?? 0;
  const vibration =
    (share: number): Truth =>
    (s) => {
      const turbine = s.turbines[i];
      return turbine === undefined ? 0 : share * vibrationOf(turbine, speed(s));
    };
  const state: Truth = (s) => s.plc.units[i]?.state ?? 0;
  return [
    pressure(`${name}.PS`, (s) => s.station.suction, 0.1),
    pressure(`${name}.PD`, (s) => s.compressors[i]?.plenum ?? 0, 0.1),
    temperature(`${name}.TS`, () => groundTemperature),
    analog(`${name}.TD`, 5, 0.1, 0.1, (s) => compressedTemperature(s, i)),
    analog(`${name}.DPO`, 0.1, 0.05, 0.01, (s) => orificePressure(s.compressors[i]?.flow ?? 0, s.station.suction) / 1000),
    analog(`${name}.N`, 0.1, 3, 1, (s) => ratedSpeed * speed(s)),
    analog(`${name}.FUEL`, 0.5, 0.001, 0.001, (s) => fuelOfUnit(s, i, speed(s))),
    analog(`${name}.TEXH`, 10, 1, 1, (s) => s.turbines[i]?.exhaust ?? 0),
    analog(`${name}.PWR`, 0.5, 0.005, 0.001, (s) => powerOfUnit(s, i) / 1e6),
    analog(`${name}.VIBDE`, 0.2, 1, 0.1, vibration(1)),
    analog(`${name}.VIBNDE`, 0.2, 1, 0.1, vibration(0.8)),
    ...[0, 1, 2, 3].map((k) => analog(`${name}.TB${k + 1}`, 60, 0.1, 0.1, (s) => s.turbines[i]?.bearings[k] ?? 0)),
    analog(`${name}.POIL`, 0.5, 1, 1, (s) => s.turbines[i]?.oilPressure ?? 0),
    analog(`${name}.TOIL`, 60, 0.1, 0.1, (s) => s.turbines[i]?.oil ?? 0),
    analog(`${name}.ASVPOS`, 0.2, 0.2, 0.1, (s) => 100 * (s.compressors[i]?.opening ?? 0)),
    exact(`${name}.HRS`, (s) => s.turbines[i]?.hours ?? 0, 0.1),
    exact(`${name}.STARTS`, (s) => s.turbines[i]?.starts ?? 0),
    contact(`${name}.RUN`, (s) => speed(s) > 0.3 && state(s) !== unitState.tripped),
    contact(`${name}.READY`, (s) => {
      const control = s.plc.units[i];
      return control !== undefined && isReady(control);
    }),
    contact(`${name}.TRIP`, (s) => state(s) === unitState.tripped),
    contact(`${name}.ASVCL`, (s) => (s.compressors[i]?.opening ?? 0) < 0.02),
  ];
});

const gates: readonly Sensor[] = [0, 1, 2].flatMap((i) => {
  const name = `G${i + 1}`;
  const gate = (s: GasLineState) => s.gates[i];
  return [
    pressure(`${name}.PIN`, (s) => s.lineB.pressure[gateCells[i] ?? 0] ?? 0, 0.5),
    pressure(`${name}.POUT`, (s) => gate(s)?.outlet ?? 0, 0.5),
    analog(`${name}.FT`, 0.3, 0.1, 0.02, (s) => gate(s)?.flow ?? 0),
    temperature(`${name}.TIN`, () => groundTemperature),
    temperature(`${name}.TOUT`, (s) => gate(s)?.temperature ?? 0),
    analog(`${name}.HTR`, 2, 0.1, 0.1, (s) => 100 * (gate(s)?.heater ?? 0)),
    analog(`${name}.REG`, 1, 0.1, 0.1, (s) => 100 * (gate(s)?.opening ?? 0)),
    analog(`${name}.ODOR`, 30, 0.1, 0.1, (s) => gate(s)?.odor ?? 0),
    exact(`${name}.DEM`, (s) => expectedDemand(i, s.time, s.demand.air), 0.01),
    contact(`${name}.SSV`, (s) => gate(s)?.slammed === true),
  ];
});

/** All sensors of the plant. */
export const sensors: readonly Sensor[] = [...supply, ...lines, ...valves, ...station, ...units, ...gates];

export const instruments = new Instruments(sensors, points);
