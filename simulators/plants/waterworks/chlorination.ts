import { clamp, lag } from '../../plant-kit/noise.ts';
import { fullPlug, type Plug, plugMass, pushPlug } from './plug.ts';

/** Hypochlorite dosing and contact channel, plain data. */
export interface ChlorinationState {
  /** Chlorine added to the water, mg/L. */
  dose: number;
  /** Dosing pump in use, 1 or 2. */
  pump: number;
  /** Hypochlorite tank level, %. */
  tank: number;
  /** Contact channel: a plug, then cells that model its longitudinal mixing (mg/L each). */
  readonly contact: Plug;
  readonly cells: number[];
  /** Chlorine at the outlet of the contact channel, mg/L. */
  outlet: number;
  /** Totals since the start, g. */
  readonly account: { dosed: number; consumed: number };
}

export interface ChlorinationInputs {
  /** Flow from the filters, L/s. */
  readonly flow: number;
  /** Turbidity of the filtered water, NTU. */
  readonly turbidity: number;
  /** Dose requested by the PLC, mg/L. */
  readonly dose: number;
  /** 0 while the dosing is off or the tank is being changed. */
  readonly feed: number;
}

/** Volumes in m³: a quarter of an hour at the mean flow of 110 L/s, a fifth of it mixed. */
const plugVolume = 79.2;
const cellVolume = 9.9;
/** Smallest parcel of the plug, for a dead time accurate to within seconds. */
const grain = 1 / 900;
/** Chlorine in a full tank, kg: the consumption of a week. */
const tankKg = 140;

/** Chlorine that the water consumes at once, mg/L. */
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
  // implicit step of each cell, which is stable for any step length
  for (let i = 0; i < state.cells.length; i++) {
    const mixed = ((state.cells[i] ?? 0) * cellVolume + arrived) / (cellVolume + volume);
    state.cells[i] = mixed;
    arrived = mixed * volume;
  }
  // half a percent of the chlorine decays in the channel
  const passed = arrived * 0.995;
  state.outlet = passed / volume;
  state.account.dosed += dosed;
  state.account.consumed += dosed - free * volume + arrived - passed;
  return passed;
}
