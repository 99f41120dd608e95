import { breaker, feederBreakers } from '../breaker-names.ts';
import { close, isClosed, trip } from '../breakers.ts';
import { each } from '../points/index.ts';
import type { SubstationState } from '../state.ts';
import { stepInverse } from './overcurrent.ts';
import { latch, stationTrip } from './state.ts';

const settings = {
  current: each('F{}.ISET', 4),
  multiplier: each('F{}.TMS', 4),
  curve: each('F{}.CURVE', 4),
  instant: each('F{}.ISET2', 4),
  reclose: each('F{}.AR', 4),
} as const;
const instantS = 0.05;
/** Dead time before the reclose, and time after it in which another trip locks the breaker out, s. */
const [deadS, reclaimS] = [0.5, 30] as const;
const failureS = 0.2;

/** Overcurrent relays of the feeders with one auto-reclose. @returns true while a relay has picked up */
export function guardFeeders(state: SubstationState, dt: number): boolean {
  const { memory, protection, network, breakers, battery } = state;
  let busy = false;
  protection.feeders.forEach((relay, i) => {
    const amps = network.feeders[i]?.i ?? 0;
    const index = feederBreakers[i] ?? 0;
    const value = (of: readonly number[]): number => memory[of[i] ?? 0] ?? 0;
    const since = relay.inverse.pickedUpS + dt;
    const slow = stepInverse(
      relay.inverse,
      amps / value(settings.current),
      value(settings.curve),
      value(settings.multiplier),
      dt,
    );
    relay.instantS = amps > value(settings.instant) ? relay.instantS + dt : 0;
    const quick = relay.instantS > instantS - 5e-4;
    if ((slow || quick) && isClosed(breakers, index) && breakers[index]?.target === true) {
      relay.trips++;
      relay.lastAmps = amps;
      relay.lastMs = Math.round(1000 * since);
      trip(breakers, index, battery.voltage);
      latch(protection, stationTrip.feeder);
      if (value(settings.reclose) === 1 && relay.reclosedS > reclaimS) relay.recloseLeft = deadS;
      else relay.lockedOut = true;
    }
    // a breaker that does not open in time: its busbar's other breakers clear the fault
    const fails = breakers[index]?.tripped === true && isClosed(breakers, index) && breakers[index]?.moving === 0 && amps > 50;
    protection.failure[i] = fails ? (protection.failure[i] ?? 0) + dt : 0;
    if ((protection.failure[i] ?? 0) > failureS) clearBusbar(state, i < 2 ? breaker.QT1L : breaker.QT2L);
    busy = reclose(state, i, dt) || relay.inverse.pickedUp || busy;
  });
  return busy;
}

function clearBusbar(state: SubstationState, incomer: number): void {
  trip(state.breakers, incomer, state.battery.voltage);
  trip(state.breakers, breaker.QC, state.battery.voltage);
  state.protection.firstOut = stationTrip.breakerFailure;
}

/** @returns true while a reclose is due */
function reclose(state: SubstationState, i: number, dt: number): boolean {
  const relay = state.protection.feeders[i];
  if (relay === undefined) return false;
  const index = feederBreakers[i] ?? 0;
  relay.reclosedS = Math.min(3600, relay.reclosedS + dt);
  if (relay.recloseLeft <= 0) return false;
  if (isClosed(state.breakers, index)) return true;
  relay.recloseLeft -= dt;
  if (relay.recloseLeft > 5e-4) return true;
  relay.recloseLeft = 0;
  if (close(state.breakers, index, state.battery.voltage)) relay.reclosedS = 0;
  else relay.lockedOut = true;
  return true;
}
