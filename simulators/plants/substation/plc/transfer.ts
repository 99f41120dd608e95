import { breaker } from '../breaker-names.ts';
import { isClosed } from '../breakers.ts';
import { dieselRating, dieselState } from '../diesel.ts';
import { governorMode, hydroRating, hydroTrip } from '../hydro.ts';
import { supply } from '../topology.ts';
import { at } from '../points/index.ts';
import { busFrequency } from '../protection/shedding.ts';
import type { SubstationState } from '../state.ts';
import { differenceAt, isSynchronous } from '../synchronism.ts';
import { transferStep } from './state.ts';
import { operate } from './switching.ts';

const [enabled, shown] = [at('TRF.EN'), at('TRF.STEP')];
const [hydroMode, dieselMode, dieselOn, dieselSetpoint] = [at('G1.MODE'), at('G2.MODE'), at('G2.CMD'), at('G2.PSP')];
const [lostS, stableS, feederS] = [2, 120, 30] as const;
/** Order in which feeders are reconnected: feeder 2 supplies the hospital. */
const order = [breaker.QF2, breaker.QF1, breaker.QF4, breaker.QF3] as const;
const feederAt = (index: number): number => index - breaker.QF1;
const least = 49.8;

/** Automatic transfer: separates a station without grid, feeds it as an island, and synchronises it when the grid is back. */
export function controlTransfer(state: SubstationState, dt: number): void {
  const { plc, memory, grid } = state;
  const transfer = plc.transfer;
  transfer.inStepS += dt;
  transfer.feederS += dt;
  if (transfer.step !== transferStep.none) resetHydro(state);
  if (memory[enabled] !== 1) enter(state, transferStep.none);
  else if (transfer.step === transferStep.none && grid.lostS > lostS) separate(state);
  else if (transfer.step === transferStep.energise) energise(state);
  else if (transfer.step === transferStep.reconnect) reconnectNext(state);
  else if (transfer.step === transferStep.synchronise) joinGrid(state);
  else if (transfer.step === transferStep.restore) restore(state);
  memory[shown] = transfer.step;
}

function enter(state: SubstationState, step: number): void {
  if (state.plc.transfer.step === step) return;
  state.plc.transfer.step = step;
  state.plc.transfer.inStepS = 0;
}

const isDead = (state: SubstationState): boolean =>
  state.network.supply[0] === supply.dead && state.network.supply[1] === supply.dead;

/** Opens the incomers; also all feeders and capacitors if no machine has carried the station. */
function separate(state: SubstationState): void {
  const { memory, plc } = state;
  const all = isDead(state) ? [...order, breaker.QCB1, breaker.QCB2] : [];
  for (const index of [breaker.QT1L, breaker.QT2L, ...all]) operate(state, index, false);
  memory[hydroMode] = governorMode.isochronous;
  memory[dieselOn] = 1;
  memory[dieselMode] = 2;
  memory[dieselSetpoint] = 1500;
  plc.hydro.synchronises = true;
  enter(state, transferStep.energise);
}

/** Energises the dead busbars by the machine that is ready first. */
function energise(state: SubstationState): void {
  const { plc, hydro, diesel, memory } = state;
  if (!isDead(state)) {
    // one machine controls the frequency, the other one its power
    if (state.network.supply[0] === supply.hydro) memory[dieselMode] = 1;
    plc.transfer.feederS = feederS;
    enter(state, transferStep.reconnect);
  } else if (state.grid.backS > stableS) enter(state, transferStep.synchronise);
  else if (plc.transfer.inStepS < 3) return;
  else if (hydro.excited && hydro.speed > 0.97 && hydro.speed < 1.03 && hydro.trip === 0) operate(state, breaker.QG1, true);
  else if (diesel.phase === dieselState.ready) operate(state, breaker.QG2, true);
}

/** Resets the electronic overspeed trip of a load rejection, so that the hydro unit can feed the island. */
function resetHydro({ hydro, plc }: SubstationState): void {
  if (hydro.trip !== hydroTrip.overspeed || hydro.speed > 1.03) return;
  hydro.trip = hydroTrip.none;
  plc.hydro.synchronises = true;
}

function capacity(state: SubstationState): number {
  const { breakers } = state;
  return (isClosed(breakers, breaker.QG1) ? hydroRating.mw : 0) + (isClosed(breakers, breaker.QG2) ? dieselRating.mw : 0);
}

function reconnectNext(state: SubstationState): void {
  const { plc, breakers, loads, network } = state;
  if (isDead(state)) return enter(state, transferStep.energise);
  if (state.grid.backS > stableS) return enter(state, transferStep.synchronise);
  if (plc.transfer.feederS < feederS || busFrequency(state, 0) < least) return;
  const carried = network.hydro.p + network.diesel.p;
  const next = order.find(
    (index) => !isClosed(breakers, index) && carried + (loads.p[feederAt(index)] ?? 0) < 0.9 * capacity(state),
  );
  if (next === undefined) return;
  plc.transfer.feederS = 0;
  operate(state, next, true);
}

/** Trims the island to the grid and closes the first incomer when both are synchronous. */
function joinGrid(state: SubstationState): void {
  const { plc, grid } = state;
  if (grid.lostS > 0) return enter(state, transferStep.energise);
  if (isClosed(state.breakers, breaker.QT1L)) return enter(state, transferStep.restore);
  plc.hydro.speed = grid.frequency / 50 + 0.0008;
  plc.diesel.speed = plc.hydro.speed;
  const difference = differenceAt(state, 'QT1L');
  if (difference.dead || isSynchronous(difference)) operate(state, breaker.QT1L, true);
}

/** Closes the other incomer and all feeders, and returns the machines to their ordinary modes. */
function restore(state: SubstationState): void {
  const { plc, memory, breakers } = state;
  memory[hydroMode] = governorMode.droop;
  memory[dieselMode] = 1;
  memory[dieselOn] = 0;
  if (plc.transfer.feederS < 5) return;
  plc.transfer.feederS = 0;
  const next = [breaker.QT2L, ...order].find((index) => !isClosed(breakers, index));
  if (next !== undefined && plc.transfer.inStepS < 300) operate(state, next, true);
  else enter(state, transferStep.none);
}
