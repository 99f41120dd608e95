import type { BoosterState } from './boosters.ts';
import type { ChlorinationState } from './chlorination.ts';
import type { ClearwellState } from './clearwell.ts';
import type { CoagulationState } from './coagulation.ts';
import type { FilterBank } from './filters.ts';
import type { IntakeState } from './intake.ts';
import type { NetworkState } from './network.ts';
import type { PlcState } from './plc/state.ts';
import type { PumpState } from './pumping.ts';

/** Everything that the plant is, in plain data: physics, controllers' memory, sensors, acts under way. */
export interface WaterworksState {
  /** ms UTC */
  time: number;
  readonly intake: IntakeState;
  readonly coagulation: CoagulationState;
  readonly filters: FilterBank;
  readonly chlorination: ChlorinationState;
  readonly clearwell: ClearwellState;
  readonly pumps: PumpState[];
  readonly boosters: BoosterState[];
  readonly network: NetworkState;
  readonly sensing: SensingState;
  /** The controllers' memory: one value per point, in the order of the points. */
  readonly memory: number[];
  readonly plc: PlcState;
  readonly acts: ActsState;
  readonly life: LifeState;
}

/** Acts and disturbances under way, plain data. */
export interface ActsState {
  /** Share of the asked dose that the feed pumps deliver. */
  alumFeed: number;
  chlorineFeed: number;
  /** Seconds left of the change of the hypochlorite tank. */
  swapLeft: number;
  /** Error of the contact analyser, mg/L, changed by its calibration once the hold is over. */
  analyserOffset: number;
  analyserNext: number;
  /** Open hydrants and bursts: junction index, L/s, seconds left or null until it is ended. */
  readonly draws: { readonly kind: string; readonly node: number; readonly flow: number; left: number | null }[];
  /** Pressure that the reducing valve is forced to by hand, or null. */
  forcedReducer: number | null;
  /** Tank whose inlet is shut, or -1, and the seconds left. */
  shutTank: number;
  shutLeft: number;
  /** L/s through the floor of the clearwell and of T1. */
  clearwellLeak: number;
  tankLeak: number;
}

/** Scheduled acts of normal operation with their times, plain data. */
export interface LifeState {
  /** ms UTC of the next time, by habit. */
  readonly next: Record<string, number>;
  /** Set-point that the operator goes back to and when, or null. */
  back: number | null;
  /** Set-point of the last change; absent before the first one. */
  lastSetpoint?: number;
  /** Seconds for which a pump has stood tripped. */
  trippedS: number;
}

/** Inner state of the sensors, plain data, arrays in the order of `sensors`. */
export interface SensingState {
  readonly lagged: number[];
  readonly bias: number[];
  /** Drift of the bias per hour. */
  readonly drift: number[];
  /** Fixed reading of the sensor, or null. */
  readonly stuck: (number | null)[];
  /** Seconds for which the output is frozen, as during a calibration. */
  readonly hold: number[];
  /** 1 where the transmitter signals its own failure (NAMUR NE 43). */
  readonly failed: number[];
}
