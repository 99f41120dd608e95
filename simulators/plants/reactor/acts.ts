import { type Act, performAct } from '../../plant-kit/acts.ts';
import { clamp } from '../../plant-kit/noise.ts';
import { begin, downloadOrder, enter, purgeTestOrder, safetyTestOrder, sumOf, tuningOrder } from './orders.ts';
import { programSum } from './plc/state.ts';
import { at } from './points/index.ts';
import { restart } from './restart.ts';
import type { ActsState, ReactorState } from './state.ts';

export const initialActs = (): ActsState => ({
  supply: [1, 1, 1, 1],
  waterWarm: 0,
  waterSupply: 1,
  transfer: 1,
  feedA: 0,
  activity: 0,
  stiction: 0,
  slower: 1,
  washS: 0,
  orders: [],
});

/** Set-points of D and E in the base case, kg/h, and their factors by grade: even, more G, more H. */
const [baseD, baseE] = [3661, 4505] as const;
const grades = [
  [1, 1],
  [1.05, 0.95],
  [0.95, 1.05],
] as const;
const [rateS, gradeS, validationS, washS] = [4 * 3600, 2 * 3600, 1800, 1800] as const;

/** Begins to move D and E to the set-points of a production rate and grade. */
function ramp(state: ReactorState, rate: number, grade: number, seconds: number): void {
  const [d, e] = [state.memory[at('FT101.SP')] ?? baseD, state.memory[at('FT102.SP')] ?? baseE];
  const [factorD, factorE] = grades[grade] ?? grades[0];
  state.acts.ramp = {
    leftS: seconds,
    d,
    e,
    dPerS: (baseD * rate * factorD - d) / seconds,
    ePerS: (baseE * rate * factorE - e) / seconds,
  };
}

const gradeOf = ({ memory }: ReactorState): number => memory[at('PRD.MODE')] ?? 0;

/** Present production, share of the base case. */
function rateOf({ memory }: ReactorState): number {
  return ((memory[at('FT101.SP')] ?? 0) / 32 + (memory[at('FT102.SP')] ?? 0) / 46) / (baseD / 32 + baseE / 46);
}

/** Named acts of operators, weather and machines. Those without an end of their own last until their counterpart. */
export const acts: Readonly<Record<string, Act<ReactorState>>> = {
  'rate-change': {
    summary: 'operators change the production over four hours',
    value: { meaning: '% above the base case', standard: -10 },
    run: (s, v) => ramp(s, 1 + clamp(v, -15, 10) / 100, gradeOf(s), rateS),
  },
  'grade-change': {
    summary: 'operators change the grade over two hours: 0 even, 1 more G, 2 more H',
    value: { meaning: 'grade', standard: 1 },
    run: (s, v) => {
      const grade = clamp(Math.round(v), 0, 2);
      enter(s, 'PRD.MODE', grade);
      ramp(s, clamp(rateOf(s), 0.85, 1.1), grade, gradeS);
    },
  },
  setpoint: {
    summary: 'an operator changes the set-point of the reactor pressure',
    value: { meaning: 'kPa', standard: 2720 },
    run: (s, v) => enter(s, 'PIC01.SP', Math.round(clamp(v, 2000, 3200))),
  },
  'analyser-validation': {
    summary: 'an analyser is compared with a standard: its results stay for half an hour',
    value: { meaning: 'analyser 1–3', standard: 1 },
    run: (s, v) => {
      const analyser = s.analysers[Math.round(v) - 1];
      if (analyser === undefined) throw new RangeError(`there is no analyser ${v}`);
      analyser.frozenS = validationS;
    },
  },
  'purge-test': {
    summary: 'the purge valve is moved by hand for a minute',
    run: (s) => void begin(s, purgeTestOrder(s.memory[at('FT109.OP')] ?? 40)),
  },
  'loop-tuning': {
    summary: 'an engineer tries another gain of the separator level for four hours',
    value: { meaning: 'gain', standard: 1 },
    run: (s, v) => void begin(s, tuningOrder(Math.round(1000 * clamp(v, 0.3, 3)) / 1000)),
  },
  'valve-sticks': {
    summary: 'the reactor water valve sticks; 0 ends it',
    value: { meaning: '%', standard: 2 },
    run: (s, v) => void (s.acts.stiction = clamp(v, 0, 20)),
  },
  'valve-slow': {
    summary: 'the reactor water valve is slow, as with a leaking diaphragm; 1 is a sound one',
    value: { meaning: 'times its time constant', standard: 12 },
    run: (s, v) => void (s.acts.slower = clamp(v, 1, 100)),
  },
  'valve-service': {
    summary: 'the reactor water valve is serviced',
    run: ({ acts }) => {
      acts.stiction = 0;
      acts.slower = 1;
    },
  },
  'compressor-wash': {
    summary: 'the recycle compressor is washed for half an hour, with 5 % less flow',
    run: (s) => void (s.acts.washS = washS),
  },
  'program-download': {
    summary: 'engineers download a program to the process PLC by a work order',
    value: { meaning: 'number of the program', standard: 1 },
    run: (s, v) => void begin(s, downloadOrder(sumOf(clamp(Math.round(v), 1, 400)), false)),
  },
  'logic-edited': {
    summary: 'somebody downloads a program with an edited pressure logic: it shuts the purge and opens the by-pass',
    run: (s) => void begin(s, downloadOrder(programSum.edited, true)),
  },
  'safety-test': {
    summary: 'engineers test the safety system by a work order: 25 minutes with its key at PROGRAM',
    run: (s) => void begin(s, safetyTestOrder()),
  },
  'key-left': {
    summary: 'the key of the safety system is left at PROGRAM; 0 turns it back',
    value: { meaning: '1 or 0', standard: 1 },
    run: (s, v) => void (s.safety.key = v !== 0),
  },
  'feed-lost': {
    summary: 'a feed is lost; a negative number restores it',
    value: { meaning: 'D, E, A, A + C as 1–4, a fraction is the lost share', standard: 3 },
    run: (s, v) => {
      const feed = Math.floor(Math.abs(v));
      if (feed < 1 || feed > 4) throw new RangeError(`there is no feed ${v}`);
      const lost = Math.abs(v) % 1 === 0 ? 1 : Math.abs(v) % 1;
      s.acts.supply[feed - 1] = v < 0 ? 1 : 1 - lost;
    },
  },
  'water-warm': {
    summary: 'both cooling waters are warmer; 0 ends it',
    value: { meaning: 'K', standard: 5 },
    run: (s, v) => void (s.acts.waterWarm = clamp(v, -10, 15)),
  },
  'water-lost': {
    summary: 'the supply of cooling water to the reactor is lost in part; 0 ends it',
    value: { meaning: '%', standard: 60 },
    run: (s, v) => void (s.acts.waterSupply = 1 - clamp(v, 0, 100) / 100),
  },
  fouling: {
    summary: 'the cooling surface of the reactor is fouled; 0 ends it',
    value: { meaning: '% of its heat transfer', standard: 20 },
    run: (s, v) => void (s.acts.transfer = 1 - clamp(v, 0, 90) / 100),
  },
  'feed-shift': {
    summary: 'the A + C feed has more A and less C; 0 ends it',
    value: { meaning: 'mole %', standard: 3 },
    run: (s, v) => void (s.acts.feedA = clamp(v, -10, 10) / 100),
  },
  'kinetics-shift': {
    summary: 'the reactions are faster, or slower with a negative value; 0 ends it',
    value: { meaning: '%', standard: 5 },
    run: (s, v) => void (s.acts.activity = clamp(v, -30, 30) / 100),
  },
  'bearing-wear': {
    summary: 'the bearing of the recycle compressor wears; 0 is a new one',
    value: { meaning: '0–1', standard: 0.6 },
    run: (s, v) => void (s.machine.wear = clamp(v, 0, 1)),
  },
  'compressor-trip': { summary: 'the recycle compressor trips', run: (s) => enter(s, 'K1.CMD', 0) },
  recover: { summary: 'after a shut-down the section is filled and started again in its base case', run: restart },
};

/** @throws RangeError for an unknown act or an invalid value */
export function perform(state: ReactorState, name: string, value?: number): void {
  performAct(acts, 'reactor section', state, name, value);
}

/** Ends all acts without an end of their own. */
export function releaseActs({ acts: acting, machine, safety, plc, memory }: ReactorState): void {
  acting.supply.fill(1);
  acting.waterWarm = 0;
  acting.waterSupply = 1;
  acting.transfer = 1;
  acting.feedA = 0;
  acting.activity = 0;
  acting.stiction = 0;
  acting.slower = 1;
  machine.wear = 0;
  if (acting.orders.every(({ name }) => name !== 'KEY')) safety.key = false;
  if (!plc.edited) return;
  plc.edited = false;
  memory[at('PLC1.SUM')] = programSum.commissioned;
}
