import { approach, clamp, lag } from '../../plant-kit/noise.ts';

/** Diesel set, plain data. */
export interface DieselState {
  /** A `dieselState`. */
  phase: number;
  /** Time in the phase, s. */
  phaseS: number;
  /** Fuel rack, 0 to 1.1, and commands on their way to it. */
  rack: number;
  readonly delayed: number[];
  /** Integral of the isochronous governor, per unit. */
  integral: number;
  speed: number;
  angle: number;
  /** Mechanical power, MW. */
  mechanical: number;
  voltage: number;
  reactive: number;
  excited: boolean;
  /** Fuel, L. */
  fuel: number;
  /** The fuel valve is closed. */
  fuelClosed: boolean;
  coolant: number;
  oil: number;
  exhaust: number;
  starterBattery: number;
  starts: number;
}

export const dieselState = { stopped: 0, cranking: 1, idle: 2, rated: 3, excited: 4, ready: 5, failed: 6 } as const;

export const dieselRating = { mva: 3, mw: 2.4, inertia: 1.2 } as const;
/** Duration of each phase of the start, s. */
const phases: Readonly<Record<number, number>> = { 1: 4, 2: 10, 3: 6, 4: 3 };
const droop = 0.04;
const actuatorLag = 0.15;
const integralS = 3;
/** Steps of 10 ms between the governor and the rack. */
const delaySteps = 3;
/** L/kWh */
const consumption = 0.25;
export const tank = 5000;

export function initialDiesel(starts: number): DieselState {
  return {
    phase: dieselState.stopped,
    phaseS: 0,
    rack: 0,
    delayed: Array.from({ length: delaySteps }, () => 0),
    integral: 0,
    speed: 0,
    angle: 0,
    mechanical: 0,
    voltage: 1.02,
    reactive: 0,
    excited: false,
    fuel: 0.92 * tank,
    fuelClosed: false,
    coolant: 40,
    oil: 0,
    exhaust: 40,
    starterBattery: 27.2,
    starts,
  };
}

export const canRun = (diesel: DieselState): boolean => diesel.fuel > 0 && !diesel.fuelClosed;

/** Start and stop sequence: crank 4 s, idle 10 s, rated speed 6 s, excitation 3 s, then ready. */
export function stepSequence(diesel: DieselState, wanted: boolean, dt: number): void {
  diesel.phaseS += dt;
  const enter = (phase: number): void => {
    diesel.phase = phase;
    diesel.phaseS = 0;
  };
  if (!wanted) {
    if (diesel.phase !== dieselState.stopped) enter(dieselState.stopped);
  } else if (diesel.phase === dieselState.stopped) {
    enter(dieselState.cranking);
    diesel.starts++;
  } else if (diesel.phase > dieselState.cranking && diesel.phase !== dieselState.failed && !canRun(diesel)) {
    enter(dieselState.failed);
  } else if (diesel.phaseS >= (phases[diesel.phase] ?? Number.POSITIVE_INFINITY)) {
    enter(diesel.phase === dieselState.cranking && !canRun(diesel) ? dieselState.failed : diesel.phase + 1);
  }
  diesel.excited = diesel.phase === dieselState.excited || diesel.phase === dieselState.ready;
}

/** True if the governor controls the speed. */
const isGoverned = (diesel: DieselState): boolean => diesel.phase >= dieselState.rated && diesel.phase <= dieselState.ready;

/** Speed droop governor with a dead time and an actuator lag. @param reference rack of the power set-point, per unit */
export function stepRack(diesel: DieselState, reference: number, speedReference: number, isochronous: boolean, dt: number): void {
  const error = speedReference - diesel.speed;
  // in droop the integral follows the rack, so that a change of mode is bumpless
  if (isochronous && isGoverned(diesel)) diesel.integral = clamp(diesel.integral + ((error / droop) * dt) / integralS, 0, 1.1);
  else diesel.integral = isGoverned(diesel) ? diesel.rack : 0;
  const base = isochronous ? diesel.integral : reference;
  const wanted = isGoverned(diesel) ? clamp(base + error / droop, 0, 1.1) : 0;
  // a coarse step is longer than the dead time
  let command = wanted;
  if (dt < 0.05) {
    diesel.delayed.push(wanted);
    command = diesel.delayed.shift() ?? 0;
  } else diesel.delayed.fill(wanted);
  diesel.rack += (command - diesel.rack) * lag(dt, actuatorLag);
  if (!canRun(diesel)) diesel.rack = 0;
  diesel.mechanical = diesel.rack * dieselRating.mw;
  const burnt = (Math.max(0, diesel.mechanical) * 1000 * consumption + (diesel.phase >= dieselState.idle ? 8 : 0)) / 3600;
  if (diesel.phase >= dieselState.idle && diesel.phase <= dieselState.ready) diesel.fuel = Math.max(0, diesel.fuel - burnt * dt);
}

/** Swing of the unit alone; until rated speed, the start sequence determines it. */
export function stepFreeDiesel(diesel: DieselState, dt: number): void {
  if (isGoverned(diesel) && diesel.speed > 0.9) {
    const power = diesel.mechanical - 0.05 * diesel.speed ** 2;
    diesel.speed = clamp(diesel.speed + (power / (2 * dieselRating.inertia * dieselRating.mva * diesel.speed)) * dt, 0, 1.2);
    return;
  }
  const target = [0, 0.15, 0.55, 1, 1, 1, 0][diesel.phase] ?? 0;
  diesel.speed = approach(diesel.speed, target, (diesel.phase === dieselState.rated ? 0.15 : 0.1) * dt);
}

/** Temperatures, oil pressure and starter battery over `dt` seconds. */
export function stepDieselPlant(diesel: DieselState, air: number, dt: number): void {
  const running = diesel.phase >= dieselState.idle && diesel.phase <= dieselState.ready;
  const load = diesel.mechanical / dieselRating.mw;
  // heat into the coolant, kW; the thermostat opens at 80 °C, a heater keeps a stopped engine at 40 °C
  const heat = running ? 60 + 0.25 * diesel.mechanical * 1500 : diesel.coolant < 40 ? 3 : 0;
  const cooling = 60 * Math.max(0, diesel.coolant - 80) + 0.15 * (diesel.coolant - air);
  diesel.coolant += ((heat - cooling) * dt) / 2200;
  diesel.oil += ((running ? 420 - 40 * (1 - diesel.speed) : 0) - diesel.oil) * lag(dt, 2);
  diesel.exhaust += ((running ? 150 + 330 * load : air) - diesel.exhaust) * lag(dt, running ? 20 : 300);
  const volts = diesel.phase === dieselState.cranking ? 21.5 : 27.2;
  diesel.starterBattery += (volts - diesel.starterBattery) * lag(dt, diesel.phase === dieselState.cranking ? 0.5 : 60);
}
