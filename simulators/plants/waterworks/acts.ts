import { type Act, performAct } from '../../plant-kit/acts.ts';
import { clamp } from '../../plant-kit/noise.ts';
import { junctions } from './network-data.ts';
import { rotateLead } from './plc/staging.ts';
import { at } from './points/index.ts';
import { tripCode } from './pumping.ts';
import { nodeAt } from './quality.ts';
import { sensorOf } from './sensing.ts';
import type { ActsState, WaterworksState } from './state.ts';

export function initialActs(): ActsState {
  return {
    alumFeed: 1,
    chlorineFeed: 1,
    swapLeft: 0,
    analyserOffset: 0,
    analyserNext: 0,
    draws: [],
    forcedReducer: null,
    shutTank: -1,
    shutLeft: 0,
    clearwellLeak: 0,
    tankLeak: 0,
  };
}

const trim = at('CG.TRIM');
const chlorineSetpoint = at('CL.SP');
const contact = sensorOf('CL.AT01');

/** An operator's entry at the control station: it increments the PLC's write counter like any other write. */
function enter(state: WaterworksState, point: number, value: number): void {
  state.memory[point] = value;
  state.plc.writes['plc1'] = (state.plc.writes['plc1'] ?? 0) + 1;
}

/** Draws `flow` L/s at a junction for `left` seconds. */
function draw(state: WaterworksState, kind: string, node: number, flow: number, left: number | null): void {
  const { draws } = state.acts;
  const there = draws.findIndex((other) => other.kind === kind && other.left === null);
  if (there >= 0 && left === null) draws.splice(there, 1);
  if (flow > 0) draws.push({ kind, node, flow, left });
}

function pumpOf(state: WaterworksState, number: number): WaterworksState['pumps'][number] {
  const pump = state.pumps[Math.round(number) - 1];
  if (pump === undefined) throw new RangeError(`there is no high-lift pump ${number}`);
  return pump;
}

/** Named acts of operators, weather and machines. Those without an end of their own last until their counterpart. */
export const acts: Readonly<Record<string, Act<WaterworksState>>> = {
  'alum-off': { summary: 'alum feed pump stops', run: (s) => void (s.acts.alumFeed = 0) },
  'alum-on': { summary: 'alum feed pump delivers again what is asked', run: (s) => void (s.acts.alumFeed = 1) },
  'alum-feed': {
    summary: 'alum feed pump delivers another share of what is asked',
    value: { meaning: 'share: 0.5 halves, 1.5 overdoses', standard: 0.5 },
    run: (s, v) => void (s.acts.alumFeed = clamp(v, 0, 3)),
  },
  'chlorine-off': { summary: 'chlorine dosing stops', run: (s) => void (s.acts.chlorineFeed = 0) },
  'chlorine-on': { summary: 'chlorine dosing works again', run: (s) => void (s.acts.chlorineFeed = 1) },
  'tank-swap': {
    summary: 'hypochlorite tank is changed: two minutes without dose, the other pump takes over',
    run: (s) => {
      s.acts.swapLeft = 120;
      s.chlorination.tank = 98;
      s.chlorination.pump = 3 - s.chlorination.pump;
    },
  },
  'chlorine-sp': {
    summary: 'operator changes the chlorine set-point',
    value: { meaning: 'mg/L', standard: 1 },
    run: (s, v) => enter(s, chlorineSetpoint, clamp(v, 0, 5)),
  },
  'jar-test': {
    summary: 'operator trims the alum dose after a jar test',
    value: { meaning: 'trim, %', standard: 0 },
    run: (s, v) => enter(s, trim, Math.round(clamp(v, -15, 15) * 10) / 10),
  },
  'analyser-calibration': {
    summary: 'contact analyser held for ten minutes, then right again by a step of at most 0.05 mg/L',
    value: { meaning: 'error after calibration, mg/L', standard: 0 },
    run: (s, v) => {
      s.sensing.hold[contact] = 600;
      s.acts.analyserNext = clamp(v, s.acts.analyserOffset - 0.05, s.acts.analyserOffset + 0.05);
    },
  },
  'filter-maintenance': {
    summary: 'a filter is taken out for four hours, then filters to waste for ten minutes',
    value: { meaning: 'filter 1–4', standard: 1 },
    run: (s, v) => {
      const filter = s.filters.filters[Math.round(v) - 1];
      if (filter === undefined) throw new RangeError(`there is no filter ${v}`);
      // one at a time; the PLC starts it when no wash is in progress
      if (s.plc.washing.out >= 0) return;
      s.plc.washing.out = Math.round(v) - 1;
      s.plc.washing.outLeft = 4 * 3600;
    },
  },
  'backwash-inhibit': {
    summary: 'washes do not begin (1) or do again (0)',
    value: { meaning: '1 inhibits, 0 allows', standard: 1 },
    run: (s, v) => void (s.plc.washing.inhibited = v !== 0),
  },
  'lead-rotation': { summary: 'the next high-lift pump becomes the lead', run: rotateLead },
  'trip-reset': {
    summary: 'operator resets all tripped high-lift pumps',
    run: (s) => {
      for (const pump of s.pumps) {
        pump.trip = tripCode.none;
        pump.overload = 0;
      }
    },
  },
  'pump-wear': {
    summary: 'the bearing of the lead pump wears: vibration and temperature rise',
    value: { meaning: 'wear 0–1, whole part the pump: 2.4 is pump 2 worn by 0.4', standard: 1.5 },
    run: (s, v) => void (pumpOf(s, Math.floor(v)).wear = v - Math.floor(v)),
  },
  'hydrant-flush': {
    summary: 'a hydrant is flushed with 15 L/s for 20 minutes',
    value: { meaning: 'junction, index from 0', standard: nodeAt('J13') },
    run: (s, v) => {
      const node = Math.round(v);
      if (junctions[node] === undefined) throw new RangeError(`there is no junction ${v}`);
      draw(s, 'flush', node, 15, 1200);
    },
  },
  'fire-flow': {
    summary: 'firemen draw water at J10 for an hour',
    value: { meaning: 'L/s', standard: 60 },
    run: (s, v) => draw(s, 'fire', nodeAt('J10'), v, 3600),
  },
  'draw-off': {
    summary: 'water is taken unmeasured in the low zone, at L3; 0 ends it',
    value: { meaning: 'L/s', standard: 5 },
    run: (s, v) => draw(s, 'draw-off', nodeAt('L3'), v, null),
  },
  burst: {
    summary: 'a main bursts at J7; 0 ends it',
    value: { meaning: 'L/s', standard: 40 },
    run: (s, v) => draw(s, 'burst', nodeAt('J7'), v, null),
  },
  'clearwell-leak': {
    summary: 'the clearwell loses water through its floor; 0 ends it',
    value: { meaning: 'L/s', standard: 5 },
    run: (s, v) => void (s.acts.clearwellLeak = Math.max(0, v)),
  },
  'tank-leak': {
    summary: 'T1 loses water below its flow meter; 0 ends it',
    value: { meaning: 'L/s', standard: 2 },
    run: (s, v) => void (s.acts.tankLeak = Math.max(0, v)),
  },
  rain: {
    summary: 'rain in the catchment',
    value: { meaning: 'peak of turbidity, NTU', standard: 25 },
    run: (s, v) => void s.intake.rains.push({ peak: v, age: 0 }),
  },
  storm: {
    summary: 'storm in the catchment',
    value: { meaning: 'peak of turbidity, NTU', standard: 90 },
    run: (s, v) => void s.intake.rains.push({ peak: v, age: 0 }),
  },
  'prv-close': {
    summary: 'the reducing valve of the low zone is throttled by hand, whatever its set-point says',
    value: { meaning: 'pressure that it then holds, m', standard: 12 },
    run: (s, v) => void (s.acts.forcedReducer = clamp(v, 0, 80)),
  },
  'prv-release': { summary: 'the reducing valve obeys its set-point again', run: (s) => void (s.acts.forcedReducer = null) },
  'tank-cleaning': {
    summary: 'a tank is shut off for six hours',
    value: { meaning: 'tank 1–3', standard: 2 },
    run: (s, v) => {
      s.acts.shutTank = clamp(Math.round(v) - 1, 0, 2);
      s.acts.shutLeft = 6 * 3600;
    },
  },
};

/** @throws RangeError for an unknown act or an invalid value */
export function perform(state: WaterworksState, name: string, value?: number): void {
  performAct(acts, 'waterworks', state, name, value);
}

/** Ends all acts without an end of their own, and releases all sensors. */
export function releaseActs(state: WaterworksState): void {
  state.acts.alumFeed = 1;
  state.acts.chlorineFeed = 1;
  state.acts.forcedReducer = null;
  state.acts.clearwellLeak = 0;
  state.acts.tankLeak = 0;
  state.plc.washing.inhibited = false;
  for (const pump of state.pumps) pump.wear = 0;
  const { draws } = state.acts;
  for (let i = draws.length - 1; i >= 0; i--) if (draws[i]?.left === null) draws.splice(i, 1);
}

/** Advances the time of current acts. */
export function ageActs(state: WaterworksState, dt: number): void {
  const acting = state.acts;
  acting.swapLeft = Math.max(0, acting.swapLeft - dt);
  if ((state.sensing.hold[contact] ?? 0) === 0) acting.analyserOffset = acting.analyserNext;
  for (let i = acting.draws.length - 1; i >= 0; i--) {
    const open = acting.draws[i];
    if (open === undefined || open.left === null) continue;
    open.left -= dt;
    if (open.left <= 0) acting.draws.splice(i, 1);
  }
  if (acting.shutTank < 0) return;
  acting.shutLeft -= dt;
  if (acting.shutLeft <= 0) acting.shutTank = -1;
}
