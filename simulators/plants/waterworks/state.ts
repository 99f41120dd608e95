import type { ActsState } from './acts.ts';
import type { BoosterState } from './boosters.ts';
import type { ChlorinationState } from './chlorination.ts';
import type { ClearwellState } from './clearwell.ts';
import type { CoagulationState } from './coagulation.ts';
import type { FilterBank } from './filters.ts';
import type { IntakeState } from './intake.ts';
import type { LifeState } from './life.ts';
import type { NetworkState } from './network.ts';
import type { PlcState } from './plc/state.ts';
import type { PumpState } from './pumping.ts';
import type { SensingState } from './sensing.ts';

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
