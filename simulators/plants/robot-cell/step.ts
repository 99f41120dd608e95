import { lag, type Noise } from '../../plant-kit/noise.ts';
import { stepDrives } from './arms/drives.ts';
import { stopS } from './arms/arm.ts';
import { at } from './points/index.ts';
import { draws, moveArms, touches } from './plc/arms.ts';
import { isExecuting, scan } from './plc/index.ts';
import { cellState } from './plc/state.ts';
import { cutsPower, guard, isInZone, speedOf } from './safety/index.ts';
import type { RobotCellState } from './state.ts';
import { stepAir, stepVacuum } from './cell/air.ts';
import { stepConveyors } from './cell/conveyors.ts';
import { stepFixture } from './cell/fixture.ts';
import { massOf, type Part } from './parts.ts';
import { isInside, stepPerson } from './cell/person.ts';

const belts = ([1, 2] as const).map((n) => ({ on: at(`CV${n}.CMD`), setpoint: at(`CV${n}.SP`) }));
const arms = ([1, 2] as const).map((n) => ({ mass: at(`R${n}.MASSP`), acceleration: at(`R${n}.ACCF`) }));
const press = { clamp: at('FX.CLCMD'), inspect: at('FX.INSP'), force: at('FX.FSP') };
const window = { fmin: at('FX.FMIN'), fmax: at('FX.FMAX'), dmin: at('FX.DMIN'), dmax: at('FX.DMAX') };
const [stopperAt, programAt, offsetAt] = [at('STP.CMD'), at('C1.PROG'), at('C1.OFS')];
/** Time from the stop to power off, s: stop category 1 (IEC 60204-1). */
const powerOffS = 0.5;
/** Difference of the place points of both products, mm. */
const productOffset = 3;
/** Both arms beyond this angle of axis 1 touch each other, °. */
const meetAngle = 45;
/** Tool speed that hurts a person, m/s. */
const harmful = 0.25;

/** Power goes off after a stop, and comes back when the cell is reset. */
function switchPower({ arms: both, safety, plc }: RobotCellState, dt: number): void {
  for (const arm of both) {
    arm.stopS = cutsPower(safety) ? arm.stopS + dt : 0;
    const now = safety.cams || safety.active[5] === true;
    if (arm.stopS > (now ? 0 : powerOffS)) arm.powered = false;
    else if (plc.state === cellState.resetting || plc.state === cellState.idle) arm.powered = true;
    arm.brakeS = arm.powered ? 0 : arm.brakeS + dt;
  }
}

/** Error of the place point of arm 1 for a part, mm. */
export function placeError({ memory, acts }: RobotCellState, part: Part | null): number {
  const wrong = part === null || part.product === memory[programAt] ? 0 : productOffset;
  return (memory[offsetAt] ?? 0) + acts.programError + wrong;
}

function stepPress(state: RobotCellState, noise: Noise, dt: number): void {
  const { memory, fixture, air, arms: both } = state;
  const value = (point: number): number => memory[point] ?? 0;
  const before = fixture.clamp;
  stepFixture(
    fixture,
    {
      run: isExecuting(state),
      clear: !both.some((arm, i) => isInZone(arm, i)),
      air: air.pressure,
      clampCommand: memory[press.clamp] === 1,
      forceSetpoint: value(press.force),
      offset: fixture.part === null ? 0 : placeError(state, fixture.part),
      limits:
        memory[press.inspect] === 1
          ? { force: [value(window.fmin), value(window.fmax)], depth: [value(window.dmin), value(window.dmax)] }
          : undefined,
    },
    noise,
    dt,
  );
  stepAir(air, [0, 1].filter((i) => draws(state, i)).length, before !== fixture.clamp, dt);
}

/** Vacuum, drives and heat of both arms. */
function stepMachines(state: RobotCellState, noise: Noise, dt: number): void {
  state.arms.forEach((arm, i) => {
    const { memory, air, tally } = state;
    const turn = Math.abs(arm.motion.speed[0] ?? 0) / 150;
    const factor = (memory[arms[i]?.acceleration ?? -1] ?? 100) / 100;
    const pull = (massOf(arm.part) / 5) * (0.75 * (0.6 + 0.4 * factor) + 0.63 * turn * turn);
    const touching = touches(arm, i);
    if (touching && arm.stepS <= dt) arm.gripLoss = 2 + 3 * noise.stream(`grip ${i + 1}`).normal();
    const moves = arm.rate > 0 && arm.move !== null;
    const inputs = { draws: draws(state, i), touches: touching, moves, pull, air: air.pressure };
    if (stepVacuum(arm, inputs, dt)) {
      arm.part = null;
      arm.lost = 1;
      tally.lost++;
    }
    const assumedMass = memory[arms[i]?.mass ?? -1] ?? 0;
    stepDrives(arm.drives, arm.motion, { powered: arm.powered, part: arm.part, assumedMass, air: state.hall }, dt);
  });
}

/** Harm to persons and machines. */
function watchHarm(state: RobotCellState, dt: number): void {
  const { arms: both, tally, safety } = state;
  const speeds = both.map(speedOf);
  const fastest = Math.max(...speeds);
  if (isInside(state) && fastest > harmful) tally.exposureS += dt;
  // arms may still slow down in the first moments
  if (safety.warning && state.acts.personS > 1 + 2 * stopS) tally.warningSpeed = Math.max(tally.warningSpeed, fastest);
  const meet = both.every(({ motion }, i) => (i === 0 ? 1 : -1) * (motion.position[0] ?? 0) > meetAngle);
  if (meet && tally.collision === 0) {
    tally.collision = speeds.reduce((sum, v) => sum + v, 0);
    safety.cams = true;
  }
}

/** One computing step of the whole cell. */
export function stepCell(state: RobotCellState, noise: Noise, dt: number): void {
  const { memory, conveyors, tally, plc } = state;
  stepPerson(state, dt);
  guard(state, dt);
  scan(state, dt);
  switchPower(state, dt);
  moveArms(state, dt);
  const runs = isExecuting(state);
  const speed = (i: number, allowed: boolean): number =>
    allowed && memory[belts[i]?.on ?? -1] === 1 ? (memory[belts[i]?.setpoint ?? -1] ?? 0) : 0;
  stepConveyors(
    conveyors,
    {
      infeedSpeed: speed(0, runs && !plc.full),
      outfeedSpeed: speed(1, runs && state.acts.blockedS === 0),
      stopperClosed: memory[stopperAt] === 1,
      feeds: runs && state.acts.starvedS === 0,
    },
    noise,
    dt,
    (part) => {
      tally.good++;
      if (!part.good) tally.badShipped++;
      tally.betweenS = tally.sincePartS;
      tally.sincePartS = 0;
      tally.rate += 1 / 1800;
    },
  );
  tally.sincePartS += dt;
  tally.rate -= tally.rate * lag(dt, 1800);
  stepPress(state, noise, dt);
  stepMachines(state, noise, dt);
  watchHarm(state, dt);
}
