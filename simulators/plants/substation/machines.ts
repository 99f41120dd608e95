import { lag } from '../../plant-kit/noise.ts';
import { breaker } from './breaker-names.ts';
import { isClosed } from './breakers.ts';
import { dieselRating, dieselState, stepFreeDiesel, stepRack, stepSequence } from './diesel.ts';
import { governorMode, hydroRating, hydroTrip, stepFreeSpeed, stepGovernor, stepTurbine } from './hydro.ts';
import { voltageOf } from './network.ts';
import { node, supply } from './topology.ts';
import { at } from './points/index.ts';
import type { SubstationState } from './state.ts';
import { wrapDegrees } from './synchronism.ts';

const [mode, on, droop, voltage] = [at('G1.MODE'), at('G1.CMD'), at('G1.DROOP'), at('G1.USP')];
const [dieselOn, dieselMode] = [at('G2.CMD'), at('G2.MODE')];
const voltageLag = 0.8;
/** Voltage droop over the rated apparent power, per unit. */
const voltageDroop = 0.04;
/** Reactive over active power of the diesel set in the grid (power factor 0.95), and time constant of this outer loop, s. */
const [reactiveShare, factorLag] = [Math.tan(Math.acos(0.95)), 5] as const;

/** True while a machine turns without being connected: its speed needs short steps. */
export function isFree({ breakers, hydro, diesel }: SubstationState): boolean {
  const freeHydro = !isClosed(breakers, breaker.QG1) && hydro.speed > 0.02;
  const freeDiesel = !isClosed(breakers, breaker.QG2) && diesel.phase >= dieselState.rated && diesel.phase !== dieselState.failed;
  return freeHydro || freeDiesel;
}

/** Governors and prime movers. */
export function controlMachines(state: SubstationState, dt: number): void {
  const { memory, hydro, diesel, breakers, plc } = state;
  const isConnected = isClosed(breakers, breaker.QG1);
  const wanted = memory[on] === 1 ? (memory[mode] ?? 0) : governorMode.off;
  const inputs = {
    mode: wanted === governorMode.off || isConnected ? wanted : governorMode.speed,
    droop: (memory[droop] ?? 5) / 100,
    reference: plc.hydro.reference,
    speed: plc.hydro.speed,
    blocked: state.acts.gateBlocked,
  };
  stepGovernor(hydro, inputs, dt);
  stepTurbine(hydro, state.acts.rack, dt);
  hydro.excited = hydro.speed > 0.9 && hydro.trip === hydroTrip.none && !hydro.damaged && wanted !== governorMode.off;
  stepSequence(diesel, memory[dieselOn] === 1 || isClosed(breakers, breaker.QG2), dt);
  const isochronous = !isClosed(breakers, breaker.QG2) || memory[dieselMode] === 2;
  stepRack(diesel, plc.diesel.reference, plc.diesel.speed, isochronous, dt);
}

/** Speeds, angles and voltages after the network is solved. */
export function moveMachines(state: SubstationState, dt: number): void {
  const { network, hydro, diesel, grid } = state;
  const carriesHydro = hydro.excited && isClosed(state.breakers, breaker.QG1) ? network.supply[1] : supply.dead;
  const carriesDiesel = diesel.excited && isClosed(state.breakers, breaker.QG2) ? network.supply[0] : supply.dead;
  const together = carriesHydro === supply.hydro && carriesDiesel === supply.hydro;
  if (carriesHydro === supply.grid) hydro.speed = grid.frequency / 50;
  else if (carriesHydro === supply.hydro) {
    const electrical = network.hydro.p + (together ? network.diesel.p : 0);
    const mechanical = hydro.mechanical + (together ? diesel.mechanical : 0);
    const inertia = hydroRating.inertia * hydroRating.mva + (together ? dieselRating.inertia * dieselRating.mva : 0);
    hydro.speed = swing(hydro.speed, mechanical - electrical, inertia, dt);
  } else stepFreeSpeed(hydro, dt);

  if (carriesDiesel === supply.grid) diesel.speed = grid.frequency / 50;
  else if (together) diesel.speed = hydro.speed;
  else if (carriesDiesel === supply.diesel) {
    const inertia = dieselRating.inertia * dieselRating.mva;
    diesel.speed = swing(diesel.speed, diesel.mechanical - network.diesel.p, inertia, dt);
  } else stepFreeDiesel(diesel, dt);

  const turned = (speed: number): number => 360 * (50 * speed - grid.frequency) * dt;
  hydro.angle = carriesHydro === supply.grid ? 0 : wrapDegrees(hydro.angle + turned(hydro.speed));
  diesel.angle = carriesDiesel === supply.grid ? 0 : together ? hydro.angle : wrapDegrees(diesel.angle + turned(diesel.speed));
  regulateHydro(state, carriesHydro, dt);
  regulateDiesel(state, carriesDiesel, dt);
}

/** Swing equation: 2ΣHS·dω/dt = ΣP_m − ΣP_e over one island, with torque = power / speed. */
export function swing(speed: number, surplus: number, inertia: number, dt: number): number {
  return Math.max(0, speed + (surplus / (2 * inertia * Math.max(speed, 0.2))) * dt);
}

/** Automatic voltage regulators: reactive power in the grid, voltage alone. */
function regulateHydro(state: SubstationState, carried: number, dt: number): void {
  const { hydro, network, memory } = state;
  const reference = (memory[voltage] ?? 6300) / 6300;
  regulate(hydro, carried === supply.grid, carried === supply.hydro, reference, voltageOf(network, node.G1), {
    mva: hydroRating.mva,
    reactive: network.hydro.q,
    dt,
  });
}

/**
 * In the grid a controller of the power factor trims the regulator (IEEE 421.5, clause 11). By the droop alone, the voltage of the
 * grid would determine the reactive power of a small set.
 */
function regulateDiesel(state: SubstationState, carried: number, dt: number): void {
  const { diesel, network } = state;
  const volts = voltageOf(network, node.A);
  if (carried === supply.grid) {
    diesel.reactive += (reactiveShare * Math.max(0, network.diesel.p) - diesel.reactive) * lag(dt, factorLag);
    diesel.voltage = volts;
    return;
  }
  regulate(diesel, carried === supply.hydro, carried === supply.diesel, 1.02, volts, {
    mva: dieselRating.mva,
    reactive: network.diesel.q,
    dt,
  });
}

interface Regulated {
  voltage: number;
  reactive: number;
  readonly excited: boolean;
}

function regulate(
  machine: Regulated,
  isPartner: boolean,
  isAlone: boolean,
  reference: number,
  volts: number,
  { mva, reactive, dt }: { readonly mva: number; readonly reactive: number; readonly dt: number },
): void {
  const share = lag(dt, voltageLag);
  if (isPartner) {
    const wanted = Math.min(0.6, Math.max(-0.3, (reference - volts) / voltageDroop)) * mva;
    machine.reactive += (wanted - machine.reactive) * share;
    machine.voltage = volts;
    return;
  }
  machine.reactive = isAlone ? reactive : 0;
  const wanted = machine.excited ? reference - (isAlone ? (0.5 * voltageDroop * reactive) / mva : 0) : 0;
  machine.voltage += (wanted - machine.voltage) * share;
}
