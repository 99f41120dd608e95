/** Clearwell: one mixed tank, plain data. */
export interface ClearwellState {
  /** m³ */
  volume: number;
  /** g of chlorine */
  chlorine: number;
  turbidity: number;
  ph: number;
  /** L/s over the weir. */
  overflow: number;
  /** Since the start, m³ and g. */
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
/** m above datum */
export const clearwellFloor = 21;
const overflowLevel = 4.5;
/** L/s per m^1.5 over the weir. */
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

/** mg/L */
export function clearwellChlorine(state: ClearwellState): number {
  return state.volume > 1 ? state.chlorine / state.volume : 0;
}

export interface ClearwellInputs {
  /** L/s and NTU from the contact channel, g of chlorine in `dt`, pH. */
  readonly inflow: number;
  readonly turbidity: number;
  readonly chlorineIn: number;
  readonly ph: number;
  /** L/s to the network, g of chlorine with it in `dt`. */
  readonly outflow: number;
  readonly wash: number;
  /** L/s that seep away; accounted for with what overflows. */
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
  // hypochlorite is alkaline: the pH rises a little on its way
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
