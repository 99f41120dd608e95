/** Clearwell: one mixed tank, plain data. */
export interface ClearwellState {
  /** Volume of water, m³. */
  volume: number;
  /** Mass of chlorine, g. */
  chlorine: number;
  turbidity: number;
  ph: number;
  /** Flow over the weir, L/s. */
  overflow: number;
  /** Totals since the start, m³ and g. */
  readonly account: {
    received: number;
    overflowed: number;
    washed: number;
    decayed: number;
    chlorineWashed: number;
    chlorineSpilt: number;
  };
}

export const clearwellArea = 500;
/** Elevation, m above datum. */
export const clearwellFloor = 21;
const overflowLevel = 4.5;
/** Weir coefficient, L/s per m^1.5. */
const weir = 3500;
/** Bulk decay at 15 °C, 1/d. */
const decayRate = 0.1;

export function initialClearwell(level: number, chlorine: number): ClearwellState {
  return {
    volume: level * clearwellArea,
    chlorine: chlorine * level * clearwellArea,
    turbidity: 0.03,
    ph: 7.35,
    overflow: 0,
    account: { received: 0, overflowed: 0, washed: 0, decayed: 0, chlorineWashed: 0, chlorineSpilt: 0 },
  };
}

export function clearwellLevel(state: ClearwellState): number {
  return state.volume / clearwellArea;
}

/** Chlorine concentration, mg/L. */
export function clearwellChlorine(state: ClearwellState): number {
  return state.volume > 1 ? state.chlorine / state.volume : 0;
}

export interface ClearwellInputs {
  /** From the contact channel: flow in L/s, turbidity in NTU, chlorine in g per `dt`, pH. */
  readonly inflow: number;
  readonly turbidity: number;
  readonly chlorineIn: number;
  readonly ph: number;
  /** To the network: flow in L/s, chlorine in g per `dt`. */
  readonly outflow: number;
  readonly wash: number;
  /** Leakage, L/s; counted as overflow. */
  readonly leak: number;
  readonly temperature: number;
}

export function stepClearwell(state: ClearwellState, inputs: ClearwellInputs, dt: number): void {
  const { account } = state;
  const concentration = clearwellChlorine(state);
  const head = Math.max(0, clearwellLevel(state) - overflowLevel);
  state.overflow = weir * head ** 1.5;
  const received = (inputs.inflow * dt) / 1000;
  const pumped = (inputs.outflow * dt) / 1000;
  const washed = (inputs.wash * dt) / 1000;
  const spilt = ((state.overflow + (state.volume > 0 ? inputs.leak : 0)) * dt) / 1000;
  const decayed = (state.chlorine * decayRate * 1.08 ** (inputs.temperature - 15) * dt) / 86_400;
  const share = received / Math.max(1, state.volume);
  state.turbidity += (inputs.turbidity - state.turbidity) * share;
  // hypochlorite is alkaline, so that the pH rises slightly in the channel
  state.ph += (inputs.ph + 0.05 - state.ph) * share;
  state.volume += received - pumped - washed - spilt;
  state.chlorine += inputs.chlorineIn - (pumped + washed + spilt) * concentration - decayed;
  account.received += received;
  account.overflowed += spilt;
  account.washed += washed;
  account.decayed += decayed;
  account.chlorineWashed += washed * concentration;
  account.chlorineSpilt += spilt * concentration;
}
