import { firstTimes, type Habit, type Life, performDue } from '../../plant-kit/habits.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { perform } from './acts.ts';
import { feederBreakers } from './breaker-names.ts';
import { transferStep } from './plc/state.ts';
import type { LifeState, SubstationState } from './state.ts';

const office = [8, 15] as const;
const always = [0, 24] as const;
const feeder = (uniform: number): number => 1 + Math.floor(4 * uniform);

const habits: readonly Habit<SubstationState>[] = [
  { act: 'diesel-test', ordinary: [6.8, 7.1], calibration: [0.9, 1.4], hours: [10, 10.2], value: () => 1500 },
  { act: 'switching-order', ordinary: [12, 18], calibration: [1.1, 1.8], hours: [8, 11], value: () => 3 },
  { act: 'relay-test', ordinary: [25, 40], calibration: [1.2, 1.9], hours: office, value: (_, u) => feeder(u) },
  { act: 'line-fault', ordinary: [10, 20], calibration: [0.8, 1.6], hours: always, value: (_, u) => feeder(u) },
  { act: 'voltage-sag', ordinary: [3, 9], calibration: [0.6, 1.2], hours: always, value: (_, u) => 0.02 + 0.05 * u },
  { act: 'rack-fouling', ordinary: [4, 10], calibration: [1, 1.8], hours: office, value: (_, u) => 0.2 + 0.4 * u },
  { act: 'rain', ordinary: [5, 15], calibration: [1.2, 2.5], hours: always, value: (_, u) => 1 + 2.5 * u },
  { act: 'refuel', ordinary: [25, 35], hours: office, value: () => 0 },
  { act: 'grid-loss', ordinary: [150, 400], hours: always, value: (_, u) => 3 + 20 * u },
];

/** Time after which operators restore what protection has opened, s. */
const restoreS = 1200;

/** The first time of each habit is uniformly distributed over its interval. */
export function initialLife(life: Life, time: number, noise: Noise): LifeState {
  return { next: firstTimes(habits, life, time, noise), lockedS: 0 };
}

/** Performs due acts: normal acts of operators, and the weather. */
export function live(state: SubstationState, life: Life, dt: number, noise: Noise): void {
  if (life === 'none') return;
  performDue(habits, state, life, noise, ({ act }, value) => {
    if (isQuiet(state) || act === 'rain') perform(state, act, value);
  });
  restoreLater(state, dt);
}

/** True in normal operation: nobody tests or switches during a disturbance. */
function isQuiet(state: SubstationState): boolean {
  return state.plc.transfer.step === transferStep.none && state.acts.faults.length === 0 && state.acts.order === 0;
}

/** Operators restore the station twenty minutes after a trip that did not end by itself. */
function restoreLater(state: SubstationState, dt: number): void {
  const isTripped = state.breakers.some((one) => one.tripped && !one.closed);
  const waits = isTripped && state.grid.lostS === 0 && state.plc.transfer.step === transferStep.none;
  state.life.lockedS = waits ? state.life.lockedS + dt : 0;
  if (state.life.lockedS < restoreS) return;
  state.life.lockedS = 0;
  // a crew has repaired broken lines by then
  for (let i = state.acts.faults.length - 1; i >= 0; i--) {
    const at = state.acts.faults[i]?.node ?? -1;
    if (at >= 0 && state.breakers[feederBreakers[at - 3] ?? -1]?.closed !== true) state.acts.faults.splice(i, 1);
  }
  perform(state, 'restore');
}
