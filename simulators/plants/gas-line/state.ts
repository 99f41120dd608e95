import type { SensingState } from '../../plant-kit/sensing.ts';
import type { CompressorState } from './physics/compressor.ts';
import type { DemandState } from './physics/demand.ts';
import type { GateState } from './physics/gates.ts';
import type { LineState } from './physics/line.ts';
import type { StationState } from './physics/station.ts';
import type { SupplyState } from './physics/supply.ts';
import type { TurbineState } from './physics/turbine.ts';
import type { ValveState } from './physics/valves.ts';
import type { OrderStep } from '../../plant-kit/orders.ts';
import type { PlcState } from './plc/state.ts';

/** Complete state of the plant as plain data: physics, controllers' memory, sensors, current acts. */
export interface GasLineState {
  /** Plant time, ms UTC. */
  time: number;
  readonly supply: SupplyState;
  readonly demand: DemandState;
  readonly lineA: LineState;
  readonly lineB: LineState;
  readonly station: StationState;
  readonly compressors: CompressorState[];
  readonly turbines: TurbineState[];
  readonly gates: GateState[];
  readonly valves: ValveState[];
  readonly totals: TotalsState;
  readonly sensing: SensingState;
  /** The controllers' memory: one value per point, in the order of the points. */
  readonly memory: number[];
  readonly plc: PlcState;
  readonly acts: ActsState;
  readonly life: LifeState;
}

/** Mass that has crossed the borders of the plant since its start, kg. */
export interface TotalsState {
  supplied: number;
  delivered: number;
  burned: number;
  leaked: number;
}

/** Current acts and disturbances, plain data. */
export interface ActsState {
  /** Leak of line B at km 55: flow at 6 MPa, kg/s. */
  leak: number;
  /** Gas in the compressor hall, % LEL. */
  gas: number;
  fire: boolean;
  /** Place of a pig in line B, km; negative without one. */
  pig: number;
  /** Growth of the dirt in the scrubber by a fault, per hour. */
  foulingPerHour: number;
  /** Steps of the order that the control centre carries out, the next one first. */
  readonly orders: OrderStep[];
}

/** Scheduled acts of normal operation with their times, plain data. */
export interface LifeState {
  /** Next time of each habit, ms UTC. */
  readonly next: Record<string, number>;
  /** Time since a unit tripped or a slam-shut valve closed, s: a crew comes. */
  attendS: number;
}
