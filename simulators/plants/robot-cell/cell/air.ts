import { lag } from '../../../plant-kit/noise.ts';
import type { ArmState } from '../arms/state.ts';

/** Pressure of the net, MPa, and the supply pressure of the cell without flow. */
const supply = 0.6;
/** Vacuum with a new cup, kPa, and the one at which a part falls. */
const [holding, falling] = [-70, -35] as const;
/** Vacuum at which the gripper reports a part, kPa. */
export const gripped = -42;
const vacuumTau = 0.12;

export interface AirState {
  /** MPa */
  pressure: number;
  /** L/min */
  flow: number;
  /** The compressor of the site supplies the cell. */
  supplied: boolean;
}

export const initialAir = (): AirState => ({ pressure: 0.59, flow: 20, supplied: true });

/** @param grips number of grippers that draw air @param clamps true while the clamp moves */
export function stepAir(air: AirState, grips: number, clamps: boolean, dt: number): void {
  air.flow = 20 + 62 * grips + (clamps ? 90 : 0);
  const target = air.supplied ? supply - 0.00025 * air.flow : 0;
  air.pressure += (target - air.pressure) * lag(dt, air.supplied ? 1 : 20);
}

export interface VacuumInputs {
  /** The ejector runs. */
  readonly draws: boolean;
  /** The cup lies on a part that it does not hold yet. */
  readonly touches: boolean;
  readonly moves: boolean;
  /** Mass times acceleration that the cup must hold, share of its rating. */
  readonly pull: number;
  /** Pressure of the net, MPa. */
  readonly air: number;
}

/**
 * Advances the vacuum of a gripper. @returns true if its part falls
 */
export function stepVacuum(arm: ArmState, { draws, touches, moves, pull, air }: VacuumInputs, dt: number): boolean {
  const sealed = arm.part !== null || touches;
  const strength = Math.min(1, air / 0.5);
  // an open cup reaches little vacuum
  const target = draws ? (sealed ? holding * strength + 18 * arm.cupWear + arm.gripLoss : -8 * strength) : 0;
  arm.vacuum += (target - arm.vacuum) * lag(dt, vacuumTau);
  return arm.part !== null && moves && arm.vacuum > Math.min(falling, -45 * pull);
}
