import type { SensingState } from '../../plant-kit/sensing.ts';
import type { BoosterState } from './boosters.ts';
import type { ChlorinationState } from './chlorination.ts';
import type { ClearwellState } from './clearwell.ts';
import type { CoagulationState } from './coagulation.ts';
import type { FilterBank } from './filters.ts';
import type { IntakeState } from './intake.ts';
import type { NetworkState } from './network.ts';
import type { PlcState } from './plc/state.ts';
import type { PumpState } from './pumping.ts';

/** Complete state of the plant as plain data: physics, controllers' memory, sensors, current acts. */
export interface WaterworksState {
  /** Plant time, ms UTC. */
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

/** Current acts and disturbances, plain data. */
export interface ActsState {
  /** Share of the requested dose that the feed pumps deliver. */
  alumFeed: number;
  chlorineFeed: number;
  /** Remaining seconds of the change of the hypochlorite tank. */
  swapLeft: number;
  /** Error of the contact analyser, mg/L, which its calibration changes at the end of the hold. */
  analyserOffset: number;
  analyserNext: number;
  /** Open hydrants and bursts: junction index, flow in L/s, remaining seconds or null without an end. */
  readonly draws: { readonly kind: string; readonly node: number; readonly flow: number; left: number | null }[];
  /** Outlet pressure of the reducing valve forced by hand, or null. */
  forcedReducer: number | null;
  /** Tank whose inlet is closed, or -1, and remaining seconds. */
  shutTank: number;
  shutLeft: number;
  /** Leakage through the floor of the clearwell and of T1, L/s. */
  clearwellLeak: number;
  tankLeak: number;
}

/** Scheduled acts of normal operation with their times, plain data. */
export interface LifeState {
  /** Next time of each habit, ms UTC. */
  readonly next: Record<string, number>;
  /** Set-point that the operator restores and the time of it, or null. */
  back: number | null;
  /** Set-point of the last change; absent before the first one. */
  lastSetpoint?: number;
  /** Time for which a pump has been tripped, s. */
  trippedS: number;
}
