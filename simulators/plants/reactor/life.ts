import { firstTimes, type Habit, type Life, performDue } from '../../plant-kit/habits.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { perform } from './acts.ts';
import type { LifeState, ReactorState } from './state.ts';

const shift = [7, 15] as const;
const always = [0, 24] as const;
/**
 * Days between two acts on the same object while a monitor learns, about a day. They are as irregular as chance: what is regular in a calibration is awaited,
 * and would be overdue in ordinary operation, where it is rarer.
 */
const daily = [0.02, 2] as const;

/** While a monitor learns, production changes several times a day: each level follows from rate, grade and set-point together. */
const habits: readonly Habit<ReactorState>[] = [
  { act: 'rate-change', ordinary: [3, 4], calibration: [0.02, 0.7], hours: always, value: (_, u) => Math.round(15 * u - 10) },
  { act: 'grade-change', ordinary: [4, 8], calibration: [0.02, 1.1], hours: always, value: (_, u) => Math.floor(3 * u) },
  { act: 'setpoint', ordinary: [1, 3], calibration: [0.02, 0.5], hours: always, value: (_, u) => 2670 + 10 * Math.round(7 * u) },
  ...[1, 2, 3].map((n) => ({
    act: 'analyser-validation',
    name: `analyser-validation ${n}`,
    ordinary: [3, 7] as const,
    calibration: daily,
    hours: shift,
    value: () => n,
  })),
  { act: 'purge-test', ordinary: [25, 35], calibration: daily, hours: shift, value: () => 0 },
  { act: 'loop-tuning', ordinary: [6, 12], calibration: daily, hours: shift, value: (_, u) => 0.9 + 0.6 * u },
  { act: 'valve-sticks', ordinary: [20, 40], calibration: daily, hours: always, value: (_, u) => 0.5 + 1.5 * u },
  { act: 'valve-service', ordinary: [6, 8], calibration: [0.02, 1.2], hours: shift, value: () => 0 },
  { act: 'compressor-wash', ordinary: [10, 20], calibration: daily, hours: shift, value: () => 0 },
  { act: 'program-download', ordinary: [30, 60], calibration: daily, hours: shift, value: (_, u) => 1 + Math.floor(9 * u) },
  { act: 'safety-test', ordinary: [25, 35], calibration: daily, hours: shift, value: () => 0 },
];

/** Time after which operators start the section again after a shut-down, s. */
const recoverS = 3600;

/** The first time of each habit is uniformly distributed over its interval. */
export function initialLife(life: Life, time: number, noise: Noise): LifeState {
  return { next: firstTimes(habits, life, time, noise), attendS: 0 };
}

/** Performs due acts: normal acts of operators and engineers. */
export function live(state: ReactorState, life: Life, dt: number, noise: Noise): void {
  if (life === 'none') return;
  performDue(habits, state, life, noise, ({ act }, value) => {
    if (!mayBegin(state, act)) return false;
    perform(state, act, value);
    return true;
  });
  attend(state, dt);
}

/** No work begins during a shut-down or another order, and no change of the production during another one. */
function mayBegin({ acts, safety }: ReactorState, act: string): boolean {
  if (safety.tripped) return false;
  if (act === 'rate-change' || act === 'grade-change') return acts.ramp === undefined;
  return acts.orders.length === 0;
}

function attend(state: ReactorState, dt: number): void {
  state.life.attendS = state.safety.tripped ? state.life.attendS + dt : 0;
  if (state.life.attendS < recoverS) return;
  state.life.attendS = 0;
  perform(state, 'recover');
}
