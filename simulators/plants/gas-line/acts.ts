import { type Act, performAct } from '../../plant-kit/acts.ts';
import { clamp } from '../../plant-kit/noise.ts';
import { holdSensor } from '../../plant-kit/sensing.ts';
import { begin, bypassOrder, changeoverOrder, enter, strokeOrder } from './orders.ts';
import { isReady, trip } from './plc/sequence.ts';
import { tripCode, unitState } from './plc/state.ts';
import { instruments } from './sensors.ts';
import type { ActsState, GasLineState } from './state.ts';

export const initialActs = (): ActsState => ({ leak: 0, gas: 0, fire: false, pig: -1, foulingPerHour: 0, orders: [] });

/** Index of one of three alike. @throws RangeError for another value */
function indexOf(kind: string, value: number): number {
  const n = Math.round(value);
  if (n < 1 || n > 3) throw new RangeError(`there is no ${kind} ${value}`);
  return n - 1;
}

/** The standby unit and the running one with most hours, from 1 on; undefined without both. */
function changeover({ plc, turbines }: GasLineState): readonly [starts: number, stops: number] | undefined {
  const hours = (i: number): number => turbines[i]?.hours ?? 0;
  const ready = plc.units.flatMap((unit, i) => (isReady(unit) ? [i] : [])).toSorted((a, b) => hours(a) - hours(b));
  const running = plc.units.flatMap(({ state }, i) => (state === unitState.running ? [i] : []));
  const [starts, stops] = [ready[0], running.toSorted((a, b) => hours(b) - hours(a))[0]];
  return starts === undefined || stops === undefined ? undefined : [starts + 1, stops + 1];
}

/** Operators reset tripped units and slam-shut valves, and start as many units as ran. */
function recover(state: GasLineState): void {
  state.plc.stopped = false;
  for (const valve of state.valves) {
    valve.broken = false;
    valve.fallS = 0;
  }
  for (const gate of state.gates) gate.slammed = false;
  enter(state, 'FG.STOP', 0);
  state.plc.units.forEach(({ first }, i) => {
    if (first === tripCode.none) return;
    enter(state, `K${i + 1}.RST`, 1);
    enter(state, `K${i + 1}.CMD`, 1);
  });
}

/** Named acts of operators, weather and machines. Those without an end of their own last until their counterpart. */
export const acts: Readonly<Record<string, Act<GasLineState>>> = {
  changeover: {
    summary: 'operators start the standby unit and stop the running one with most hours',
    run: (s) => {
      const units = changeover(s);
      if (units !== undefined) begin(s, changeoverOrder(...units));
    },
  },
  'stroke-test': {
    summary: 'the anti-surge valve of a unit is opened to 10 % for a minute',
    value: { meaning: 'unit 1–3', standard: 1 },
    run: (s, v) => void begin(s, strokeOrder(indexOf('unit', v) + 1)),
  },
  setpoint: {
    summary: 'an operator changes the set-point of the discharge pressure',
    value: { meaning: 'MPa', standard: 6.35 },
    run: (s, v) => enter(s, 'ST.PSP', Math.round(100 * clamp(v, 5, 8)) / 100),
  },
  'pig-run': {
    summary: 'a pig runs through line B, which takes some hours',
    run: (s) => void (s.acts.pig = s.acts.pig < 0 ? 0 : s.acts.pig),
  },
  'scrubber-drain': {
    summary: 'the scrubber is drained and cleaned',
    run: (s) => {
      s.station.fouling = 0;
      s.acts.foulingPerHour = 0;
    },
  },
  'scrubber-fouling': {
    summary: 'liquid and dirt arrive: the loss of the scrubber grows; 0 ends it',
    value: { meaning: 'growth per hour, relative to the clean loss', standard: 4 },
    run: (s, v) => void (s.acts.foulingPerHour = clamp(v, 0, 100)),
  },
  'regulator-service': {
    summary: 'gate 2 is fed by its by-pass regulator',
    value: { meaning: 'minutes', standard: 60 },
    run: (s, v) => void begin(s, bypassOrder(2, clamp(v, 1, 600))),
  },
  'meter-proving': {
    summary: 'the flow meter of a gate is compared with a reference; its reading is held for ten minutes',
    value: { meaning: 'gate 1–3', standard: 1 },
    run: (s, v) => holdSensor(s.sensing, instruments.sensorOf(`G${indexOf('gate', v) + 1}.FT`), 600),
  },
  nomination: {
    summary: 'the supplier changes its pressure for the day',
    value: { meaning: 'MPa', standard: 5.8 },
    run: (s, v) => void (s.supply.nominated = 1e6 * clamp(v, 4.5, 6.2)),
  },
  'supply-drop': {
    summary: 'the supplier loses pressure; 0 ends it',
    value: { meaning: 'MPa', standard: 1.2 },
    run: (s, v) => void (s.supply.drop = 1e6 * clamp(v, 0, 3)),
  },
  'gas-quality': {
    summary: 'gas of another calorific value arrives',
    value: { meaning: 'MJ/m³', standard: 40.1 },
    run: (s, v) => void (s.supply.source = clamp(v, 36, 43)),
  },
  'cold-snap': {
    summary: 'the air is colder, or warmer with a negative value; 0 ends it',
    value: { meaning: 'K', standard: 6 },
    run: (s, v) => void (s.demand.added = -clamp(v, -25, 25)),
  },
  leak: {
    summary: 'line B leaks at km 55; 0 ends it',
    value: { meaning: 'kg/s at 6 MPa', standard: 15 },
    run: (s, v) => void (s.acts.leak = clamp(v, 0, 300)),
  },
  'unit-trip': {
    summary: 'a unit trips by its vibration switch',
    value: { meaning: 'unit 1–3', standard: 1 },
    run: (s, v) => trip(s, indexOf('unit', v), tripCode.vibration),
  },
  'bearing-wear': {
    summary: 'the first bearing of a unit wears; a new one has 0',
    value: { meaning: 'unit 1–3, its fraction is the wear', standard: 1.6 },
    run: (s, v) => {
      const turbine = s.turbines[indexOf('unit', Math.floor(v))];
      if (turbine !== undefined) turbine.wear = v % 1;
    },
  },
  'oil-leak': {
    summary: 'a unit loses oil pressure; 0 as fraction ends it',
    value: { meaning: 'unit 1–3, its fraction is the lost share', standard: 1.3 },
    run: (s, v) => {
      const turbine = s.turbines[indexOf('unit', Math.floor(v))];
      if (turbine !== undefined) turbine.oilLoss = v % 1;
    },
  },
  'heater-failed': {
    summary: 'the burner of a gate heater fails; a negative number repairs it',
    value: { meaning: 'gate 1–3', standard: 2 },
    run: (s, v) => {
      const gate = s.gates[indexOf('gate', Math.abs(v))];
      if (gate !== undefined) gate.heaterBroken = v > 0;
    },
  },
  'gas-in-hall': {
    summary: 'gas escapes in the compressor hall; 0 ends it',
    value: { meaning: '% LEL', standard: 25 },
    run: (s, v) => void (s.acts.gas = clamp(v, 0, 100)),
  },
  recover: { summary: 'operators reset trips, slam-shut and line-break valves, and start the units again', run: recover },
};

/** @throws RangeError for an unknown act or an invalid value */
export function perform(state: GasLineState, name: string, value?: number): void {
  performAct(acts, 'gas line', state, name, value);
}

/** Ends all acts without an end of their own. */
export function releaseActs({ acts: acting, supply, demand, turbines, gates }: GasLineState): void {
  acting.leak = 0;
  acting.gas = 0;
  acting.fire = false;
  acting.foulingPerHour = 0;
  supply.drop = 0;
  demand.added = 0;
  for (const turbine of turbines) {
    turbine.wear = 0;
    turbine.oilLoss = 0;
  }
  for (const gate of gates) gate.heaterBroken = false;
}
