import { clamp, lag } from '../../../plant-kit/noise.ts';

/** The recycle compressor. Plain data. */
export interface MachineState {
  /** Share of the rated speed. */
  speed: number;
  /** Bearing, °C. */
  bearing: number;
  /** Dirt on its wheels, share of its capacity. */
  dirt: number;
  /** Wear of its bearing, 0–1. */
  wear: number;
}

export const ratedSpeed = 2960;
/** Time constants of start, coast-down and bearing, s. */
const [startS, stopS, bearingS] = [6, 15, 1200] as const;
/** Dirt that arrives in a day, and the most. */
const [dirtPerDay, mostDirt] = [0.002, 0.1] as const;

export const initialMachine = (dirt: number): MachineState => ({ speed: 1, bearing: 62, dirt, wear: 0 });

/** @param wash true while it is washed @param room temperature, °C */
export function stepMachine(machine: MachineState, runs: boolean, wash: boolean, room: number, dt: number): void {
  machine.speed += ((runs ? 1 : 0) - machine.speed) * lag(dt, runs ? startS : stopS);
  if (machine.speed < 1e-3 && !runs) machine.speed = 0;
  const hot = room + machine.speed * (40 + 35 * machine.wear);
  machine.bearing += (hot - machine.bearing) * lag(dt, bearingS);
  const change = wash ? -mostDirt / 1800 : (dirtPerDay / 86_400) * machine.speed;
  machine.dirt = clamp(machine.dirt + change * dt, 0, mostDirt);
}

/** Share of the capacity. A wash takes 5 % of it. */
export const capacityOf = ({ speed, dirt }: MachineState, wash: boolean): number =>
  clamp((speed - 0.5) / 0.5, 0, 1) * (1 - dirt) * (wash ? 0.95 : 1);

/** Motor current, A. @param work of the gas, kW */
export const currentOf = ({ speed }: MachineState, work: number): number => (speed < 0.05 ? 0 : speed * (6 + 0.083 * work));

/** mm/s */
export const vibrationOf = ({ speed, dirt, wear }: MachineState): number => speed * (1.8 + 6 * dirt + 6 * wear);
