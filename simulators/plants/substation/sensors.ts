import { Instruments, type Sensor as AnySensor, transmitters } from '../../plant-kit/sensing.ts';
import { breakerNames } from './breaker-names.ts';
import { type Flow, voltageOf } from './network.ts';
import { capacitorsIn, node } from './topology.ts';
import { fullFlow, hydroRating } from './hydro.ts';
import { at, points } from './points/index.ts';
import { busFrequency } from './protection/shedding.ts';
import type { SubstationState } from './state.ts';
import { type Difference, differenceAt, isSynchronous, shownBreaker } from './synchronism.ts';

type Sensor = AnySensor<SubstationState>;
const { analog, contact } = transmitters<SubstationState>();
type Truth = Sensor['truth'];

/** Unbalance of the phases, relative. */
const phases = [1.004, 0.999, 0.997] as const;
const currentPhases = [1.012, 0.995, 0.993] as const;
/** An energy counter returns to 0 after 2³² steps of 0.1 kWh. */
const wrap = 429_496_729.6;

/** Power meter: 0.1 % of the value, and half a kilowatt of noise. */
const meter = (point: string, truth: Truth): Sensor => analog(point, 0.1, 0.001, 1, (s) => 1000 * truth(s), true);
const exact = (point: string, truth: Truth, quantum = 1): Sensor => analog(point, 0, 0, quantum, truth);
const counter = (point: string, truth: Truth): Sensor => exact(point, (s) => truth(s) % wrap, 0.1);

/** Power factor, negative for export. */
function powerFactor({ p, q }: Flow): number {
  const s = Math.hypot(p, q);
  return s < 0.02 ? 1 : p / s;
}

const grid: readonly Sensor[] = [
  ...['UAB', 'UBC', 'UCA'].map((phase, i) =>
    analog(`GRID.${phase}`, 0.1, 0.0002, 0.1, (s) => 110 * voltageOf(s.network, node.H) * (phases[i] ?? 1), true),
  ),
  analog('GRID.F', 0, 0.002, 0.001, (s) => (s.grid.voltage > 0 ? s.grid.frequency : busFrequency(s, 0))),
  meter('GRID.P', (s) => s.network.grid.p),
  meter('GRID.Q', (s) => s.network.grid.q),
  analog('GRID.PF', 0.1, 0.001, 0.001, (s) => powerFactor(s.network.grid)),
  counter('GRID.EPI', (s) => s.energy.imported),
  counter('GRID.EPE', (s) => s.energy.exported),
];

const transformers: readonly Sensor[] = [0, 1].flatMap((i) => {
  const name = `T${i + 1}`;
  return [
    meter(`${name}.P`, (s) => s.network.transformers[i]?.p ?? 0),
    meter(`${name}.Q`, (s) => s.network.transformers[i]?.q ?? 0),
    analog(`${name}.I`, 0.1, 0.001, 1, (s) => s.network.transformers[i]?.i ?? 0, true),
    exact(`${name}.TAP`, (s) => s.transformers[i]?.tap ?? 0),
    analog(`${name}.OIL`, 30, 0.2, 0.1, (s) => s.transformers[i]?.oil ?? 0),
    analog(`${name}.HOT`, 30, 0.2, 0.1, (s) => s.transformers[i]?.hot ?? 0),
    analog(`${name}.AMB`, 30, 0.1, 0.1, (s) => s.grid.air),
    contact(`${name}.FAN`, (s) => s.transformers[i]?.fan === true),
  ];
});

const busbars: readonly Sensor[] = ([0, 1] as const).flatMap((k) => {
  const name = k === 0 ? 'BUSA' : 'BUSB';
  const volts: Truth = (s) => 20 * voltageOf(s.network, k === 0 ? node.A : node.B);
  // without its fuse the terminal of phase B floats halfway between the two others
  const seen = (s: SubstationState, phase: string): number => (s.acts.fuse === k + 1 && phase !== 'UCA' ? 0.5 : 1) * volts(s);
  return [
    ...['UAB', 'UBC', 'UCA'].map((phase, i) =>
      analog(`${name}.${phase}`, 0.1, 0.0005, 0.01, (s) => seen(s, phase) * (phases[i] ?? 1), true),
    ),
    analog(`${name}.F`, 0, 0.002, 0.001, (s) => busFrequency(s, k)),
    analog(`${name}.U0`, 0.1, 0.01, 0.01, (s) => 0.004 * volts(s)),
  ];
});

const feeders: readonly Sensor[] = [0, 1, 2, 3].flatMap((i) => {
  const name = `F${i + 1}`;
  const flow = (s: SubstationState): Flow => s.network.feeders[i] ?? { p: 0, q: 0, i: 0 };
  const relay = (s: SubstationState) => s.protection.feeders[i];
  return [
    ...['IA', 'IB', 'IC'].map((phase, k) =>
      analog(`${name}.${phase}`, 0.1, 0.002, 1, (s) => flow(s).i * (currentPhases[k] ?? 1), true),
    ),
    analog(`${name}.I0`, 0.1, 0.05, 0.1, (s) => 0.01 * flow(s).i),
    meter(`${name}.P`, (s) => flow(s).p),
    meter(`${name}.Q`, (s) => flow(s).q),
    analog(`${name}.PF`, 0.1, 0.001, 0.001, (s) => powerFactor(flow(s))),
    counter(`${name}.EP`, (s) => s.energy.feeders[i] ?? 0),
    counter(`${name}.EQ`, (s) => s.energy.reactive[i] ?? 0),
    contact(`${name}.PICKUP`, (s) => relay(s)?.inverse.pickedUp === true),
    exact(`${name}.TRIPC`, (s) => relay(s)?.trips ?? 0),
    exact(`${name}.LASTI`, (s) => relay(s)?.lastAmps ?? 0),
    exact(`${name}.LASTT`, (s) => relay(s)?.lastMs ?? 0),
  ];
});

const breakers: readonly Sensor[] = breakerNames.flatMap((name, i) => [
  contact(`${name}.POS`, (s) => s.breakers[i]?.closed === true && s.breakers[i].moving === 0),
  contact(`${name}.OPN`, (s) => s.breakers[i]?.closed === false && s.breakers[i].moving === 0),
  contact(`${name}.SPR`, (s) => s.breakers[i]?.charging === 0),
  contact(`${name}.LR`, (s) => s.breakers[i]?.remote === true),
  contact(`${name}.TRIP`, (s) => s.breakers[i]?.tripped === true),
]);

const station: readonly Sensor[] = [
  exact('CAP.N', (s) => capacitorsIn(s.breakers)),
  analog('DC.U', 0.5, 0.1, 0.1, (s) => s.battery.voltage),
  analog('DC.I', 0.5, 0.1, 0.1, (s) => s.battery.current),
  contact('DC.CHG', (s) => s.battery.charger),
];

/** Terminal voltage of the hydro unit, p.u. */
const terminal: Truth = (s) => (s.network.hydro.i > 0 ? voltageOf(s.network, node.G1) : s.hydro.excited ? s.hydro.voltage : 0);
/** Excitation, relative to no load: grows with reactive and active power. */
const excitation: Truth = (s) =>
  s.hydro.excited ? Math.hypot(1 + (0.9 * s.network.hydro.q) / hydroRating.mva, (0.9 * s.network.hydro.p) / hydroRating.mva) : 0;

const hydro: readonly Sensor[] = [
  meter('G1.P', (s) => s.network.hydro.p),
  meter('G1.Q', (s) => s.network.hydro.q),
  analog('G1.U', 0.05, 0.0005, 1, (s) => 6300 * terminal(s), true),
  analog('G1.I', 0.05, 0.001, 1, (s) => (s.network.hydro.i * 20) / 6.3, true),
  analog('G1.F', 0, 0.002, 0.001, (s) => (s.hydro.excited ? 50 * s.hydro.speed : 0)),
  analog('G1.N', 0.02, 0.1, 0.1, (s) => 500 * s.hydro.speed),
  analog('G1.GATE', 0.1, 0.05, 0.1, (s) => 100 * s.hydro.gate),
  exact('G1.GATESP', (s) => 100 * s.hydro.demand, 0.1),
  analog('G1.Q_W', 1, 0.03, 0.01, (s) => fullFlow * s.hydro.flow),
  analog('G1.HEAD', 5, 0.005, 0.01, (s) => s.hydro.forebay - s.acts.rack),
  analog('G1.PENST', 0.2, 1, 1, (s) => 608 * s.hydro.head),
  analog('G1.VIB', 1, 0.05, 0.01, (s) => s.hydro.vibration),
  ...[0, 1, 2].map((i) => analog(`G1.TBRG${i + 1}`, 120, 0.1, 0.1, (s) => s.hydro.bearings[i] ?? 0)),
  analog('G1.TSTAT', 120, 0.1, 0.1, (s) => s.hydro.stator),
  analog('G1.EF', 0.2, 0.3, 1, (s) => 75 * excitation(s)),
  analog('G1.IF', 0.2, 1, 1, (s) => 320 * excitation(s)),
  counter('G1.EP', (s) => s.energy.hydro),
];

const diesel: readonly Sensor[] = [
  meter('G2.P', (s) => s.network.diesel.p),
  meter('G2.Q', (s) => s.network.diesel.q),
  analog('G2.U', 0.1, 0.0005, 1, (s) => (s.diesel.excited ? 400 * s.diesel.voltage : 0), true),
  analog('G2.F', 0, 0.002, 0.001, (s) => (s.diesel.excited ? 50 * s.diesel.speed : 0)),
  analog('G2.N', 0.1, 0.3, 1, (s) => 1500 * s.diesel.speed),
  analog('G2.FUEL', 30, 2, 1, (s) => s.diesel.fuel),
  analog('G2.TCOOL', 30, 0.2, 0.1, (s) => s.diesel.coolant),
  analog('G2.POIL', 0.5, 1, 1, (s) => s.diesel.oil),
  analog('G2.TEXH', 5, 1, 1, (s) => s.diesel.exhaust),
  analog('G2.BATT', 0.5, 0.05, 0.1, (s) => s.diesel.starterBattery),
  exact('G2.STATE', (s) => s.diesel.phase),
  exact('G2.STARTS', (s) => s.diesel.starts),
  counter('G2.EP', (s) => s.energy.diesel),
];

/** Differences that the synchroscope shows; undefined while it has nothing to show. */
function shown(s: SubstationState): ReturnType<typeof differenceAt> | undefined {
  const name = shownBreaker(s);
  return name === undefined ? undefined : differenceAt(s, name);
}

/** A difference, or its last value: the instrument keeps it while no open breaker has two live sides and `SYNC.ACT` is 0. */
function difference(signal: 'DV' | 'DF' | 'DDEL', of: (now: Difference) => number, quantum: number): Sensor {
  const point = at(`SYNC.${signal}`);
  return exact(
    `SYNC.${signal}`,
    (s) => {
      const now = shown(s);
      return now === undefined ? (s.memory[point] ?? 0) : of(now);
    },
    quantum,
  );
}

const synchroscope: readonly Sensor[] = [
  difference('DV', ({ volts }) => 100 * volts, 0.1),
  difference('DF', ({ hertz }) => hertz, 0.001),
  // without sign, as synchronism-check relays report it: the angle of two slipping sides has no jump at 180°
  difference('DDEL', ({ degrees }) => Math.abs(degrees), 0.1),
  contact('SYNC.OK', (s) => {
    const now = shown(s);
    return now !== undefined && isSynchronous(now);
  }),
  contact('SYNC.ACT', (s) => shown(s) !== undefined),
];

/** All sensors: lag, noise and quantum from the point table of the plant's design. */
export const sensors: readonly Sensor[] = [
  ...grid,
  ...transformers,
  ...busbars,
  ...feeders,
  ...breakers,
  ...station,
  ...hydro,
  ...diesel,
  ...synchroscope,
];

export const instruments = new Instruments(sensors, points);
