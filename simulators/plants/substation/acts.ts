import { type Act, performAct } from '../../plant-kit/acts.ts';
import { clamp } from '../../plant-kit/noise.ts';
import { breaker, breakerNames, feederBreakers } from './breaker-names.ts';
import { hydroTrip } from './hydro.ts';
import { node } from './topology.ts';
import { operate } from './plc/switching.ts';
import { at, each } from './points/index.ts';
import { tripTransformer } from './protection/station.ts';
import { stationTrip } from './protection/state.ts';
import type { ActsState, SubstationState } from './state.ts';

export function initialActs(): ActsState {
  return {
    faults: [],
    outage: 0,
    sag: 0,
    sagLeft: 0,
    gateBlocked: false,
    syncBypassed: false,
    fansOff: false,
    extraLoad: 0,
    order: 0,
    orderLeft: 0,
    test: 0,
    testLeft: 0,
    testedTms: 0,
    dieselTestLeft: 0,
    rack: 0,
    rackLeft: 0,
  };
}

const multipliers = each('F{}.TMS', 4);
const [dieselOn, dieselSetpoint, hydroOn, shedding] = [at('G2.CMD'), at('G2.PSP'), at('G1.CMD'), at('UFLS.EN')];
/** Conductance of a fault, p.u.: its resistance is a hundredth of an ohm. */
const solid = 400;

/** An operator's entry at the control station: it increments the controller's write counter like any other write. */
function enter(state: SubstationState, controller: 'rtu1' | 'plc2', point: number, value: number): void {
  state.memory[point] = value;
  state.plc.writes[controller] = (state.plc.writes[controller] ?? 0) + 1;
}

/** Number of a feeder, 1 to 4. @throws RangeError for another value */
function feederOf(value: number): number {
  const n = Math.round(value);
  if (n < 1 || n > 4) throw new RangeError(`there is no feeder ${value}`);
  return n;
}

function short(state: SubstationState, at: number, transient: boolean): void {
  state.acts.faults.push({ node: at, conductance: solid, transient, deadS: 0 });
}

function breakerOf(state: SubstationState, value: number): SubstationState['breakers'][number] {
  const one = state.breakers[Math.round(value)];
  if (one === undefined) throw new RangeError(`there is no breaker ${value}; the last one is ${breakerNames.length - 1}`);
  return one;
}

/** Named acts of operators, weather and machines. Those without an end of their own last until their counterpart. */
export const acts: Readonly<Record<string, Act<SubstationState>>> = {
  'line-fault': {
    summary: 'three-phase fault at the end of a feeder, which ends while the feeder is dead',
    value: { meaning: 'feeder 1–4', standard: 1 },
    run: (s, v) => short(s, node.F1 + feederOf(v) - 1, true),
  },
  'line-broken': {
    summary: 'three-phase fault at the end of a feeder, until it is repaired',
    value: { meaning: 'feeder 1–4', standard: 1 },
    run: (s, v) => short(s, node.F1 + feederOf(v) - 1, false),
  },
  'bus-fault': {
    summary: 'three-phase fault on a busbar, until it is repaired',
    value: { meaning: '0 A, 1 B', standard: 0 },
    run: (s, v) => short(s, v === 1 ? node.B : node.A, false),
  },
  repair: { summary: 'all faults end and the shaft of the hydro unit is repaired', run: repair },
  'grid-loss': {
    summary: 'the 110 kV grid is lost; 0 brings it back',
    value: { meaning: 'minutes', standard: 10 },
    run: (s, v) => void (s.acts.outage = Math.max(0, v * 60)),
  },
  'voltage-sag': {
    summary: 'a distant fault lowers the voltage of the grid for two seconds',
    value: { meaning: 'share', standard: 0.1 },
    run: (s, v) => {
      s.acts.sag = clamp(v, 0, 0.4);
      s.acts.sagLeft = 2;
    },
  },
  'gate-blocked': {
    summary: 'the gate of the hydro unit does not move (1) or does again (0)',
    value: { meaning: '1 or 0', standard: 1 },
    run: (s, v) => void (s.acts.gateBlocked = v !== 0),
  },
  'sync-bypass': {
    summary: 'the hydro breaker closes without a synchronism check (1) or with it (0)',
    value: { meaning: '1 or 0', standard: 1 },
    run: (s, v) => void (s.acts.syncBypassed = v !== 0),
  },
  'fans-off': {
    summary: 'the fans of the transformers do not start (1) or do again (0)',
    value: { meaning: '1 or 0', standard: 1 },
    run: (s, v) => void (s.acts.fansOff = v !== 0),
  },
  'charger-off': { summary: 'the battery charger fails', run: (s) => void (s.battery.charger = false) },
  'charger-on': { summary: 'the battery charger works again', run: (s) => void (s.battery.charger = true) },
  'fuel-closed': {
    summary: 'the fuel valve of the diesel set is closed (1) or open (0)',
    value: { meaning: '1 or 0', standard: 1 },
    run: (s, v) => void (s.diesel.fuelClosed = v !== 0),
  },
  refuel: { summary: 'the tank of the diesel set is filled', run: (s) => void (s.diesel.fuel = 4900) },
  'breaker-stuck': {
    summary: 'a breaker does not obey its coils, until everything is released',
    value: { meaning: 'breaker 0–12 in the order of the addresses', standard: breaker.QF1 },
    run: (s, v) => void (breakerOf(s, v).stuck = true),
  },
  'close-blocked': {
    summary: 'the close coil of a breaker does not act, until everything is released',
    value: { meaning: 'breaker 0–12 in the order of the addresses', standard: breaker.QF1 },
    run: (s, v) => void (breakerOf(s, v).closeBlocked = true),
  },
  'transformer-fault': {
    summary: 'the differential relay trips a transformer on both sides',
    value: { meaning: 'transformer 1 or 2', standard: 1 },
    run: (s, v) => tripTransformer(s, v === 2 ? 1 : 0, stationTrip.differential),
  },
  'load-step': {
    summary: 'load is moved to this station from its neighbour; 0 ends it',
    value: { meaning: 'MW on all feeders together', standard: 3 },
    run: (s, v) => void (s.acts.extraLoad = clamp(v, -15, 25)),
  },
  'switching-order': {
    summary: 'a feeder is opened and earthed for three hours of work, then closed again',
    value: { meaning: 'feeder 1–4', standard: 3 },
    run: (s, v) => {
      const n = feederOf(v);
      if (s.acts.order !== 0) return;
      operate(s, feederBreakers[n - 1] ?? breaker.QF3, false);
      s.acts.order = n;
      s.acts.orderLeft = 3 * 3600;
    },
  },
  'relay-test': {
    summary: 'an engineer changes the time multiplier of a feeder relay for 20 minutes and restores it',
    value: { meaning: 'feeder 1–4', standard: 2 },
    run: (s, v) => {
      const n = feederOf(v);
      const point = multipliers[n - 1] ?? 0;
      if (s.acts.test !== 0) return;
      s.acts.test = n;
      s.acts.testLeft = 20 * 60;
      s.acts.testedTms = s.memory[point] ?? 0.1;
      enter(s, 'rtu1', point, 0.05);
    },
  },
  'diesel-test': {
    summary: 'the diesel set runs in parallel with the grid for 30 minutes',
    value: { meaning: 'kW', standard: 1500 },
    run: (s, v) => {
      if (s.acts.dieselTestLeft > 0) return;
      enter(s, 'plc2', dieselSetpoint, Math.round(clamp(v, 0, 2400)));
      enter(s, 'plc2', dieselOn, 1);
      s.acts.dieselTestLeft = 30 * 60;
    },
  },
  'rack-fouling': {
    summary: 'leaves clog the trash rack and are cleaned after two hours',
    value: { meaning: 'lost head, m', standard: 0.5 },
    run: (s, v) => {
      s.acts.rack = clamp(v, 0, 3);
      s.acts.rackLeft = 2 * 3600;
    },
  },
  rain: {
    summary: 'rain raises the inflow, which falls again over hours',
    value: { meaning: 'm³/s', standard: 2.5 },
    run: (s, v) => void (s.hydro.rain += clamp(v, 0, 6)),
  },
  'shedding-off': { summary: 'load shedding is disabled', run: (s) => enter(s, 'rtu1', shedding, 0) },
  'shedding-on': { summary: 'load shedding is enabled again', run: (s) => enter(s, 'rtu1', shedding, 1) },
  'hydro-stop': { summary: 'the operator stops the hydro unit', run: (s) => enter(s, 'plc2', hydroOn, 0) },
  'hydro-start': {
    summary: 'the operator resets the trips of the hydro unit and starts it',
    run: (s) => {
      s.hydro.trip = hydroTrip.none;
      s.hydro.peak = s.hydro.speed;
      s.plc.hydro.wasOn = false;
      enter(s, 'plc2', hydroOn, 1);
    },
  },
  restore: { summary: 'operators reset relays and close the breakers that protection has opened', run: restore },
};

function repair(state: SubstationState): void {
  state.acts.faults.length = 0;
  state.hydro.damaged = false;
}

/** Closes tripped breakers, incomers first; those that may not close stay open. */
export function restore(state: SubstationState): void {
  state.protection.firstOut = stationTrip.none;
  state.breakers.forEach((one, index) => {
    if (!one.tripped || one.closed) return;
    // the hydro unit and the capacitors have their own control
    if (index === breaker.QG2 || index === breaker.QCB1 || index === breaker.QCB2) one.tripped = false;
    else if (index === breaker.QG1) acts['hydro-start']?.run(state, 0);
    else operate(state, index, true);
  });
}

/** @throws RangeError for an unknown act or an invalid value */
export function perform(state: SubstationState, name: string, value?: number): void {
  performAct(acts, 'substation', state, name, value);
}

/** Ends all acts without an end of their own. */
export function releaseActs(state: SubstationState): void {
  repair(state);
  Object.assign(state.acts, { outage: 0, gateBlocked: false, syncBypassed: false, fansOff: false, extraLoad: 0 });
  state.battery.charger = true;
  state.diesel.fuelClosed = false;
  for (const one of state.breakers) {
    one.stuck = false;
    one.closeBlocked = false;
  }
}

/** Advances the time of current acts by `dt` seconds. */
export function ageActs(state: SubstationState, dt: number): void {
  const { acts: acting, memory } = state;
  const ends = (left: number): boolean => left > 0 && left <= dt;
  acting.outage = Math.max(0, acting.outage - dt);
  if (ends(acting.sagLeft)) acting.sag = 0;
  acting.sagLeft = Math.max(0, acting.sagLeft - dt);
  if (ends(acting.rackLeft)) acting.rack = 0;
  acting.rackLeft = Math.max(0, acting.rackLeft - dt);
  if (ends(acting.dieselTestLeft)) {
    enter(state, 'plc2', dieselOn, 0);
  }
  acting.dieselTestLeft = Math.max(0, acting.dieselTestLeft - dt);
  if (ends(acting.orderLeft)) {
    const index = feederBreakers[acting.order - 1] ?? breaker.QF3;
    acting.order = 0;
    operate(state, index, true);
  }
  acting.orderLeft = Math.max(0, acting.orderLeft - dt);
  if (ends(acting.testLeft)) {
    const point = multipliers[acting.test - 1] ?? 0;
    // somebody else's setting stays
    if (memory[point] === 0.05) enter(state, 'rtu1', point, acting.testedTms);
    acting.test = 0;
  }
  acting.testLeft = Math.max(0, acting.testLeft - dt);
}
