import { clamp, lag, type Noise, wander } from '../../../plant-kit/noise.ts';
import { groundTemperature, jouleThomson } from './gas.ts';

/** Capacity of the regulators at 6 MPa, kg/s. */
const capacity = [52, 42, 78] as const;
/** Outlet temperature that the heater keeps, °C, its greatest lift, K, and its time constant, s. */
const [warm, lift, heaterS] = [8, 32, 200] as const;
/** Time in which a regulator freezes below 0 °C at 10 K of frost, s. */
const freezeS = 2700;
/** Pressure at which the slam-shut valve closes, Pa. */
const slamAt = 1.85e6;

/** City gate: heater, regulator, slam-shut valve. Plain data. */
export interface GateState {
  /** Pressure behind the regulator, Pa. */
  outlet: number;
  /** Gas temperature behind the regulator, °C. */
  temperature: number;
  /** Heater output, share. */
  heater: number;
  heaterBroken: boolean;
  /** Ice in the regulator, 0–1. */
  ice: number;
  /** Delivered flow, kg/s. */
  flow: number;
  /** Opening of the regulator, share. */
  opening: number;
  /** Random part of the outlet pressure, Pa. */
  sway: number;
  /** True after the slam-shut valve has closed; only a person resets it. */
  slammed: boolean;
  /** Odorant, mg/m³. */
  odor: number;
}

/** Settings of a gate in the memory of its controller. */
export interface GateSettings {
  /** Pa */
  readonly setpoint: number;
  /** False while the by-pass regulator is in service. */
  readonly regulated: boolean;
  readonly heated: boolean;
}

export const initialGate = (flow: number): GateState => ({
  outlet: 1.6e6,
  temperature: warm,
  heater: 0.6,
  heaterBroken: false,
  ice: 0,
  flow,
  opening: 0.4,
  sway: 0,
  slammed: false,
  odor: 18,
});

/** Flow that the gate takes from the line, kg/s; limited by the pressure, so that no mass is invented. */
function takenFlow(state: GateState, gate: number, demand: number, inlet: number): number {
  if (state.slammed) return 0;
  const wanted = demand * clamp((inlet - 1.2e6) / 0.6e6, 0, 1);
  const possible = ((capacity[gate] ?? 0) * Math.max(0, inlet) * (1 - state.ice)) / 6e6;
  return Math.min(wanted, possible);
}

/** Advances a gate by `dt` seconds. @param inlet pressure of the line, Pa @param demand kg/s */
export function stepGate(
  state: GateState,
  gate: number,
  { setpoint, regulated, heated }: GateSettings,
  { inlet, demand }: { readonly inlet: number; readonly demand: number },
  noise: Noise,
  dt: number,
): void {
  state.flow = takenFlow(state, gate, demand, inlet);
  state.opening = clamp(state.flow / (((capacity[gate] ?? 1) * Math.max(1, inlet) * (1 - 0.99 * state.ice)) / 6e6), 0, 1);
  const swayed = regulated ? 2e3 : 12e3;
  state.sway = wander(state.sway, swayed, 120, dt, noise.stream(`gate${gate + 1}`));
  const supplied = state.slammed ? 0 : demand <= 0 ? 1 : Math.min(1, state.flow / demand);
  const held = Math.min(setpoint * (1 - 0.02 * state.opening) + state.sway, Math.max(0, inlet - 5e4)) * supplied ** 0.5;
  state.outlet += (held - state.outlet) * lag(dt, state.slammed ? 60 : 5);
  if (state.outlet > slamAt) state.slammed = true;
  const cooling = jouleThomson * Math.max(0, inlet - state.outlet);
  const needed = clamp((warm - groundTemperature + cooling) / lift, 0, 1);
  const heater = heated && !state.heaterBroken && state.flow > 0 ? needed : 0;
  state.heater += (heater - state.heater) * lag(dt, heaterS);
  const outlet = state.flow > 0 ? groundTemperature - cooling + lift * state.heater : groundTemperature;
  state.temperature += (outlet - state.temperature) * lag(dt, 30);
  const frost = -state.temperature / 10;
  state.ice = clamp(state.ice + (frost > 0 ? frost / freezeS : -1 / 900) * dt, 0, 0.97);
  state.odor = 18 + wander(state.odor - 18, 0.4, 3600, dt, noise.stream(`odor${gate + 1}`));
}
