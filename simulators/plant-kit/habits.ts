import type { PlantOptions } from '../../src/core/plant.ts';
import type { Noise } from './noise.ts';

export type Life = PlantOptions['life'];
export type Days = readonly [from: number, to: number];

/** An act that operators, weather or machines repeat in normal operation. */
export interface Habit<State> {
  readonly act: string;
  /** Name of its own if several habits have the same act; default: the act. */
  readonly name?: string;
  /** Days between two times in ordinary operation. */
  readonly ordinary: Days;
  /**
   * Days between two times while a monitor learns: at least once in three days. Undefined for acts that are too rare for a
   * calibration.
   */
  readonly calibration?: Days;
  /** Hours of the day in which it occurs. */
  readonly hours: readonly [from: number, to: number];
  readonly value: (state: State, uniform: number, life: Life) => number;
}

const day = 86_400_000;
/** Time after which an act that could not begin is tried again, ms. */
const postponeMs = 600_000;

const nameOf = ({ name, act }: Pick<Habit<never>, 'name' | 'act'>): string => name ?? act;

function daysOf<State>(habit: Habit<State>, life: Life): Days | undefined {
  if (life === 'none') return undefined;
  return life === 'calibration' ? habit.calibration : habit.ordinary;
}

/** Time of a habit after `from`: some days later, within its hours. */
function schedule<State>(habit: Habit<State>, [low, high]: Days, from: number, noise: Noise): number {
  const random = noise.stream(`life.${nameOf(habit)}`);
  const due = from + random.between(low, high) * day;
  const midnight = Math.floor(due / day) * day;
  const hour = (due - midnight) / 3_600_000;
  const [open, close] = habit.hours;
  if (hour >= open && hour < close) return due;
  const moved = midnight + random.between(open, close) * 3_600_000;
  return moved > from + low * day * 0.9 ? moved : moved + day;
}

/** First time of each habit, ms UTC: uniformly distributed over its interval. */
export function firstTimes<State>(
  habits: readonly Habit<State>[],
  life: Life,
  time: number,
  noise: Noise,
): Record<string, number> {
  const next: Record<string, number> = {};
  for (const habit of habits) {
    const days = daysOf(habit, life);
    if (days !== undefined) next[nameOf(habit)] = schedule(habit, [0.05, days[1]], time, noise);
  }
  return next;
}

/** Part of a plant's state with the times of its habits. */
export interface LivingState {
  readonly time: number;
  readonly life: { readonly next: Record<string, number> };
}

/**
 * Performs habits that are due and schedules their next times. A state that an older version has saved gets first times of new
 * habits. @param perform returns false if the act cannot begin now: it is tried again later
 */
export function performDue<State extends LivingState>(
  habits: readonly Habit<State>[],
  state: State,
  life: Life,
  noise: Noise,
  perform: (habit: Habit<State>, value: number) => boolean,
): void {
  const { next } = state.life;
  for (const habit of habits) {
    const days = daysOf(habit, life);
    if (days === undefined) continue;
    const name = nameOf(habit);
    const due = (next[name] ??= schedule(habit, [0.05, days[1]], state.time, noise));
    if (state.time < due) continue;
    const value = habit.value(state, noise.stream(`life.${name}`).next(), life);
    next[name] = perform(habit, value) ? schedule(habit, days, state.time, noise) : state.time + postponeMs;
  }
}
