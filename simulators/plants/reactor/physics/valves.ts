import { lag } from '../../../plant-kit/noise.ts';

/** A control valve, or the drive of the agitator. Plain data. */
export interface ValveState {
  /** % */
  position: number;
  /** Signal that the positioner follows: it differs from the command by the stiction. */
  signal: number;
}

/** Time constants of XV01 to XV12, s. */
const travel = [8, 8, 6, 9, 7, 5, 5, 5, 120, 5, 5, 5] as const;

export const initialValves = (positions: readonly number[]): ValveState[] =>
  positions.map((position) => ({ position, signal: position }));

/**
 * @param stiction change of the command that does not move the valve, %
 * @param slower factor of its time constant; 1 is a sound valve
 */
export function moveValve(valve: ValveState, index: number, command: number, stiction: number, slower: number, dt: number): void {
  if (Math.abs(command - valve.signal) > stiction) valve.signal = command;
  valve.position += (valve.signal - valve.position) * lag(dt, slower * (travel[index] ?? 5));
}
