import { clamp } from '../../../plant-kit/noise.ts';
import { advance, begin, rest } from './arm.ts';
import type { ArmState } from './state.ts';

/** Software limits of the axes, °, lowest and highest. */
export const softLimits = [
  [-165, 165],
  [-60, 60],
  [-20, 110],
  [-170, 170],
  [-100, 100],
  [-270, 270],
] as const;

/**
 * Moves one axis by a pendant while its key is pressed. @param axis 1 to 6 @param speed −100 to 100 %, 0 when released
 * @param allowed false stops the arm
 */
export function jogArm(arm: ArmState, axis: number, speed: number, allowed: boolean, tcpLimit: number, dt: number): void {
  const wanted = speed === 0 ? 0 : Math.sign(speed) * clamp(Math.round(axis), 1, 6);
  if (arm.jog !== wanted && arm.rate === 0) {
    rest(arm);
    arm.jog = wanted;
    const index = Math.abs(wanted) - 1;
    const limits = softLimits[index];
    if (limits === undefined) return;
    const target = [...arm.motion.position];
    target[index] = wanted > 0 ? limits[1] : limits[0];
    begin(arm, target, Math.abs(speed) / 100, 1);
  }
  const holds = allowed && arm.jog === wanted && wanted !== 0;
  advance(arm, holds, holds ? Math.abs(speed) / 100 : 0, tcpLimit, dt);
}
