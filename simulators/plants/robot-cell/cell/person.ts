import type { RobotCellState } from '../state.ts';

/** Times on the way of a person, s: in the warning field, at the curtain, in the cell. */
const [warnS, curtainS, insideS] = [1, 4, 4.5] as const;
/** Time in the curtain on the way out, s. */
const outS = 0.6;

/** True while a person is inside of the light curtain. */
export const isInside = ({ acts }: RobotCellState): boolean =>
  !acts.turnsBack && acts.personS > insideS && acts.personS < insideS + acts.stayS;

/** Moves a person who approaches the cell, enters it and leaves, or turns back. */
export function stepPerson(state: RobotCellState, dt: number): void {
  const { acts, safety } = state;
  if (acts.personS === 0) return;
  const before = acts.personS;
  acts.personS += dt;
  if (before <= warnS) state.tally.warningSpeed = 0;
  const left = insideS + acts.stayS;
  const end = acts.turnsBack ? curtainS - 0.5 + acts.stayS : left + outS + 2;
  const s = acts.personS;
  safety.warning = s > warnS && s < end;
  safety.curtainBroken = !acts.turnsBack && ((s > curtainS && s < insideS + 0.2) || (s > left && s < left + outS));
  if (s >= end) {
    acts.personS = 0;
    safety.warning = false;
    safety.curtainBroken = false;
  }
}
