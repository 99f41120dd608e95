import type { Part } from '../parts.ts';
import { massOf } from '../parts.ts';
import { lag } from '../../../plant-kit/noise.ts';
import { axisCount, elevations } from './geometry.ts';
import type { Motion } from './moves.ts';
import type { DriveState } from './state.ts';

/** Inertia, kg m², friction, Nm and Nm s/°, gravity torque, Nm, and torque constant at the joint, Nm/A, of each axis (estimates). */
const inertia = [12, 18, 8, 0.9, 0.7, 0.3] as const;
const coulomb = [35, 45, 30, 6, 5, 3] as const;
const viscous = [0.6, 0.8, 0.5, 0.08, 0.07, 0.04] as const;
const gravity = [0, 420, 140, 6, 4, 0] as const;
const perAmp = [132, 154, 108, 45, 32, 21] as const;
/** Winding resistance, Ω, and lasting heat per watt of loss, K/W. */
const resistance = [1.1, 1.1, 1.1, 2.4, 2.6, 2.8] as const;
const heatPerWatt = [2.2, 2.2, 3.2, 6, 6, 6] as const;
/** Iron losses, W s/°. */
const iron = 0.06;
/** Lever of the payload on axes 1 to 3, m. */
const lever = [1.05, 1.2, 0.6] as const;
/** Thermal time constant of a motor, of the grease while moving and at rest, and of the load rate, s. */
export const heatTau = 35 * 60;
const [greaseTau, coolingTau, loadTau] = [25 * 60, 90 * 60, 60] as const;
/** Torque that counts as 100 % of deviation, Nm. */
const deviationBase = 135;
const g = 9.81;
const rad = Math.PI / 180;
/** Power of an arm's cabinet, W. */
const cabinetPower = 180;

/** Current that a motor can carry without a limit of time, A. */
export const ratedCurrent = [2.4, 4.2, 3, 1.2, 1.2, 1.2] as const;
/** Temperature at which a motor is switched off, °C. */
export const motorTrip = 120;

/** A cold arm has almost twice the friction of a warm one. */
export const coldFriction = (warmth: number): number => 1 + 0.9 * (1 - warmth);

/** Mean rise of each motor above the air after four hours at work, K, of three random seeds. */
const settledRise = { arm1: [5.5, 25.4, 17.8, 0.7, 12.4, 8.8], arm2: [5.5, 19.1, 15.3, 0.7, 12.7, 8.8] } as const;

/** Drives that have been at work for hours. */
export function initialDrives(air: number, warmth: number, random: () => number, mirrored = false): DriveState {
  const zeros = (): number[] => Array.from({ length: axisCount }, () => 0);
  const settled = mirrored ? settledRise.arm2 : settledRise.arm1;
  return {
    current: zeros(),
    torque: zeros(),
    temperature: settled.map((rise) => air + rise),
    load: ratedCurrent.map((amps) => (0.5 * amps) ** 2),
    wear: zeros().map(() => 1 + 0.08 * random()),
    warmth,
    deviation: 0,
    energy: { total: 0, heat: 0, work: 0, brake: 0, cabinet: 0 },
    cabinet: air + 8,
    onS: Math.round(3.6e6 * (2 + 5 * random())),
  };
}

/** Torque with which a payload's weight and the turn of the arm load axes 2 and 3, Nm per kg. */
function payloadLoad(axis: number, cosine: number, { speed }: Motion): number {
  if (axis === 0 || axis > 2) return 0;
  const r = lever[axis] ?? 0;
  const turn = (speed[0] ?? 0) * rad;
  // the turn of axis 1 pulls the payload outwards, which axis 2 holds
  return g * r * cosine + (axis === 1 ? r * r * turn * turn : 0);
}

/** What the drives of an arm receive from its controller and its surroundings. */
export interface DriveInputs {
  readonly powered: boolean;
  readonly part: Part | null;
  /** Payload that the controller assumes, kg. */
  readonly assumedMass: number;
  readonly air: number;
}

/** Computes torque and current of each axis, its heat and energy, over `dt` seconds. */
export function stepDrives(
  drives: DriveState,
  motion: Motion,
  { powered, part, assumedMass, air }: DriveInputs,
  dt: number,
): void {
  const mass = massOf(part);
  const error = part === null ? 0 : mass - assumedMass;
  const [e2, e3] = elevations(motion.position);
  const friction = coldFriction(drives.warmth);
  const { energy } = drives;
  let [moving, deviation, losses, work] = [false, 0, 0, 0];
  for (let axis = 0; axis < axisCount; axis++) {
    const v = motion.speed[axis] ?? 0;
    if (v !== 0) moving = true;
    const wear = drives.wear[axis] ?? 1;
    const cosine = axis === 1 ? Math.cos(e2) : axis === 2 ? Math.cos(e3) : 1;
    const rub = v === 0 ? 0 : Math.sign(v) * (coulomb[axis] ?? 0) + (viscous[axis] ?? 0) * v;
    const perKg = payloadLoad(axis, cosine, motion);
    // gravity pulls in the positive direction of axes 2 and 3
    const torque =
      ((inertia[axis] ?? 0) + mass * (lever[axis] ?? 0) ** 2) * (motion.acceleration[axis] ?? 0) * rad +
      friction * wear * rub -
      (gravity[axis] ?? 0) * cosine -
      mass * perKg;
    // the controller adapts to inertia, not to weight
    const wrong = Math.abs(error * perKg) + 0.1 * (wear - 1) * Math.abs(rub);
    deviation = Math.max(deviation, (100 * wrong) / deviationBase);
    const amps = powered ? Math.abs(torque) / (perAmp[axis] ?? 1) : 0;
    drives.torque[axis] = powered ? torque : 0;
    drives.current[axis] = amps;
    const loss = 3 * amps * amps * (resistance[axis] ?? 1) + iron * Math.abs(v);
    losses += loss;
    const power = powered ? torque * v * rad : 0;
    work += power;
    const target = air + loss * (heatPerWatt[axis] ?? 1);
    const old = drives.temperature[axis] ?? air;
    drives.temperature[axis] = old + (target - old) * lag(dt, heatTau);
    const before = drives.load[axis] ?? 0;
    drives.load[axis] = before + (amps * amps - before) * lag(dt, loadTau);
  }
  drives.deviation = moving ? deviation : 0;
  drives.warmth += ((moving ? 1 : 0) - drives.warmth) * lag(dt, moving ? greaseTau : coolingTau);
  // braking energy goes into the resistor, not back into the grid
  const returned = Math.max(0, -work - losses);
  energy.heat += losses * dt;
  energy.work += work * dt;
  energy.brake += returned * dt;
  energy.cabinet += cabinetPower * dt;
  energy.total += (losses + work + returned + cabinetPower) * dt;
  drives.cabinet += (air + 6 + 0.012 * losses - drives.cabinet) * lag(dt, 900);
  if (powered) drives.onS += dt;
}

/** Load of a motor against its rated current, %. */
export const loadRate = (drives: DriveState, axis: number): number =>
  (100 * Math.sqrt(drives.load[axis] ?? 0)) / (ratedCurrent[axis] ?? 1);
