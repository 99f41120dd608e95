import { firstTimes, type Habit, type Life, performDue } from '../../plant-kit/habits.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { perform } from './acts.ts';
import { feederBreakers } from './breaker-names.ts';
import { hasOrder } from './orders.ts';
import { transferStep } from './plc/state.ts';
import type { LifeState, SubstationState } from './state.ts';

const shift = [6, 19] as const;
const always = [0, 24] as const;
/** Days between two acts on the same object while a monitor learns: irregular, so that it learns no rhythm that the station does not have. */
const daily = [0.3, 1.6] as const;

/** A habit of its own for each of several alike, so that three days of calibration have it on every one of them. */
const each = (act: string, count: number, habit: Omit<Habit<SubstationState>, 'act' | 'name' | 'value'>) =>
  Array.from({ length: count }, (_, i) => ({ ...habit, act, name: `${act} ${i + 1}`, value: () => i + 1 }));

/** Load that neighbours move: 1 to 2.5 MW, more often to this station than from it. */
const transferred = (uniform: number): number => (uniform < 0.3 ? -1 : 1) * (1 + 1.5 * ((uniform / 0.3) % 1));

const habits: readonly Habit<SubstationState>[] = [
  { act: 'diesel-test', ordinary: [6.8, 7.1], calibration: [0.25, 0.4], hours: shift, value: () => 1500 },
  ...each('switching-order', 4, { ordinary: [45, 75], calibration: daily, hours: shift }),
  ...each('outage-order', 4, { ordinary: [45, 75], calibration: daily, hours: shift }),
  ...each('transformer-order', 2, { ordinary: [80, 120], calibration: daily, hours: shift }),
  { act: 'coupler-order', ordinary: [80, 120], calibration: daily, hours: shift, value: () => 1 },
  ...each('capacitor-order', 2, { ordinary: [80, 120], calibration: daily, hours: shift }),
  ...each('tap-order', 2, { ordinary: [25, 35], calibration: daily, hours: shift }),
  ...each('relay-test', 4, { ordinary: [100, 160], calibration: daily, hours: shift }),
  ...each('line-fault', 4, { ordinary: [40, 80], calibration: daily, hours: always }),
  { act: 'load-transfer', ordinary: [8, 16], calibration: [0.5, 1], hours: always, value: (_, u) => transferred(u) },
  { act: 'voltage-sag', ordinary: [3, 9], calibration: [0.4, 1], hours: always, value: (_, u) => 0.02 + 0.05 * u },
  { act: 'rack-fouling', ordinary: [4, 10], calibration: [0.7, 1.3], hours: shift, value: (_, u) => 0.2 + 0.4 * u },
  { act: 'rain', ordinary: [5, 15], calibration: [0.8, 1.4], hours: always, value: (_, u) => 1 + 2.5 * u },
  { act: 'refuel', ordinary: [25, 35], hours: shift, value: () => 0 },
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
    if (!mayBegin(state, act)) return false;
    perform(state, act, value);
    return true;
  });
  restoreLater(state, dt);
}

/**
 * Nobody switches or tests during a disturbance or another switching; it only rains at any time. Nor does anything begin in the seconds
 * in which a spring is charged: a reclose would fail, and a fault that had waited for the end of an order would lock the breaker out.
 */
function mayBegin({ plc, acts, breakers }: SubstationState, act: string): boolean {
  if (act === 'rain') return true;
  const isCharged = breakers.every(({ charging }) => charging === 0);
  const isQuiet = plc.transfer.step === transferStep.none && acts.faults.length === 0 && isCharged;
  const isTested = acts.dieselTestLeft > 0 || (act === 'relay-test' && acts.test !== 0);
  return isQuiet && !hasOrder(acts) && !isTested;
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
