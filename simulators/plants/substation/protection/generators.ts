import { breaker } from '../breaker-names.ts';
import { isClosed, trip } from '../breakers.ts';
import { dieselRating } from '../diesel.ts';
import { guardSpeed, hydroRating, hydroTrip } from '../hydro.ts';
import type { SubstationState } from '../state.ts';
import { latch, stationTrip } from './state.ts';

const [highest, highestS, lowest, lowestS] = [51.5, 0.5, 47.5, 0.2] as const;
/** Loss of mains: rate of change of frequency, Hz/s, over a window, s. */
const [mostRate, rateS, windowS] = [1, 0.5, 0.25] as const;
const [reverseShare, reverseS] = [-0.05, 5] as const;

/** Frequency, loss of mains, reverse power and overspeed of both machines. @returns true while one of them has picked up */
export function guardGenerators(state: SubstationState, dt: number): boolean {
  const { protection, breakers, battery, hydro, diesel, network } = state;
  let busy = guardSpeed(hydro);
  if (busy) {
    trip(breakers, breaker.QG1, battery.voltage);
    latch(protection, stationTrip.overspeed);
  }
  const machines = [
    { index: breaker.QG1, hertz: 50 * hydro.speed, power: network.hydro.p / hydroRating.mw },
    { index: breaker.QG2, hertz: 50 * diesel.speed, power: network.diesel.p / dieselRating.mw },
  ];
  machines.forEach(({ index, hertz, power }, i) => {
    const relay = protection.generators[i];
    if (relay === undefined) return;
    if (!isClosed(breakers, index)) {
      Object.assign(relay, { overS: 0, underS: 0, rateS: 0, reverseS: 0, before: hertz, beforeS: 0 });
      return;
    }
    relay.overS = hertz > highest ? relay.overS + dt : 0;
    relay.underS = hertz < lowest ? relay.underS + dt : 0;
    relay.reverseS = power < reverseShare ? relay.reverseS + dt : 0;
    const rate = rateOf(relay, hertz, dt);
    relay.rateS = Math.abs(rate) > mostRate && inParallel(state) ? relay.rateS + dt : 0;
    busy = busy || relay.overS > 0 || relay.underS > 0 || relay.rateS > 0;
    const code =
      relay.overS > highestS || relay.underS > lowestS
        ? stationTrip.frequency
        : relay.rateS > rateS
          ? stationTrip.lossOfMains
          : relay.reverseS > reverseS
            ? stationTrip.reversePower
            : stationTrip.none;
    if (code === stationTrip.none) return;
    latch(protection, code);
    trip(breakers, index, battery.voltage);
  });
  return busy;
}

/** The loss-of-mains relay is enabled while an incomer is closed: the station believes that it is connected to the grid. */
function inParallel({ breakers }: SubstationState): boolean {
  return isClosed(breakers, breaker.QT1L) || isClosed(breakers, breaker.QT2L);
}

/** Mean rate of change over the window, Hz/s. */
function rateOf(relay: { before: number; beforeS: number }, hertz: number, dt: number): number {
  relay.beforeS += dt;
  const rate = (hertz - relay.before) / Math.max(relay.beforeS, dt);
  if (relay.beforeS >= windowS) {
    relay.before = hertz;
    relay.beforeS = 0;
  }
  return rate;
}

/** Closing out of phase: torque in multiples of the rated one, by the angle. The shaft is damaged above three. */
export function closeOutOfPhase(state: SubstationState, degrees: number): number {
  const torque = (2 * Math.abs(Math.sin((degrees * Math.PI) / 360))) / 0.2;
  if (torque <= 3) return torque;
  state.hydro.damaged = true;
  state.hydro.trip = hydroTrip.outOfPhase;
  state.protection.firstOut = stationTrip.outOfPhase;
  trip(state.breakers, breaker.QG1, state.battery.voltage);
  return torque;
}
