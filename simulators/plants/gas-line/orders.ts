import { beginOrder, type OrderStep, takeDue } from '../../plant-kit/orders.ts';
import { points, at } from './points/index.ts';
import type { GasLineState } from './state.ts';

/** Writes a point as an operator station does: it increments the controller's write counter like any other write. */
export function enter({ memory, plc }: GasLineState, name: string, value: number): void {
  const point = at(name);
  const controller = points[point]?.modbus.controller ?? '';
  memory[point] = value;
  plc.writes[controller] = (plc.writes[controller] ?? 0) + 1;
}

/** Begins an order, unless another one is carried out. @returns true if it has begun */
export const begin = ({ acts }: GasLineState, steps: readonly OrderStep[]): boolean => beginOrder(acts.orders, steps);

/** Advances an order by `dt` seconds and carries out the steps that are due. */
export function ageOrders(state: GasLineState, dt: number): void {
  for (const { name, value } of takeDue(state.acts.orders, dt)) enter(state, name, value);
}

const step = (inS: number, name: string, value: number): OrderStep => ({ inS, name, value });

/** Time of a start until the unit is loaded, s. */
const startS = 360;

/** A standby unit is started; another one is stopped when it runs. */
export const changeoverOrder = (starts: number, stops: number): OrderStep[] => [
  step(0, `K${starts}.CMD`, 1),
  step(startS + 120, `K${stops}.CMD`, 0),
];

/** Stroke test of an anti-surge valve: 10 % for a minute. */
export const strokeOrder = (unit: number): OrderStep[] => [
  step(0, `K${unit}.ASVMAN`, 10),
  step(5, `K${unit}.ASMODE`, 0),
  step(65, `K${unit}.ASVMAN`, 0),
  step(95, `K${unit}.ASMODE`, 1),
];

/** A gate is fed by its by-pass regulator while the active one is maintained. */
export const bypassOrder = (gate: number, minutes: number): OrderStep[] => [
  step(0, `G${gate}.MODE`, 0),
  step(60 * minutes, `G${gate}.MODE`, 1),
];
