import { Instruments, type Sensor as AnySensor, transmitters } from '../../plant-kit/sensing.ts';
import { air } from './physics/flows.ts';
import { currentOf, ratedSpeed, vibrationOf } from './physics/machine.ts';
import { kscmh } from './physics/process.ts';
import { levelOf } from './physics/vessels.ts';
import { at, points } from './points/index.ts';
import { analyserTable } from './points/quality.ts';
import { valveNames } from './points/valves.ts';
import { disagrees, levelSwitches } from './safety/index.ts';
import type { ReactorState } from './state.ts';

type Sensor = AnySensor<ReactorState>;
type Truth = Sensor['truth'];
const { analog, contact } = transmitters<ReactorState>();

/** A transmitter whose resolution is that of its register. */
const measured = (point: string, lagS: number, sigma: number, truth: Truth): Sensor =>
  analog(point, lagS, sigma, points[at(point)]?.modbus.scale ?? 1, truth);

/** Molar masses of D and E, kg/kmol. */
const [massD, massE] = [32, 46] as const;
/** Flow of cooling water at 100 % opening, m³/h. */
export const fullWater = { reactor: 227.1, condenser: 272.6 } as const;
/** Steam, kg/h per kW. */
export const steamOf = 1.6105;

const gauge =
  (name: 'reactor' | 'separator' | 'mixer'): Truth =>
  (s) =>
    s.now[name] - air;
const reactorTemperature: Truth = (s) => s.process.reactor.temperature;
const valve =
  (index: number): Truth =>
  (s) =>
    s.valves[index]?.position ?? 0;
/** Product of the reactor water's opening and supply. */
export const reactorWater: Truth = (s) => (fullWater.reactor * (s.valves[9]?.position ?? 0) * s.acts.waterSupply) / 100;

const flows: readonly Sensor[] = [
  measured('FT101.PV', 2, 18, (s) => 3600 * massD * (s.now.feeds[0] ?? 0)),
  measured('FT102.PV', 2, 22, (s) => 3600 * massE * (s.now.feeds[1] ?? 0)),
  measured('FT103.PV', 2, 0.0012, (s) => kscmh(s.now.feeds[2] ?? 0)),
  measured('FT104.PV', 2, 0.05, (s) => kscmh(s.now.feeds[3] ?? 0)),
  measured('FT105.PV', 2, 0.2, (s) => kscmh(s.now.recycle)),
  measured('FT106.PV', 2, 0.21, (s) => kscmh(s.now.toReactor)),
  measured('FT109.PV', 2, 0.0017, (s) => kscmh(s.now.purge)),
];

const vessels: readonly Sensor[] = [
  ...['A', 'B', 'C'].map((x) => measured(`R1.PT01${x}`, 0.5, 0.3, gauge('reactor'))),
  measured('R1.LT01', 2, 0.5, (s) => levelOf.reactor(s.now.reactorLiquid)),
  ...['A', 'B', 'C'].map((x) => measured(`R1.TT01${x}`, 5, 0.01, reactorTemperature)),
  measured('R1.TW', 5, 0.01, (s) => s.process.waterReactor),
  measured('R1.QW', 1, 0.3, reactorWater),
  measured('S1.PT', 0.5, 0.3, gauge('separator')),
  measured('S1.LT', 2, 1, (s) => levelOf.separator(s.now.separatorLiquid)),
  measured('S1.TT', 5, 0.01, (s) => s.process.separator.temperature),
  measured('S1.FT', 1, 0.125, (s) => 3600 * s.now.underflow),
  measured('S1.TW', 5, 0.01, (s) => s.process.waterCondenser),
  measured('S1.QW', 1, 0.3, (s) => (fullWater.condenser * (s.valves[10]?.position ?? 0)) / 100),
  measured('C1.PT', 0.5, 0.3, gauge('mixer')),
  measured('C1.LT', 2, 1, (s) => levelOf.stripper(s.now.stripperLiquid)),
  measured('C1.TT', 5, 0.01, (s) => s.process.stripper.temperature),
  measured('C1.FT', 1, 0.115, (s) => 3600 * s.now.product),
  measured('C1.FSTM', 2, 1.15, (s) => steamOf * s.now.steam),
];

const compressor: readonly Sensor[] = [
  measured('K1.JT', 0.5, 0.2, (s) => s.now.work),
  measured('K1.AMP', 0.3, 0.1, (s) => currentOf(s.machine, s.now.work)),
  measured('K1.VIB', 1, 0.1, (s) => vibrationOf(s.machine)),
  measured('K1.TB', 60, 0.1, (s) => s.machine.bearing),
  measured('K1.SPD', 1, 1, (s) => ratedSpeed * s.machine.speed),
  contact('K1.RUN', (s) => s.machine.speed > 0.3),
];

const positions: readonly Sensor[] = valveNames.map((name, i) => analog(`${name}.FB`, 0.5, 0.1, 0.1, valve(i)));

/** Analysers add their noise to each result themselves. */
const analysers: readonly Sensor[] = analyserTable.flatMap(([name, , , parts], i) =>
  parts.map((part, k) => analog(`${name}.${part}`, 0, 0, 0.01, (s) => s.analysers[i]?.shown[k] ?? 0)),
);

const utilities: readonly Sensor[] = [
  measured('AUX.CWS', 5, 0.01, (s) => s.surroundings.waterPressure * s.acts.waterSupply ** 2),
  measured('AUX.CWT', 5, 0.01, (s) => s.surroundings.waterReactor + s.acts.waterWarm),
  measured('AUX.STM', 5, 0.01, (s) => s.surroundings.steam),
  measured('AUX.N2', 5, 0.01, (s) => s.surroundings.nitrogen),
  measured('AUX.FLARE', 5, 2, (s) => 3600 * (s.now.purgeMass + s.now.relieved)),
];

const modePoint = at('SIS.MODE');
const safety: readonly Sensor[] = [
  ...[1, 2, 3].map((n) => measured(`SIS.P${n}`, 0.5, 0.3, gauge('reactor'))),
  ...[1, 2, 3].map((n) => measured(`SIS.T${n}`, 5, 0.01, reactorTemperature)),
  contact('SIS.TRIP', (s) => s.safety.tripped),
  contact('SIS.KEY', (s) => s.safety.key),
  contact('SIS.HALT', (s) => s.memory[modePoint] === 1),
  contact('SIS.DISC', disagrees),
  ...['LSR', 'LSS', 'LSC'].map((name, i) => contact(`SIS.${name}`, (s) => levelSwitches(s.now)[i] === true)),
];

/** All sensors of the plant. */
export const sensors: readonly Sensor[] = [
  ...flows,
  ...vessels,
  ...compressor,
  ...positions,
  ...analysers,
  ...utilities,
  ...safety,
];

export const instruments = new Instruments(sensors, points);
