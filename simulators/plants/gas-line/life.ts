import { firstTimes, type Habit, type Life, performDue } from '../../plant-kit/habits.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { perform } from './acts.ts';
import { tripCode, unitState } from './plc/state.ts';
import type { GasLineState, LifeState } from './state.ts';

const shift = [7, 18] as const;
const always = [0, 24] as const;
const numbers = [1, 2, 3] as const;
/**
 * Days between two acts on the same object while a monitor learns, about a day. They are as irregular as chance: what is regular in a calibration is
 * awaited, and would be overdue in ordinary operation, where it is rarer.
 */
const daily = [0.02, 2] as const;

/** A habit of its own for each of three alike, so that three days of calibration have it on every one of them. */
const each = (act: string, habit: Omit<Habit<GasLineState>, 'act' | 'name' | 'value'>): Habit<GasLineState>[] =>
  numbers.map((n) => ({ ...habit, act, name: `${act} ${n}`, value: () => n }));

const habits: readonly Habit<GasLineState>[] = [
  { act: 'changeover', ordinary: [6, 8], calibration: [0.02, 0.5], hours: always, value: () => 0 },
  ...each('stroke-test', { ordinary: [25, 35], calibration: daily, hours: shift }),
  ...each('meter-proving', { ordinary: [7, 14], calibration: daily, hours: shift }),
  { act: 'setpoint', ordinary: [1, 3], calibration: [0.02, 0.5], hours: always, value: (_, u) => 6.2 + 0.2 * u },
  { act: 'scrubber-drain', ordinary: [2, 4], calibration: [0.02, 1.8], hours: shift, value: () => 0 },
  { act: 'pig-run', ordinary: [25, 40], calibration: [0.02, 2.2], hours: shift, value: () => 0 },
  { act: 'regulator-service', ordinary: [20, 30], calibration: [0.02, 2], hours: shift, value: (_, u) => 30 + 60 * u },
  { act: 'gas-quality', ordinary: [1, 3], calibration: [0.02, 1], hours: always, value: (_, u) => 39.2 + 1.2 * u },
  { act: 'nomination', ordinary: [0.9, 1.1], calibration: [0.9, 1.1], hours: [6, 6.2], value: (_, u) => 5.75 + 0.1 * u },
];

/** Time after which operators recover a unit that tripped, s. */
const recoverS = 1800;

/** The first time of each habit is uniformly distributed over its interval. */
export function initialLife(life: Life, time: number, noise: Noise): LifeState {
  return { next: firstTimes(habits, life, time, noise), attendS: 0 };
}

/** Performs due acts: normal acts of operators and suppliers. */
export function live(state: GasLineState, life: Life, dt: number, noise: Noise): void {
  if (life === 'none') return;
  performDue(habits, state, life, noise, ({ act }, value) => {
    if (!mayBegin(state, act)) return false;
    perform(state, act, value);
    return true;
  });
  attend(state, dt);
}

/** No work begins during another order, a start, or a disturbance; suppliers do not wait. */
function mayBegin({ acts, plc, gates }: GasLineState, act: string): boolean {
  if (act === 'nomination' || act === 'gas-quality') return true;
  const isSteady = plc.units.every(({ state }) => state === unitState.running || state === unitState.stopped);
  const isHealthy = !plc.stopped && gates.every(({ slammed }) => !slammed);
  // a line with a pig has another flow than the meters expect
  return acts.orders.length === 0 && isSteady && isHealthy && (act !== 'pig-run' || acts.pig < 0);
}

/** A crew resets a trip half an hour later. */
function attend(state: GasLineState, dt: number): void {
  const tripped = state.plc.units.some(({ first }) => first !== tripCode.none) || state.gates.some(({ slammed }) => slammed);
  state.life.attendS = tripped ? state.life.attendS + dt : 0;
  if (state.life.attendS < recoverS) return;
  state.life.attendS = 0;
  perform(state, 'recover');
}
