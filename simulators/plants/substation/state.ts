import type { SensingState } from '../../plant-kit/sensing.ts';
import type { BatteryState } from './battery.ts';
import type { BreakersState } from './breakers.ts';
import type { DieselState } from './diesel.ts';
import type { GridState } from './grid.ts';
import type { HydroState } from './hydro.ts';
import type { LoadState } from './loads.ts';
import type { EnergyState } from './meters.ts';
import type { NetworkState } from './network.ts';
import type { FaultState } from './topology.ts';
import type { PlcState } from './plc/state.ts';
import type { ProtectionState } from './protection/state.ts';
import type { TransformerState } from './transformers.ts';

/** Complete state of the plant as plain data: physics, controllers' memory, sensors, current acts. */
export interface SubstationState {
  /** Plant time, ms UTC. */
  time: number;
  readonly grid: GridState;
  readonly loads: LoadState;
  readonly breakers: BreakersState;
  readonly transformers: TransformerState[];
  readonly network: NetworkState;
  readonly hydro: HydroState;
  readonly diesel: DieselState;
  readonly battery: BatteryState;
  readonly protection: ProtectionState;
  readonly energy: EnergyState;
  readonly sensing: SensingState;
  /** The controllers' memory: one value per point, in the order of the points. */
  readonly memory: number[];
  readonly plc: PlcState;
  readonly acts: ActsState;
  readonly life: LifeState;
  /** Remaining time of computation in steps of 10 ms, s: an island, a fault or a switching needs it. */
  fineS: number;
}

/** Current acts and disturbances, plain data. */
export interface ActsState {
  readonly faults: FaultState[];
  /** Remaining time without the 110 kV grid, s; 0 while it is present. */
  outage: number;
  /** Voltage of the grid added by a disturbance, p.u. */
  sag: number;
  sagLeft: number;
  /** Governor of the hydro unit does not move the gate. */
  gateBlocked: boolean;
  /** Synchronism is not checked before QG1 closes, as after a wiring fault. */
  syncBypassed: boolean;
  /** Busbar whose voltage transformer has a blown fuse in phase B, 1 (A) or 2 (B), or 0. */
  fuse: number;
  /** Fans of both transformers are off. */
  fansOff: boolean;
  /** Load added on the feeders, MW, as after a switching in the 20 kV network. */
  extraLoad: number;
  /** Remaining time until the neighbour takes this load back, s; 0 while it stays. */
  extraLoadLeft: number;
  /** Feeder 1–4 that is earthed for work, or 0. */
  order: number;
  /** Steps of the switching order that the control centre carries out, the next one first; empty without one. */
  readonly orders: OrderStep[];
  /** Relay test: feeder 1–4 with changed time multiplier, or 0, remaining seconds and the value to restore. */
  test: number;
  testLeft: number;
  testedTms: number;
  /** Remaining seconds of the diesel's test run. */
  dieselTestLeft: number;
  /** Head lost at the trash rack until it is cleaned, m. */
  rack: number;
  rackLeft: number;
}

/** A step of a switching order, plain data. */
export interface OrderStep {
  /** Remaining time, s. */
  inS: number;
  /** A point that the control centre writes, the key of a breaker (`QF1.LR`), or `EARTH`. */
  readonly name: string;
  /** Value of the point; 1 for remote control; feeder to be earthed, or 0. */
  readonly value: number;
}

/** Scheduled acts of normal operation with their times, plain data. */
export interface LifeState {
  /** Next time of each habit, ms UTC. */
  readonly next: Record<string, number>;
  /** Time since a breaker was locked out after a fault, s: a crew repairs the line. */
  lockedS: number;
}
