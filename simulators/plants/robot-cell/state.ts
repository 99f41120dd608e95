import type { SensingState } from '../../plant-kit/sensing.ts';
import type { ArmState } from './arms/state.ts';
import type { AirState } from './cell/air.ts';
import type { ConveyorsState } from './cell/conveyors.ts';
import type { FixtureState } from './cell/fixture.ts';
import type { PlcState } from './plc/state.ts';
import type { SafetyState } from './safety/state.ts';

/** Complete state of the plant as plain data: physics, controllers' memory, sensors, current acts. */
export interface RobotCellState {
  /** Plant time, ms UTC. */
  time: number;
  readonly arms: readonly [ArmState, ArmState];
  readonly conveyors: ConveyorsState;
  readonly fixture: FixtureState;
  readonly air: AirState;
  readonly safety: SafetyState;
  readonly plc: PlcState;
  readonly tally: TallyState;
  /** Air temperature of the hall, °C. */
  hall: number;
  /** Supply voltage of the cabinets, V. */
  volts: number;
  readonly sensing: SensingState;
  /** The controllers' memory: one value per point, in the order of the points. */
  readonly memory: number[];
  readonly acts: ActsState;
  readonly life: LifeState;
}

/** Parts and harm since commissioning, plain data. */
export interface TallyState {
  good: number;
  rejected: number;
  /** Bad parts that left the cell as good ones. */
  badShipped: number;
  lost: number;
  /** Scrapped by operators after a stop. */
  scrapped: number;
  /** Time since the last part left the cell, s, and the time between the last two. */
  sincePartS: number;
  betweenS: number;
  /** Good parts per second, mean of half an hour. */
  rate: number;
  /** Time that a person was in the cell while an arm moved faster than 250 mm/s, s. */
  exposureS: number;
  /** Largest tool speed while the warning field was occupied, m/s, of the present approach. */
  warningSpeed: number;
  /** Arms have met: relative speed, m/s; 0 if they never did. */
  collision: number;
}

/** Current acts and disturbances, plain data. */
export interface ActsState {
  /** A person: 0 away, else seconds on the way; and how long the person stays in the cell, s. */
  personS: number;
  stayS: number;
  /** The person turns back before the curtain. */
  turnsBack: boolean;
  /** Steps of operators that follow, the next one first. */
  readonly orders: OrderStep[];
  /** The press shop sends no parts, and the packing line takes none, remaining seconds. */
  starvedS: number;
  blockedS: number;
  /** Remaining time of an hour with another override, s. */
  overrideS: number;
  /** The zone cams do not act. */
  camsBypassed: boolean;
  /** Error of the place point in the program of arm 1 that no register shows, mm. */
  programError: number;
  /** Arm 1 checks its place point. */
  teaching: boolean;
}

/** A step of operators, plain data. */
export interface OrderStep {
  /** Remaining time, s. */
  inS: number;
  /** A point that the operators write, or a hardware input such as `reset`. */
  readonly name: string;
  readonly value: number;
}

/** Scheduled acts of normal operation with their times, plain data. */
export interface LifeState {
  /** Next time of each habit, ms UTC. */
  readonly next: Record<string, number>;
  /** Present part of the shift. */
  part: string;
  /** Time in which the cell has not run although it should, s: operators restart it. */
  idleS: number;
}
