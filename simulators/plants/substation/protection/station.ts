import { breaker } from '../breaker-names.ts';
import { isClosed, trip } from '../breakers.ts';
import { voltageOf } from '../network.ts';
import { node, supply } from '../topology.ts';
import type { SubstationState } from '../state.ts';
import { stepInverse } from './overcurrent.ts';
import { latch, stationTrip } from './state.ts';

/** Incomer relays: standard inverse, A and time multiplier. Fixed: they are not in the network. */
const [incomerAmps, incomerMultiplier] = [900, 0.25] as const;
const [overVoltage, overS, underVoltage, underS] = [1.1, 5, 0.8, 2] as const;
const oilTrip = 105;

/** Trips one transformer on both sides. @param n 0 or 1 */
export function tripTransformer(state: SubstationState, n: number, code: number): void {
  latch(state.protection, code);
  for (const index of n === 0 ? [breaker.QT1H, breaker.QT1L] : [breaker.QT2H, breaker.QT2L]) {
    trip(state.breakers, index, state.battery.voltage);
  }
}

/** Overcurrent of the incomers, over- and undervoltage of the busbars, oil. @returns true while one of them has picked up */
export function guardStation(state: SubstationState, dt: number): boolean {
  const { protection, network, breakers, battery } = state;
  let busy = false;
  protection.incomers.forEach((relay, n) => {
    const index = n === 0 ? breaker.QT1L : breaker.QT2L;
    const trips = stepInverse(relay, (network.transformers[n]?.i ?? 0) / incomerAmps, 0, incomerMultiplier, dt);
    if (trips && isClosed(breakers, index)) {
      latch(state.protection, stationTrip.incomer);
      trip(breakers, index, battery.voltage);
    }
    busy = relay.pickedUp || busy;
    if ((state.transformers[n]?.oil ?? 0) > oilTrip && isClosed(breakers, index)) tripTransformer(state, n, stationTrip.oil);
  });
  [node.A, node.B].forEach((bus, k) => {
    const v = voltageOf(network, bus);
    const [high, low] = [v > overVoltage, v < underVoltage && network.supply[k] !== supply.dead];
    protection.over[k === 0 ? 0 : 1] = high ? (protection.over[k] ?? 0) + dt : 0;
    protection.under[k === 0 ? 0 : 1] = low ? (protection.under[k] ?? 0) + dt : 0;
    busy = high || low || busy;
    if ((protection.over[k] ?? 0) > overS - 5e-4) {
      latch(state.protection, stationTrip.overvoltage);
      for (const index of [k === 0 ? breaker.QT1L : breaker.QT2L, breaker.QCB1, breaker.QCB2])
        trip(breakers, index, battery.voltage);
    }
    if ((protection.under[k] ?? 0) > underS - 5e-4) {
      latch(state.protection, stationTrip.undervoltage);
      for (const index of [breaker.QG1, breaker.QG2]) {
        if (isClosed(breakers, index)) trip(breakers, index, battery.voltage);
      }
    }
  });
  return busy;
}

/** Clears the first-out code ten minutes after the last tripped breaker was closed again. Called every second. */
export function clearFirstOut({ protection, breakers }: SubstationState): void {
  protection.calmS = breakers.some((one) => one.tripped) ? 0 : protection.calmS + 1;
  if (protection.calmS > 600) protection.firstOut = stationTrip.none;
}
