import { tcpSpeed } from '../arms/geometry.ts';
import { motorTrip } from '../arms/drives.ts';
import type { ArmState } from '../arms/state.ts';
import { at } from '../points/index.ts';
import { protectiveFunctions } from '../points/safety.ts';
import type { RobotCellState } from '../state.ts';
import { operatingMode, type SafetyState } from './state.ts';

const enabled = protectiveFunctions.map((name) => at(`SS.${name}.EN`));
const override = at('SS.MUTEOV');
const limits = [at('R1.TLIM'), at('R2.TLIM')];
const place = { door: 0, curtain: 1, scanner: 2, collision: 5 } as const;
/** Longest muting by the two sensors, s. */
const mostMutedS = 10;
/** Time in which a torque deviation counts as a collision, s. */
const collisionS = 0.05;
/** Largest tool speed in manual mode, m/s: safety-rated, no register changes it. ISO 10218-1 requires 0.25. */
const manualLimit = 0.27;
/** Axis 1 beyond this angle is in the fixture zone, °, by a cam on the arm: an arm stops from full speed before it meets the other. */
const camAngle = 16;

export const speedOf = ({ motion }: ArmState): number => tcpSpeed(motion.position, motion.speed);

/** True if an arm is in the fixture zone. @param index 0 or 1; arm 2 reaches it on its other side */
export const isInZone = ({ motion }: ArmState, index: number): boolean =>
  (index === 0 ? (motion.position[0] ?? 0) : -(motion.position[0] ?? 0)) > camAngle;

/** True while the safety PLC stops the arms. */
export const isStopped = (safety: SafetyState): boolean => safety.estop || isProtective(safety);

export const isProtective = ({ active, cams, speeding, hot }: SafetyState): boolean =>
  cams || speeding || hot || active.includes(true);

/** True if power goes off: after an emergency stop, a collision, or both arms in the zone. */
export const cutsPower = ({ estop, cams, active }: SafetyState): boolean => estop || cams || active[place.collision] === true;

/** The safety PLC: reads its own hardware, latches stops, and resets them only by the falling edge of the button. */
export function guard(state: RobotCellState, dt: number): void {
  const { safety, arms, memory, acts } = state;
  const isEnabled = (index: number): boolean => memory[enabled[index] ?? -1] === 1;
  const sensed = safety.mutingSensors.every(Boolean);
  safety.mutedS = sensed ? safety.mutedS + dt : 0;
  safety.muted = (sensed && safety.mutedS <= mostMutedS) || memory[override] === 1;
  if (safety.buttons.includes(true)) safety.estop = true;
  const manual = safety.mode !== operatingMode.automatic;
  const collides = arms.map((arm, i) => {
    const over = arm.powered && arm.drives.deviation > (memory[limits[i] ?? -1] ?? 0);
    safety.deviationS[i] = over ? (safety.deviationS[i] ?? 0) + dt : 0;
    return (safety.deviationS[i] ?? 0) > collisionS;
  });
  const triggers = [
    safety.doorOpen && !manual,
    safety.curtainBroken && !safety.muted && !manual,
    safety.stopField && !manual,
    false,
    false,
    collides.includes(true),
  ];
  for (let i = 0; i < triggers.length; i++) {
    // a function that is not enabled is never active (OPC 40010-1)
    if (!isEnabled(i)) safety.active[i] = false;
    else if (triggers[i] === true) safety.active[i] = true;
  }
  const both = arms.every((arm, i) => isInZone(arm, i));
  if (both && !acts.camsBypassed) safety.cams = true;
  if (manual && arms.some((arm) => speedOf(arm) > manualLimit)) safety.speeding = true;
  if (arms.some(({ drives }) => drives.temperature.some((heat) => heat > motorTrip))) safety.hot = true;
}

/** The reset button was released: latches end whose cause has ended. */
export function reset(state: RobotCellState): void {
  const { safety, arms } = state;
  if (safety.buttons.includes(true)) return;
  safety.estop = false;
  safety.speeding = false;
  safety.hot = arms.some(({ drives }) => drives.temperature.some((heat) => heat > motorTrip - 10));
  safety.cams = arms.every((arm, i) => isInZone(arm, i));
  safety.active[place.door] = safety.doorOpen && safety.active[place.door] === true;
  safety.active[place.curtain] = safety.curtainBroken && safety.active[place.curtain] === true;
  safety.active[place.scanner] = safety.stopField && safety.active[place.scanner] === true;
  safety.active[place.collision] = false;
}
