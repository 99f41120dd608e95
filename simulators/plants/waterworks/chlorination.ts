import { clamp, lag } from './noise.ts';
import { fullPlug, type Plug, plugMass, pushPlug } from './plug.ts';

/** Hypochlorite dosing and contact channel, plain data. */
export interface ChlorinationState {
  /** mg/L that reach the water. */
  dose: number;
  /** Dosing pump in use, 1 or 2. */
  pump: number;
  /** % */
  tank: number;
  /** Contact channel: a plug, then cells that model its longitudinal mixing (mg/L each). */
  readonly contact: Plug;
  readonly cells: number[];
  /** mg/L at the outlet of the contact channel. */
  outlet: number;
  /** g since the start. */
  readonly account: { dosed: number; consumed: number };
}

export interface ChlorinationInputs {
  /** L/s from the filters. */
  readonly flow: number;
  /** NTU of the filtered water. */
  readonly turbidity: number;
  /** mg/L that the PLC asks for. */
  readonly dose: number;
  /** 0 while the dosing is off or the tank is being changed. */
  readonly feed: number;
}

/** m³: a quarter of an hour at the mean flow of 110 L/s, of which a fifth mixes. */
const plugVolume = 79.2;
const cellVolume = 9.9;
/** The plug's parcels are fine enough for a dead time to within seconds. */
const grain = 1 / 900;
/** kg of chlorine in a full tank: a week's need. */
const tankKg = 140;

/** Chlorine that the water eats at once, mg/L. */
export function instantDemand(turbidity: number): number {
  return 0.75 + 0.03 * turbidity;
}

export function initialChlorination(tank: number, outlet: number): ChlorinationState {
  return {
    dose: 1.76,
    pump: 1,
    tank,
    contact: fullPlug(plugVolume, outlet / 0.995),
    cells: [outlet / 0.995, outlet / 0.995],
    outlet,
    account: { dosed: 0, consumed: 0 },
  };
}

export function contactChlorine(state: ChlorinationState): number {
  return plugMass(state.contact) + state.cells.reduce((sum, c) => sum + c * cellVolume, 0);
}

/** Steps dosing and channel; returns the chlorine that flows into the clearwell, g. */
export function stepChlorination(state: ChlorinationState, inputs: ChlorinationInputs, dt: number): number {
  const { flow } = inputs;
  const wanted = flow > 1 && state.tank > 0.2 ? clamp(inputs.dose * inputs.feed, 0, 5) : 0;
  state.dose += (wanted - state.dose) * lag(dt, 3);
  const volume = (flow * dt) / 1000;
  if (volume <= 0) return 0;
  const dosed = state.dose * volume;
  state.tank = Math.max(0, state.tank - dosed / 1000 / (tankKg / 100));
  const free = Math.max(0, state.dose - instantDemand(inputs.turbidity));
  let arrived = pushPlug(state.contact, volume, free, true, plugVolume, grain);
  // a cell gives what it held while the water of this step passes: implicit, so that any step length is stable
  for (let i = 0; i < state.cells.length; i++) {
    const mixed = ((state.cells[i] ?? 0) * cellVolume + arrived) / (cellVolume + volume);
    state.cells[i] = mixed;
    arrived = mixed * volume;
  }
  // on its way through the channel the chlorine loses half a percent
  const passed = arrived * 0.995;
  state.outlet = passed / volume;
  state.account.dosed += dosed;
  state.account.consumed += dosed - free * volume + arrived - passed;
  return passed;
}
