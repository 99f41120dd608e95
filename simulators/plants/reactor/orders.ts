import { beginOrder, type OrderStep, takeDue } from '../../plant-kit/orders.ts';
import { programSum } from './plc/state.ts';
import { at, points } from './points/index.ts';
import { safetyLimits } from './safety/state.ts';
import type { ReactorState } from './state.ts';

/** Names of steps at the cabinets: the key switch of the safety system, and the pressure logic of the PLC. */
const [key, edit] = ['KEY', 'EDIT'] as const;

/** Writes a point as an operator station does: it increments the controller's write counter like any other write. */
export function enter({ memory, plc }: ReactorState, name: string, value: number): void {
  const point = at(name);
  const controller = points[point]?.modbus.controller ?? '';
  memory[point] = value;
  plc.writes[controller] = (plc.writes[controller] ?? 0) + 1;
}

/** Begins an order, unless another one is carried out. @returns true if it has begun */
export const begin = ({ acts }: ReactorState, steps: readonly OrderStep[]): boolean => beginOrder(acts.orders, steps);

/** Advances orders and a planned change of the feeds by `dt` seconds. */
export function ageOrders(state: ReactorState, dt: number): void {
  for (const { name, value } of takeDue(state.acts.orders, dt)) {
    if (name === key) state.safety.key = value === 1;
    else if (name === edit) state.plc.edited = value === 1;
    else enter(state, name, value);
  }
  state.acts.washS = Math.max(0, state.acts.washS - dt);
  ageRamp(state, dt);
}

function ageRamp(state: ReactorState, dt: number): void {
  const { acts } = state;
  const ramp = acts.ramp;
  if (ramp === undefined) return;
  ramp.leftS -= dt;
  ramp.d += ramp.dPerS * dt;
  ramp.e += ramp.ePerS * dt;
  const [d, e] = [Math.round(ramp.d), Math.round(ramp.e)];
  if (state.memory[at('FT101.SP')] !== d) enter(state, 'FT101.SP', d);
  if (state.memory[at('FT102.SP')] !== e) enter(state, 'FT102.SP', e);
  if (ramp.leftS <= 0) acts.ramp = undefined;
}

const step = (inS: number, name: string, value: number): OrderStep => ({ inS, name, value });

/** Engineers download a program: the outputs hold for a minute and a half. @param sum its checksum @param edited pressure logic */
export const downloadOrder = (sum: number, edited: boolean): OrderStep[] => [
  step(0, 'PLC1.MODE', 2),
  step(60, 'PLC1.SUM', sum),
  step(60, edit, edited ? 1 : 0),
  step(90, 'PLC1.MODE', 1),
];

/** Checksum of the n-th regular program. */
export const sumOf = (version: number): number => (programSum.commissioned + 131 * version) % 65_536;

/** The purge valve is moved by hand for a minute. @param output present one, % */
export const purgeTestOrder = (output: number): OrderStep[] => [
  step(0, 'FT109.MODE', 0),
  step(2, 'FT109.OP', Math.round(10 * (output + 5)) / 10),
  step(62, 'FT109.OP', output),
  step(90, 'FT109.MODE', 2),
];

/** An engineer tries another gain of the separator level for a shift. */
export const tuningOrder = (gain: number): OrderStep[] => [step(0, 'LIC02.KC', gain), step(4 * 3600, 'LIC02.KC', 1.2)];

/** Proof test of the safety system: outputs bypassed, logic halted for five minutes and compared, all as before after 25 min. */
export const safetyTestOrder = (): OrderStep[] => [
  step(0, key, 1),
  step(60, 'SIS.BYP', 1),
  step(300, 'SIS.MODE', 1),
  step(600, 'SIS.MODE', 0),
  step(1200, 'SIS.PTRIP', safetyLimits.pressure),
  step(1380, 'SIS.BYP', 0),
  step(1500, key, 0),
];
