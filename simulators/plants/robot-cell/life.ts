import { firstTimes, type Habit, type Life, performDue } from '../../plant-kit/habits.ts';
import type { Noise } from '../../plant-kit/noise.ts';
import { perform, setOverride, usualOverride } from './acts.ts';
import { enter } from './orders.ts';
import { isExecuting } from './plc/index.ts';
import type { LifeState, RobotCellState } from './state.ts';

const always = [0, 24] as const;
const day = [6, 18] as const;

/** Overrides of an hour, %: a habit each, so that three days of calibration have both. */
const overrides = [80, 60] as const;

/**
 * What is regular in a calibration is awaited. Acts that are rarer in ordinary operation are therefore as irregular as chance while a monitor learns:
 * otherwise each of them would be overdue soon.
 */
const habits: readonly Habit<RobotCellState>[] = [
  { act: 'pass-curtain', ordinary: [0.003, 0.04], calibration: [0.003, 0.04], hours: always, value: (_, u) => 2 + 6 * u },
  { act: 'approach', ordinary: [0.01, 0.03], calibration: [0.01, 0.03], hours: always, value: (_, u) => 10 + 40 * u },
  { act: 'pallet-load', ordinary: [0.012, 0.02], calibration: [0.004, 0.02], hours: always, value: () => 0 },
  { act: 'starved', ordinary: [0.1, 0.3], calibration: [0.08, 0.2], hours: always, value: (_, u) => 1 + 6 * u },
  { act: 'blocked', ordinary: [0.15, 0.5], calibration: [0.1, 0.3], hours: always, value: (_, u) => 1 + 4 * u },
  {
    act: 'touch-up',
    ordinary: [1.5, 4],
    calibration: [0.02, 0.3],
    hours: day,
    value: (_, u) => Math.round(60 * (u - 0.5)) / 100,
  },
  {
    act: 'product-change',
    ordinary: [0.6, 1.4],
    calibration: [0.02, 1.3],
    hours: always,
    value: ({ conveyors }) => 3 - conveyors.product,
  },
  ...overrides.map((percent) => ({
    act: 'override-shift',
    name: `override-shift ${percent}`,
    ordinary: [2, 6] as const,
    calibration: [0.02, 1.5] as const,
    hours: always,
    value: () => percent,
  })),
  { act: 'door-service', ordinary: [5, 9], calibration: [0.02, 0.9], hours: day, value: (_, u) => 5 + 15 * u },
  { act: 'cup-change', ordinary: [6, 8], calibration: [0.02, 1.3], hours: day, value: () => 0 },
  { act: 'grease', ordinary: [25, 35], hours: day, value: () => 0 },
];

/** Parts of a shift of eight hours, seconds from its start: checks, breaks, work. */
const shiftS = 8 * 3600;
const plan = [
  { name: 'checks', from: 0, to: 120 },
  { name: 'slow', from: 120, to: 420 },
  { name: 'break', from: 2.5 * 3600, to: 2.75 * 3600 },
  { name: 'meal', from: 5 * 3600, to: 5.5 * 3600 },
] as const;
/** Override of the slow run after the checks, %. */
const slowPercent = 25;
/** Time after which operators restart a cell that has stopped by itself, s. */
const attendS = 90;
/** Wear of a cup per day of work, share. */
const cupWearPerS = 0.1 / 86_400;

function partOf(time: number): string {
  // shifts begin at 06, 14 and 22 o'clock
  const s = (Math.floor(time / 1000) + 2 * 3600) % shiftS;
  return plan.find(({ from, to }) => s >= from && s < to)?.name ?? 'work';
}

/** The first time of each habit is uniformly distributed over its interval. */
export function initialLife(life: Life, time: number, noise: Noise): LifeState {
  return { next: firstTimes(habits, life, time, noise), part: 'work', idleS: 0 };
}

/** Performs due acts, follows the plan of the shift, and restarts a cell that has stopped. */
export function live(state: RobotCellState, life: Life, dt: number, noise: Noise): void {
  if (life === 'none') return;
  followShift(state, noise);
  for (const arm of state.arms) arm.cupWear = Math.min(1, arm.cupWear + cupWearPerS * dt);
  performDue(habits, state, life, noise, ({ act }, value) => {
    if (!mayBegin(state, act)) return false;
    perform(state, act, value);
    return true;
  });
  attend(state, dt);
}

/** Nothing begins in a break or while something else is done; only the suppliers do not wait. */
function mayBegin(state: RobotCellState, act: string): boolean {
  const { acts, life } = state;
  if (act === 'starved' || act === 'blocked') return true;
  const quiet = acts.orders.length === 0 && acts.personS === 0 && isExecuting(state);
  return quiet && life.part === 'work' && (act !== 'product-change' || acts.overrideS === 0);
}

function followShift(state: RobotCellState, noise: Noise): void {
  const { life, acts } = state;
  const part = partOf(state.time);
  // an order is finished first
  if (part === life.part || acts.orders.length > 0) return;
  const was = life.part;
  life.part = part;
  if (part === 'checks') perform(state, 'estop-test', 1 + Math.floor(3 * noise.stream('shift').next()));
  else if (part === 'slow') setOverride(state, slowPercent);
  else if (part === 'work' && was === 'slow') setOverride(state, usualOverride(state.conveyors.product));
  else if (part === 'work') enter(state, 'CELL.CMD', 1);
  else enter(state, 'CELL.CMD', 2);
}

/** Operators restart a cell that has stopped by itself. */
function attend(state: RobotCellState, dt: number): void {
  const { life, acts } = state;
  const idle = !isExecuting(state) && acts.orders.length === 0 && acts.personS === 0 && !isBreak(life.part);
  life.idleS = idle ? life.idleS + dt : 0;
  if (life.idleS > attendS) {
    life.idleS = 0;
    perform(state, 'recover');
  }
}

const isBreak = (part: string): boolean => part === 'break' || part === 'meal';
