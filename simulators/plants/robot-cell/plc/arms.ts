import { advance, rest, stepArm } from '../arms/arm.ts';
import { jogArm } from '../arms/jog.ts';
import { type ProgramStep, programs, type Wait } from '../arms/programs.ts';
import { control, type ArmState } from '../arms/state.ts';
import { isReady, partLength, take } from '../cell/conveyors.ts';
import { gripped } from '../cell/air.ts';
import { phase } from '../cell/fixture.ts';
import { at } from '../points/index.ts';
import { isStopped } from '../safety/index.ts';
import { operatingMode } from '../safety/state.ts';
import type { RobotCellState } from '../state.ts';
import { isExecuting } from './index.ts';

const settings = ([1, 2] as const).map((n) => ({
  override: at(`R${n}.OVRSP`),
  reduced: at(`R${n}.VRED`),
  acceleration: at(`R${n}.ACCF`),
  control: at(`R${n}.CTRL`),
  jog: at(`R${n}.JOG`),
  jogAxis: at(`R${n}.JAX`),
  vacuum: at(`R${n}.VCMD`),
}));
const [warningAt, forcedAt] = [at('SS.WOVR'), at('CELL.ZFRC')];
/** Time in which an operator compares the taught point, s. */
const teachS = 20;

/** Override in force, share: the set-point, limited in the warning field. */
export function overrideOf(state: RobotCellState, index: number): number {
  const { memory, safety } = state;
  const wanted = memory[settings[index]?.override ?? -1] ?? 0;
  return (safety.warning ? Math.min(wanted, memory[warningAt] ?? 0) : wanted) / 100;
}

/** True while an ejector draws air. */
export function draws({ arms, memory }: RobotCellState, index: number): boolean {
  const arm = arms[index];
  return arm !== undefined && memory[settings[index]?.vacuum ?? -1] === 1 && (arm.part !== null || touches(arm, index));
}

/** True while the cup lies on a part that it does not hold yet. */
export const touches = (arm: ArmState, index: number): boolean =>
  arm.part === null && programs.work[index]?.[arm.step]?.kind === 'grip';

function mayProceed(state: RobotCellState, index: number, until: Wait): boolean {
  const { plc, conveyors, fixture, memory, arms } = state;
  const forced = memory[forcedAt] === 1;
  switch (until) {
    case 'part':
      return isReady(conveyors) && conveyors.stopper > 0.9 && memory[settings[index]?.vacuum ?? -1] === 1;
    case 'zone':
      if (!forced && (plc.zone > 1 || fixture.part !== null)) return false;
      plc.zone = plc.zone === 2 ? 3 : 1;
      return true;
    case 'pressed':
      if (fixture.phase !== phase.done || (!forced && plc.zone !== 0 && plc.zone !== 2)) return false;
      plc.zone = plc.zone === 1 ? 3 : 2;
      return true;
    case 'end':
      return arms[0].step === 2 && arms[0].stepS > teachS;
  }
}

function onEnd(state: RobotCellState, index: number, step: ProgramStep): void {
  const { conveyors, fixture, tally } = state;
  const arm = state.arms[index] as ArmState;
  if (step.kind === 'wait') {
    if (step.until === 'part' || step.until === 'pressed') arm.cycleS = 0;
  } else if (step.kind === 'grip') {
    // without vacuum the arm grips again; it holds until somebody helps
    if (arm.vacuum > gripped) {
      arm.step--;
      arm.lost = 1;
      return;
    }
    if (index === 0) arm.part = take(conveyors) ?? null;
    else {
      arm.part = fixture.part;
      fixture.part = null;
    }
  } else if (step.kind === 'release') {
    const { part } = arm;
    arm.part = null;
    if (part === null) return;
    if (index === 1 && part.result !== 2) conveyors.outfeed.parts.push({ ...part, at: partLength });
    else if (index === 1) tally.rejected++;
    else if (fixture.part === null) fixture.part = part;
    else {
      tally.lost++;
      arm.lost = 1;
    }
  } else if (step.kind === 'move' && arm.step === 0) {
    arm.lastCycleS = arm.cycleS;
    arm.cycles++;
  }
}

/** Stops an arm that a pendant has moved, and continues its program with the move home. @returns false while it stops */
function goesHome({ tally }: RobotCellState, arm: ArmState, index: number, dt: number): boolean {
  advance(arm, false, 0, Number.POSITIVE_INFINITY, dt);
  if (arm.rate > 0) return false;
  rest(arm);
  arm.away = false;
  arm.jog = 0;
  arm.step = (programs.work[index]?.length ?? 1) - 1;
  // operators take a part out of the gripper
  if (arm.part !== null) tally.scrapped++;
  arm.part = null;
  return true;
}

/** Moves both arms by their programs or by a pendant. */
export function moveArms(state: RobotCellState, dt: number): void {
  const { memory, safety, acts } = state;
  const manual = safety.mode !== operatingMode.automatic;
  state.arms.forEach((arm, index) => {
    const own = settings[index];
    if (own === undefined) return;
    const source = memory[own.control] ?? 0;
    const free = arm.powered && !isStopped(safety);
    const tcpLimit = manual ? (memory[own.reduced] ?? 0) / 1000 : Number.POSITIVE_INFINITY;
    const teaches = index === 0 && acts.teaching && source === control.pendant;
    if (source !== control.cell) arm.away = true;
    if (source !== control.cell && !teaches) {
      jogArm(arm, memory[own.jogAxis] ?? 1, memory[own.jog] ?? 0, free, tcpLimit, dt);
      return;
    }
    if (source === control.cell && arm.away && !goesHome(state, arm, index, dt)) return;
    const program = teaches ? programs.teach : programs.work[index];
    if (program === undefined) return;
    const orders = {
      mirrored: index === 1,
      program,
      run: free && (teaches || isExecuting(state)),
      override: overrideOf(state, index),
      acceleration: (memory[own.acceleration] ?? 100) / 100,
      tcpLimit,
      mayProceed: (wait: Wait) => mayProceed(state, index, wait),
      onEnd: (step: ProgramStep) => (teaches ? undefined : onEnd(state, index, step)),
    };
    stepArm(arm, orders, dt);
  });
}
