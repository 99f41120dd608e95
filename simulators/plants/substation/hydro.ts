import { approach, clamp, lag, type Noise, wander } from '../../plant-kit/noise.ts';

/** Hydro unit, plain data. */
export interface HydroState {
  /** Gate opening and what the governor asks for, 0 to 1. */
  gate: number;
  demand: number;
  /** Water flow and washout of the transient droop, per unit of full gate. */
  flow: number;
  washout: number;
  /** Head at the turbine, per unit of the rated head. */
  head: number;
  /** Speed, per unit. */
  speed: number;
  /** Angle to the grid, degrees, −180 to 180. */
  angle: number;
  /** Mechanical power, MW. */
  mechanical: number;
  /** Terminal voltage, p.u., and reactive power, Mvar, while it is not the only source of its island. */
  voltage: number;
  reactive: number;
  excited: boolean;
  /** Latched trip, a `hydroTrip`. */
  trip: number;
  /** Shaft damaged by an out-of-phase closing: the unit does not run until it is repaired. */
  damaged: boolean;
  /** Highest speed since the last trip, per unit. */
  peak: number;
  /** Forebay level above tailwater, m, and the natural inflow, m³/s, with its random part. */
  forebay: number;
  inflow: number;
  inflowWander: number;
  rain: number;
  spilled: number;
  /** Temperatures of bearings and stator, °C. */
  readonly bearings: number[];
  stator: number;
  vibration: number;
}

/** First-out codes of the hydro unit. */
export const hydroTrip = { none: 0, overspeed: 1, mechanical: 2, electrical: 3, outOfPhase: 4, bearing: 5 } as const;

/** Ratings: apparent power, MVA; active power, MW; inertia constant, s. */
export const hydroRating = { mva: 8, mw: 6.8, inertia: 3 } as const;
/** Full-gate flow, m³/s, and rated head, m. */
export const [fullFlow, ratedHead] = [12.8, 62] as const;
const [waterTime, gain, noLoadFlow] = [1.2, 1.15, 0.09] as const;
const transientDroop = 0.454;
const washoutTime = 5.9;
const [opening, closing] = [1 / 8, 1 / 6] as const;
/** Power lost per unit of speed deviation below and above nominal speed; the latter gives a runaway speed of 180 %. */
const [damping, runaway] = [0.5, 1.35] as const;
const forebayArea = 9000;
const spillCrest = 62.8;

export const governorMode = { off: 0, speed: 1, droop: 2, isochronous: 3 } as const;

export function initialHydro(power: number, air: number): HydroState {
  const gate = gateFor(power);
  const state: HydroState = {
    gate,
    demand: gate,
    flow: gate,
    washout: gate,
    head: 1,
    speed: 1,
    angle: 0,
    mechanical: power,
    voltage: 1.02,
    reactive: 0,
    excited: true,
    trip: hydroTrip.none,
    damaged: false,
    peak: 1,
    forebay: 62.2,
    inflow: 9.5,
    inflowWander: 0,
    rain: 0,
    spilled: 0,
    bearings: [],
    stator: 0,
    vibration: 1.2,
  };
  return { ...state, ...steadyHeat(state, air) };
}

/** Gate that gives a power in steady state at rated head, MW. */
export const gateFor = (power: number): number => clamp(power / hydroRating.mw / gain + noLoadFlow, 0, 1);

export interface GovernorInputs {
  /** A `governorMode`. */
  readonly mode: number;
  /** Permanent droop, per unit. */
  readonly droop: number;
  /** Gate of the power set-point. */
  readonly reference: number;
  /** Speed set-point, per unit. */
  readonly speed: number;
  readonly blocked: boolean;
}

/** Moves the gate: governor with transient droop (IEEE working group 1992, tuned after Kundur). */
export function stepGovernor(hydro: HydroState, inputs: GovernorInputs, dt: number): void {
  hydro.washout += ((hydro.gate - hydro.washout) * dt) / washoutTime;
  const closes = inputs.mode === governorMode.off || hydro.trip !== hydroTrip.none || hydro.damaged;
  if (closes) hydro.demand = 0;
  else {
    const droop = inputs.mode === governorMode.droop ? inputs.droop : 0;
    const error =
      inputs.speed - hydro.speed - droop * (hydro.gate - inputs.reference) - transientDroop * (hydro.gate - hydro.washout);
    // a start opens the gate no further than needed to accelerate
    const most = hydro.speed < 0.9 ? 0.25 : 1;
    hydro.demand = clamp(hydro.gate + 5 * error * 0.2, 0, most);
    if (!inputs.blocked) hydro.gate = clamp(hydro.gate + clamp(5 * error, -closing, opening) * dt, 0, Math.max(most, hydro.gate));
    return;
  }
  if (!inputs.blocked) hydro.gate = approach(hydro.gate, 0, closing * dt);
}

/** Water column and turbine: h = (q/g)², dq/dt = (h₀ − h)/T_w. Linearly implicit, so that a nearly closed gate is stable. */
export function stepTurbine(hydro: HydroState, rackLoss: number, dt: number): void {
  const supplied = (hydro.forebay - rackLoss) / ratedHead;
  // the gate leaks a little
  const gate = Math.max(hydro.gate, 0.003);
  const ratio = hydro.flow / gate;
  const slope = (2 * hydro.flow) / (gate * gate * waterTime);
  hydro.flow = Math.max(0, hydro.flow + ((supplied - ratio * ratio) * dt) / waterTime / (1 + dt * slope));
  const after = hydro.flow / gate;
  hydro.head = after * after;
  const deviation = hydro.speed - 1;
  const power = gain * hydro.head * (hydro.flow - noLoadFlow * Math.min(1, hydro.speed));
  // an open gate loses its power towards the runaway speed; a closing one less
  const lost = deviation * (deviation > 0 ? runaway * hydro.gate * hydro.gate : damping * hydro.gate);
  hydro.mechanical = hydroRating.mw * (hydro.head > 0.001 ? power - lost : 0);
}

/** Swing of the unit alone: unloaded, with friction and windage. */
export function stepFreeSpeed(hydro: HydroState, dt: number): void {
  const friction = 0.03 * hydro.speed * hydro.speed + (hydro.gate < 0.01 && hydro.speed < 0.5 ? 0.4 : 0);
  const power = hydro.mechanical - friction;
  const momentum = 2 * hydroRating.inertia * hydroRating.mva * Math.max(hydro.speed, 0.2);
  hydro.speed = Math.max(0, hydro.speed + (power / momentum) * dt);
}

/** Hard-wired overspeed contacts, which read the shaft and cannot be written from the network. */
export function guardSpeed(hydro: HydroState): boolean {
  hydro.peak = Math.max(hydro.peak, hydro.speed);
  if (hydro.trip !== hydroTrip.none) return false;
  if (hydro.speed >= 1.25) hydro.trip = hydroTrip.mechanical;
  else if (hydro.speed >= 1.15) hydro.trip = hydroTrip.overspeed;
  else return false;
  return true;
}

/** Temperatures that bearings and stator reach at the present load and speed, °C. */
function steadyHeat({ mechanical, speed }: HydroState, air: number): Pick<HydroState, 'bearings' | 'stator'> {
  const load = Math.max(0, mechanical / hydroRating.mw);
  return {
    bearings: [30, 33, 28].map((heat) => air + heat * speed * speed + 4 * load),
    stator: air + 55 * load * load + 8 * speed,
  };
}

/** Forebay, temperatures and vibration, once a second. */
export function stepHydroPlant(hydro: HydroState, air: number, noise: Noise): void {
  hydro.inflowWander = wander(hydro.inflowWander, 0.8, 30_000, 1, noise.stream('inflow'));
  hydro.rain *= 1 - 1 / 14_400;
  hydro.inflow = clamp(9.5 + hydro.inflowWander + hydro.rain, 4, 14);
  const out = hydro.flow * fullFlow;
  const spill = hydro.forebay > spillCrest ? 20 * (hydro.forebay - spillCrest) ** 1.5 : 0;
  hydro.spilled += spill;
  hydro.forebay = clamp(hydro.forebay + (hydro.inflow - out - spill) / forebayArea, 56, 64);
  const steady = steadyHeat(hydro, air);
  steady.bearings.forEach((target, i) => {
    hydro.bearings[i] = (hydro.bearings[i] ?? air) + (target - (hydro.bearings[i] ?? air)) * lag(1, 1800);
  });
  hydro.stator += (steady.stator - hydro.stator) * lag(1, 1200);
  // part load is rough: vortex in the draft tube near 40 % gate
  const rough = hydro.gate > 0.05 ? 0.8 * Math.exp(-(((hydro.gate - 0.4) / 0.15) ** 2)) : 0;
  hydro.vibration += ((0.9 + rough) * hydro.speed ** 2 + 6 * Math.max(0, hydro.speed - 1.05) - hydro.vibration) * lag(1, 5);
}
