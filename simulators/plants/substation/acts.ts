import { type Act, performAct } from '../../plant-kit/acts.ts';
import { clamp } from '../../plant-kit/noise.ts';
import { breaker, breakerNames } from './breaker-names.ts';
import { hydroTrip } from './hydro.ts';
import { node } from './topology.ts';
import {
  ageOrders,
  capacitorOrder,
  couplerOrder,
  enter,
  feederOrder,
  outageOrder,
  restOfOrder,
  tapOrder,
  transformerOrder,
} from './orders.ts';
import { operate } from './plc/switching.ts';
import { at, each } from './points/index.ts';
import { tripTransformer } from './protection/station.ts';
import { stationTrip } from './protection/state.ts';
import type { ActsState, OrderStep, SubstationState } from './state.ts';

export function initialActs(): ActsState {
  return {
    faults: [],
    outage: 0,
    sag: 0,
    sagLeft: 0,
    gateBlocked: false,
    syncBypassed: false,
    fuse: 0,
    fansOff: false,
    extraLoad: 0,
    extraLoadLeft: 0,
    order: 0,
    orders: [],
    test: 0,
    testLeft: 0,
    testedTms: 0,
    dieselTestLeft: 0,
    rack: 0,
    rackLeft: 0,
  };
}

/** Completes acts that an older version of the plant has saved. */
export function completeActs(saved: Partial<ActsState> & { readonly orderLeft?: number }): ActsState {
  const { orderLeft = 0, ...acts } = saved;
  const orders = acts.orders ?? (acts.order ? restOfOrder(acts.order, orderLeft) : []);
  return { ...initialActs(), ...acts, orders };
}

const multipliers = each('F{}.TMS', 4);
const [dieselOn, dieselSetpoint, hydroOn, shedding] = [at('G2.CMD'), at('G2.PSP'), at('G1.CMD'), at('UFLS.EN')];
/** Conductance of a fault, p.u.: its resistance is a hundredth of an ohm. */
const solid = 400;

/** Number of one of several alike, from 1 on. @throws RangeError for another value */
function numberOf(kind: string, most: number, value: number): number {
  const n = Math.round(value);
  if (n < 1 || n > most) throw new RangeError(`there is no ${kind} ${value}`);
  return n;
}

const feederOf = (value: number): number => numberOf('feeder', 4, value);
const transformerOf = (value: number): number => numberOf('transformer', 2, value);

/** Begins an order, unless another one is carried out. */
function begin({ acts: { orders } }: SubstationState, steps: readonly OrderStep[]): void {
  if (orders.length === 0) orders.push(...steps);
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
  'fuse-blown': {
    summary: 'a fuse of the voltage transformer of a busbar blows: phase B is lost for all that measures there; 0 replaces it',
    value: { meaning: 'busbar 1 (A), 2 (B) or 0', standard: 1 },
    run: (s, v) => void (s.acts.fuse = v === 0 ? 0 : numberOf('busbar', 2, v)),
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
    run: (s, v) => {
      s.acts.extraLoad = clamp(v, -15, 25);
      s.acts.extraLoadLeft = 0;
    },
  },
  'load-transfer': {
    summary: 'load is moved to this station, or from it with a negative value, and back after 50 minutes',
    value: { meaning: 'MW on all feeders together', standard: 2 },
    run: (s, v) => {
      s.acts.extraLoad = clamp(v, -5, 5);
      s.acts.extraLoadLeft = 50 * 60;
    },
  },
  'switching-order': {
    summary: 'a feeder is opened and earthed for three quarters of an hour of work, then closed again',
    value: { meaning: 'feeder 1–4', standard: 3 },
    run: (s, v) => begin(s, feederOrder(feederOf(v))),
  },
  'outage-order': {
    summary: 'a feeder is switched off by remote control for 20 minutes, without work on it',
    value: { meaning: 'feeder 1–4', standard: 3 },
    run: (s, v) => begin(s, outageOrder(feederOf(v))),
  },
  'transformer-order': {
    summary: 'a transformer is out of service for half an hour of work',
    value: { meaning: 'transformer 1 or 2', standard: 1 },
    run: (s, v) => begin(s, transformerOrder(transformerOf(v))),
  },
  'coupler-order': { summary: 'the busbar coupler is open for 20 minutes', run: (s) => begin(s, couplerOrder()) },
  'capacitor-order': {
    summary: 'a capacitor is switched by hand to its other position for a quarter of an hour',
    value: { meaning: 'capacitor 1 or 2', standard: 1 },
    run: (s, v) => begin(s, capacitorOrder(s, numberOf('capacitor', 2, v))),
  },
  'tap-order': {
    summary: 'a tap changer is moved by one tap by hand, and back after five minutes',
    value: { meaning: 'transformer 1 or 2', standard: 1 },
    run: (s, v) => begin(s, tapOrder(transformerOf(v))),
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
  Object.assign(state.acts, {
    outage: 0,
    gateBlocked: false,
    syncBypassed: false,
    fuse: 0,
    fansOff: false,
    extraLoad: 0,
    extraLoadLeft: 0,
  });
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
  if (ends(acting.extraLoadLeft)) acting.extraLoad = 0;
  acting.extraLoadLeft = Math.max(0, acting.extraLoadLeft - dt);
  ageOrders(state, dt);
  if (ends(acting.testLeft)) {
    const point = multipliers[acting.test - 1] ?? 0;
    // somebody else's setting stays
    if (memory[point] === 0.05) enter(state, 'rtu1', point, acting.testedTms);
    acting.test = 0;
  }
  acting.testLeft = Math.max(0, acting.testLeft - dt);
}
