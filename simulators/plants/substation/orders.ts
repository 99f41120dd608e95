import { takeDue } from '../../plant-kit/orders.ts';
import { type BreakerName, breaker, breakerNames } from './breaker-names.ts';
import { isClosed } from './breakers.ts';
import { at } from './points/index.ts';
import type { ActsState, OrderStep, SubstationState } from './state.ts';

/** Time between selection and command: the operator reads the selection back first, s. */
const readBackS = 4;
/** Time from the first order to the first one back, s. */
const workS = { feeder: 2700, outage: 1200, transformer: 1800, coupler: 1200, capacitor: 900, tap: 300 } as const;

/** Name of a step that earths a feeder, or no feeder with value 0. */
const earth = 'EARTH';
/** The key at a cubicle is no point that the network can write. */
const key = '.LR';

/** Writes a point at the control station: it increments the controller's write counter like any other write. */
export function enter(state: SubstationState, controller: 'rtu1' | 'plc2', point: number, value: number): void {
  state.memory[point] = value;
  state.plc.writes[controller] = (state.plc.writes[controller] ?? 0) + 1;
}

/** True while the control centre carries out a switching order: there is never a second one. */
export const hasOrder = ({ orders }: ActsState): boolean => orders.length > 0;

/** Select before operate. */
const command = (inS: number, name: BreakerName, closes: boolean): OrderStep[] => [
  { inS, name: `${name}.SEL`, value: 1 },
  { inS: inS + readBackS, name: `${name}.CMD`, value: closes ? 1 : 0 },
];
const keys = (inS: number, names: readonly BreakerName[], remote: boolean): OrderStep[] =>
  names.map((name) => ({ inS, name: `${name}${key}`, value: remote ? 1 : 0 }));

/** A feeder is opened, its breaker locked in local control and the line earthed; all in reverse after the work. @param n 1 to 4 */
export function feederOrder(n: number): OrderStep[] {
  const name = `QF${n}` as BreakerName;
  const end = workS.feeder;
  return [
    ...command(0, name, false),
    ...keys(60, [name], false),
    { inS: 61, name: earth, value: n },
    { inS: end - 61, name: earth, value: 0 },
    ...keys(end - 60, [name], true),
    ...command(end, name, true),
  ];
}

/** A feeder is switched off and on by remote control, because a customer or a neighbour asked for it: nobody works on it. @param n 1 to 4 */
export function outageOrder(n: number): OrderStep[] {
  const name = `QF${n}` as BreakerName;
  return [...command(0, name, false), ...command(workS.outage, name, true)];
}

/** A transformer is taken out of service: load side first, and back in reverse order. @param n 1 or 2 */
export function transformerOrder(n: number): OrderStep[] {
  const [high, low] = [`QT${n}H`, `QT${n}L`] as [BreakerName, BreakerName];
  const end = workS.transformer;
  return [
    ...command(0, low, false),
    ...command(30, high, false),
    ...keys(90, [high, low], false),
    ...keys(end - 60, [high, low], true),
    ...command(end, high, true),
    ...command(end + 30, low, true),
  ];
}

/** The busbars are supplied separately for a while. */
export function couplerOrder(): OrderStep[] {
  const end = workS.coupler;
  return [...command(0, 'QC', false), ...keys(60, ['QC'], false), ...keys(end - 60, ['QC'], true), ...command(end, 'QC', true)];
}

/** A capacitor is switched to its other position and back by hand. @param n 1 or 2 */
export function capacitorOrder({ breakers }: SubstationState, n: number): OrderStep[] {
  const name = `QCB${n}` as BreakerName;
  const isIn = isClosed(breakers, breaker[name]);
  const end = workS.capacitor;
  return [
    { inS: 0, name: 'CAP.MODE', value: 0 },
    ...command(10, name, !isIn),
    ...command(end, name, isIn),
    { inS: end + 20, name: 'CAP.MODE', value: 1 },
  ];
}

/** A tap changer is moved by one tap and back by hand, so that its contacts stay clean. @param n 1 or 2 */
export function tapOrder(n: number): OrderStep[] {
  const end = workS.tap;
  return [
    { inS: 0, name: `T${n}.MODE`, value: 0 },
    { inS: 10, name: `T${n}.TAPUP`, value: 1 },
    { inS: end, name: `T${n}.TAPDN`, value: 1 },
    { inS: end + 20, name: `T${n}.MODE`, value: 1 },
  ];
}

/** Advances an order by `dt` seconds and carries out the steps that are due. */
export function ageOrders(state: SubstationState, dt: number): void {
  const { acts } = state;
  for (const { name, value } of takeDue(acts.orders, dt)) carryOut(state, name, value);
}

function carryOut(state: SubstationState, name: string, value: number): void {
  if (name === earth) {
    state.acts.order = value;
    return;
  }
  if (!name.endsWith(key)) return enter(state, 'rtu1', at(name), value);
  const one = state.breakers[breakerNames.indexOf(name.slice(0, -key.length) as BreakerName)];
  if (one !== undefined) one.remote = value === 1;
}

/** The rest of an order that an older version of the plant has begun: the feeder is earthed for `leftS` more seconds. */
export const restOfOrder = (feeder: number, leftS: number): OrderStep[] => [
  { inS: leftS, name: earth, value: 0 },
  ...command(leftS + 10, `QF${feeder}` as BreakerName, true),
];
