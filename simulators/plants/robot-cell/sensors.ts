import { Instruments, type Sensor as AnySensor, transmitters } from '../../plant-kit/sensing.ts';
import { massOf } from './parts.ts';
import { amps, covers, infeed, outfeed } from './cell/conveyors.ts';
import { axisCount, tcpOf } from './arms/geometry.ts';
import { loadRate } from './arms/drives.ts';
import type { ArmState } from './arms/state.ts';
import { overrideOf } from './plc/arms.ts';
import { points } from './points/index.ts';
import { protectiveFunctions } from './points/safety.ts';
import { isInZone, isProtective, isStopped, speedOf } from './safety/index.ts';
import type { RobotCellState } from './state.ts';

type Sensor = AnySensor<RobotCellState>;
const { analog, contact } = transmitters<RobotCellState>();
type Truth = Sensor['truth'];

const exact = (point: string, truth: Truth, quantum = 1): Sensor => analog(point, 0, 0, quantum, truth);
const fast = 0.02;

const line: readonly Sensor[] = [
  ...(['infeed', 'outfeed'] as const).flatMap((belt, i) => {
    const name = `CV${i + 1}`;
    return [
      analog(`${name}.SPD`, 0.1, 0.002, 0.001, (s) => s.conveyors[belt].speed),
      analog(`${name}.AMP`, 0.2, 0.03, 0.01, (s) => amps(s.conveyors[belt])),
      exact(`${name}.CNT`, (s) => s.conveyors[belt].count),
      contact(`${name}.RUN`, (s) => s.conveyors[belt].speed > 0.01),
    ];
  }),
  contact('PE1.BLK', ({ conveyors }) => covers(conveyors.infeed, infeed.entry)),
  contact('PE2.BLK', ({ conveyors }) => covers(conveyors.infeed, infeed.stop)),
  contact('PE3.BLK', ({ conveyors }) => covers(conveyors.infeed, infeed.queue)),
  contact('PE4.BLK', ({ conveyors }) => covers(conveyors.outfeed, outfeed.eye)),
  contact('STP.POS', ({ conveyors }) => conveyors.stopper > 0.9),
  contact('CELL.CAMS', ({ arms }) => arms.every((arm, i) => isInZone(arm, i))),
];

const lastPart = (s: RobotCellState) => s.fixture.part ?? s.arms[1].part ?? s.conveyors.outfeed.parts.at(-1);

const fixture: readonly Sensor[] = [
  analog('FX.FORCE', fast, 0.01, 0.005, (s) => s.fixture.force),
  analog('FX.DEPTH', fast, 0.01, 0.005, (s) => s.fixture.depth),
  exact('FX.PEAK', (s) => lastPart(s)?.force ?? 0, 0.001),
  exact('FX.FINAL', (s) => lastPart(s)?.depth ?? 0, 0.001),
  exact('FX.RESULT', (s) => s.fixture.result),
  contact('FX.PRESENT', (s) => s.fixture.part !== null),
  contact('FX.CLAMP', (s) => s.fixture.clamp > 0.95),
  analog('AIR.P', 0.3, 0.001, 0.001, (s) => s.air.pressure),
  analog('AIR.FLOW', 0.3, 1, 0.5, (s) => s.air.flow),
];

const safety: readonly Sensor[] = [
  exact('SS.MODE', (s) => s.safety.mode),
  contact('SS.ESTOP', (s) => s.safety.estop),
  contact('SS.PSTOP', (s) => isProtective(s.safety)),
  ...[0, 1, 2].map((i) => contact(`SS.ES${i + 1}`, (s) => s.safety.buttons[i] === true)),
  contact('SS.RST', (s) => s.safety.resetPressed),
  contact('SS.WARN', (s) => s.safety.warning),
  contact('SS.MUTED', (s) => s.safety.muted),
  contact('SS.MUTE1', (s) => s.safety.mutingSensors[0] === true),
  contact('SS.MUTE2', (s) => s.safety.mutingSensors[1] === true),
  contact('SS.DOOROP', (s) => s.safety.doorOpen),
  contact('SS.CURTBR', (s) => s.safety.curtainBroken),
  ...protectiveFunctions.map((name, i) => contact(`SS.${name}.ACT`, (s) => s.safety.active[i] === true)),
];

const arms: readonly Sensor[] = ([0, 1] as const).flatMap((i) => {
  const [name, controller] = [`R${i + 1}`, `C${i + 1}`];
  const of =
    (value: (arm: ArmState) => number): Truth =>
    (s) =>
      value(s.arms[i]);
  const tcp = (value: (place: ReturnType<typeof tcpOf>) => number): Truth =>
    of(({ motion }) => 1000 * value(tcpOf(motion.position)));
  return [
    ...Array.from({ length: axisCount }, (_, axis) => [
      analog(
        `${name}.A${axis + 1}.POS`,
        0.004,
        0.002,
        0.001,
        of(({ motion }) => motion.position[axis] ?? 0),
      ),
      analog(
        `${name}.A${axis + 1}.SPD`,
        fast,
        0.05,
        0.01,
        of(({ motion }) => motion.speed[axis] ?? 0),
      ),
      analog(
        `${name}.A${axis + 1}.CUR`,
        fast,
        0.03,
        0.01,
        of(({ drives }) => drives.current[axis] ?? 0),
      ),
      analog(
        `${name}.A${axis + 1}.TMOT`,
        60,
        0.1,
        0.1,
        of(({ drives }) => drives.temperature[axis] ?? 0),
      ),
      exact(
        `${name}.A${axis + 1}.LOAD`,
        of(({ drives }) => loadRate(drives, axis)),
      ),
    ]).flat(),
    analog(
      `${name}.TCPX`,
      0.01,
      0.05,
      0.01,
      tcp(({ x }) => x),
    ),
    analog(
      `${name}.TCPY`,
      0.01,
      0.05,
      0.01,
      tcp(({ y }) => y),
    ),
    analog(
      `${name}.TCPZ`,
      0.01,
      0.05,
      0.01,
      tcp(({ z }) => z),
    ),
    analog(
      `${name}.TCPV`,
      fast,
      0.5,
      0.1,
      of((arm) => 1000 * speedOf(arm)),
    ),
    analog(
      `${name}.MASS`,
      0.1,
      0.02,
      0.01,
      of(({ part }) => massOf(part)),
    ),
    analog(
      `${name}.TDEV`,
      0.01,
      0.2,
      0.1,
      of(({ drives }) => drives.deviation),
    ),
    analog(
      `${name}.VAC`,
      0.05,
      0.3,
      0.1,
      of(({ vacuum }) => vacuum),
    ),
    exact(`${name}.OVR`, (s) => 100 * overrideOf(s, i)),
    contact(`${name}.INCTRL`, (s) => s.arms[i].powered),
    contact(`${name}.ONPATH`, (s) => s.arms[i].jog === 0 && !isStopped(s.safety)),
    contact(`${name}.BRK`, (s) => s.arms[i].powered),
    analog(
      `${controller}.TEMP`,
      60,
      0.1,
      0.1,
      of(({ drives }) => drives.cabinet),
    ),
    analog(
      `${controller}.FAN`,
      1,
      8,
      1,
      of(({ drives }) => 1500 + 45 * Math.max(0, drives.cabinet - 25)),
    ),
    analog(`${controller}.UIN`, 0.1, 0.4, 0.1, (s) => s.volts),
    exact(
      `${controller}.KWH`,
      of(({ drives }) => drives.energy.total / 3.6e6),
      0.1,
    ),
    exact(
      `${controller}.ONH`,
      of(({ drives }) => drives.onS / 3600),
      0.1,
    ),
    exact(
      `${controller}.CYC`,
      of(({ cycles }) => cycles),
    ),
    exact(
      `${controller}.CT`,
      of(({ lastCycleS }) => lastCycleS),
      0.01,
    ),
    exact(
      `${controller}.LINE`,
      of(({ step }) => step),
    ),
    exact(`${controller}.LOADED`, () => 1),
  ];
});

export const sensors: readonly Sensor[] = [...line, ...fixture, ...safety, ...arms];
export const instruments = new Instruments<RobotCellState>(sensors, points);
