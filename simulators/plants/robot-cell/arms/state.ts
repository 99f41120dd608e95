import type { Motion, Move } from './moves.ts';
import type { Part } from '../parts.ts';

/** Who moves an arm. */
export const control = { cell: 0, pendant: 1, remote: 2 } as const;

/** Electrical and thermal state of the drives of an arm, arrays by axis, plain data. */
export interface DriveState {
  /** Motor current at the drive, A, and torque at the joint, Nm. */
  readonly current: number[];
  readonly torque: number[];
  /** Motor temperature, °C. */
  readonly temperature: number[];
  /** Mean of the squared current, A², time constant 60 s. */
  readonly load: number[];
  /** Friction of each axis by wear; 1 when new. */
  readonly wear: number[];
  /** 0 after a cold start, 1 when the grease is warm. */
  warmth: number;
  /** Deviation of the torque from the controller's model, %. */
  deviation: number;
  /** Energy since commissioning, J: electrical total, motor heat, mechanical work, brake resistor, cabinet. */
  readonly energy: { total: number; heat: number; work: number; brake: number; cabinet: number };
  /** Cabinet temperature, °C. */
  cabinet: number;
  /** Time with power on, s. */
  onS: number;
}

/** State of one arm with its gripper and its task, plain data. */
export interface ArmState {
  readonly motion: Motion;
  move: Move | null;
  /** Time on the path of `move`, s. */
  pathS: number;
  /** Speed with which `move` was planned, share of the largest one. */
  planned: number;
  /** Progress of the path time per second, 0 while stopped. */
  rate: number;
  /** Index of the program's step, and the time already spent in it, s. */
  step: number;
  stepS: number;
  /** Axis (1 to 6) that a pendant jogs, with the sign of its direction; 0 for none. */
  jog: number;
  /** A pendant has moved it: it must go home before its program continues. */
  away: boolean;
  /** Power on, brakes released. */
  powered: boolean;
  /** Time since a stop was requested, s; 0 without one. */
  stopS: number;
  /** Time since power was lost, for the closing of the brakes, s. */
  brakeS: number;
  part: Part | null;
  /** Gripper pressure, kPa, relative to the room: −70 when holding. */
  vacuum: number;
  /** Pressure that the cup reaches with its wear, and the losses of this grip, kPa. */
  cupWear: number;
  gripLoss: number;
  readonly drives: DriveState;
  /** Time since the start of the cycle, time of the last one, s, and cycles since commissioning. */
  cycleS: number;
  lastCycleS: number;
  cycles: number;
  /** Parts that fell. */
  lost: number;
}
