import type { OrderStep } from '../../plant-kit/orders.ts';
import type { SensingState } from '../../plant-kit/sensing.ts';
import type { AnalyserState } from './analysers.ts';
import type { MachineState } from './physics/machine.ts';
import type { ProcessNow, ProcessState } from './physics/process.ts';
import type { ValveState } from './physics/valves.ts';
import type { PlcState } from './plc/state.ts';
import type { SafetyState } from './safety/state.ts';
import type { SurroundingsState } from './surroundings.ts';

/** Complete state of the plant as plain data: physics, controllers' memory, sensors, current acts. */
export interface ReactorState {
  /** Plant time, ms UTC. */
  time: number;
  readonly process: ProcessState;
  /** Flows and conditions of the last step. */
  now: ProcessNow;
  readonly valves: ValveState[];
  readonly machine: MachineState;
  readonly surroundings: SurroundingsState;
  readonly analysers: AnalyserState[];
  readonly totals: TotalsState;
  readonly sensing: SensingState;
  /** The controllers' memory: one value per point, in the order of the points. */
  readonly memory: number[];
  readonly plc: PlcState;
  readonly safety: SafetyState;
  readonly acts: ActsState;
  readonly life: LifeState;
}

/** Mass that has crossed the borders of the plant since its start, kg. */
export interface TotalsState {
  fed: number;
  purged: number;
  product: number;
  /** Through the relief valve. */
  relieved: number;
  /** Brought in at a new start of the section. */
  refilled: number;
  /** Amount of B that came with the feeds and left with purge and product, kmol. */
  inertIn: number;
  inertOut: number;
}

/** A planned change of the feeds D and E. Plain data. */
export interface RampState {
  leftS: number;
  /** Set-points, kg/h, and their changes per second. */
  d: number;
  e: number;
  dPerS: number;
  ePerS: number;
}

/** Current acts and disturbances, plain data. */
export interface ActsState {
  /** Availability of the feeds D, E, A and A + C, 0–1. */
  readonly supply: number[];
  /** Added to the temperatures of both cooling waters, K. */
  waterWarm: number;
  /** Share of the flow of cooling water that its supply has. */
  waterSupply: number;
  /** Share of the heat transfer of the reactor. */
  transfer: number;
  /** Added to the share of A in the A + C feed. */
  feedA: number;
  /** Added to the share of the reaction rates. */
  activity: number;
  /** Stiction of XV10, %. */
  stiction: number;
  /** Factor of the time constant of XV10; absent in states of earlier versions. */
  slower?: number;
  /** Remaining time of a compressor wash, s. */
  washS: number;
  ramp?: RampState | undefined;
  /** Steps of the order that operators carry out, the next one first. */
  readonly orders: OrderStep[];
}

/** Scheduled acts of normal operation with their times, plain data. */
export interface LifeState {
  /** Next time of each habit, ms UTC. */
  readonly next: Record<string, number>;
  /** Time since the shut-down, s. */
  attendS: number;
}
