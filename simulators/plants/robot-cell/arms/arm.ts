import { approach } from '../../../plant-kit/noise.ts';
import { axisCount, poseOf, tcpSpeed } from './geometry.ts';
import { follow, motionAt, planMove } from './moves.ts';
import { approachSpeed, type ProgramStep, type Wait } from './programs.ts';
import { initialDrives } from './drives.ts';
import type { ArmState } from './state.ts';

/** Time in which an arm stops from full speed on its path, s. */
export const stopS = 0.375;
/** Time in which the brakes close, s. */
export const brakeS = 0.08;
/** Smallest override that moves an arm, share. */
const leastOverride = 0.01;

export function initialArm(mirrored: boolean, air: number, warmth: number, random: () => number): ArmState {
  return {
    motion: motionAt(poseOf('home', mirrored)),
    move: null,
    pathS: 0,
    planned: 1,
    rate: 0,
    step: 0,
    stepS: 0,
    jog: 0,
    away: false,
    powered: true,
    stopS: 0,
    brakeS: 0,
    part: null,
    vacuum: 0,
    cupWear: 0.1 * random(),
    gripLoss: 0,
    drives: initialDrives(air, warmth, random, mirrored),
    cycleS: 0,
    lastCycleS: 5.1,
    cycles: Math.round(4e5 * (1 + random())),
    lost: 0,
  };
}

/** What an arm receives from cell and safety in a step. */
export interface ArmOrders {
  readonly mirrored: boolean;
  readonly program: readonly ProgramStep[];
  /** False holds the arm on its path. */
  readonly run: boolean;
  /** Share of the largest speed. */
  readonly override: number;
  readonly acceleration: number;
  /** Largest speed of the tool centre point, m/s. */
  readonly tcpLimit: number;
  readonly mayProceed: (wait: Wait) => boolean;
  /** A step of the program ended. */
  readonly onEnd: (step: ProgramStep) => void;
}

/** Zero speed at the present place. */
export function rest(arm: ArmState): void {
  arm.move = null;
  arm.rate = 0;
  for (let axis = 0; axis < axisCount; axis++) {
    arm.motion.speed[axis] = 0;
    arm.motion.acceleration[axis] = 0;
  }
}

/** Plans a move to joint angles from the present place. */
export function begin(arm: ArmState, to: readonly number[], speed: number, acceleration: number): void {
  arm.planned = Math.max(leastOverride, speed);
  arm.move = planMove(arm.motion.position, to, arm.planned, acceleration);
  arm.pathS = 0;
}

/** Largest rate at which the tool centre point stays within its limit now and at the end of the step. */
function limitedRate(arm: ArmState, limit: number, dt: number): number {
  if (arm.move === null || !Number.isFinite(limit)) return 1;
  const probe = motionAt(arm.motion.position);
  let fastest = 0;
  for (const ahead of [0, dt, 2 * dt]) {
    follow(arm.move, arm.pathS + ahead, 1, 0, probe);
    fastest = Math.max(fastest, tcpSpeed(probe.position, probe.speed));
  }
  // the speed rises between the probes
  return fastest <= limit ? 1 : (0.995 * limit) / fastest;
}

/**
 * Moves an arm along its move. @param override share of the largest speed of this move @returns seconds that are left after its end, or
 * −1 while it lasts
 */
export function advance(arm: ArmState, run: boolean, override: number, tcpLimit: number, dt: number): number {
  const { move } = arm;
  if (move === null) return dt;
  const most = limitedRate(arm, tcpLimit, dt);
  const target = run ? Math.min(1, override / arm.planned, most) : 0;
  const before = arm.rate;
  // at rest a move begins with its own rate, because its speed begins at 0
  const after = arm.pathS === 0 ? target : Math.min(approach(before, target, dt / stopS), run ? most : 1);
  const mean = arm.pathS === 0 ? after : (before + after) / 2;
  const change = arm.pathS === 0 ? 0 : (after - before) / dt;
  arm.rate = after;
  arm.pathS += mean * dt;
  if (arm.pathS < move.duration) {
    follow(move, arm.pathS, after, change, arm.motion);
    return -1;
  }
  const left = mean > 0 ? (arm.pathS - move.duration) / mean : dt;
  follow(move, move.duration, 0, 0, arm.motion);
  rest(arm);
  return Math.min(dt, left);
}

/** Continues the program of an arm for `dt` seconds; time that a step leaves over belongs to the next one. */
export function stepArm(arm: ArmState, orders: ArmOrders, dt: number): void {
  let left = dt;
  for (let steps = 0; steps < 8; steps++) {
    const step = orders.program[arm.step];
    if (step === undefined) return;
    if (step.kind === 'wait') {
      rest(arm);
      if (!orders.run || !orders.mayProceed(step.until)) return void (arm.stepS += left);
    } else if (step.kind === 'move') {
      const speed = step.slow ? approachSpeed : 1;
      if (arm.move === null) {
        if (!orders.run || orders.override < leastOverride) return;
        const pose = step.reject !== undefined && arm.part?.result === 2 ? step.reject : step.pose;
        begin(arm, poseOf(pose, orders.mirrored), speed * orders.override, orders.acceleration);
      }
      const before = left;
      left = advance(arm, orders.run, speed * orders.override, orders.tcpLimit, left);
      arm.cycleS += before - Math.max(0, left);
      if (left < 0) return;
    } else {
      rest(arm);
      if (!orders.run) return;
      const over = arm.stepS + left - step.seconds;
      arm.stepS += left;
      arm.cycleS += over > 0 ? left - over : left;
      if (over < 0) return;
      left = over;
    }
    arm.stepS = 0;
    arm.step = (arm.step + 1) % orders.program.length;
    orders.onEnd(step);
    if (left <= 0) return;
  }
}
