import type { Rows } from '../../src/detector-kit/rows.ts';
import { agreeing, type JudgedGroup } from './judging/group.ts';
import type { StateOf } from './model/states.ts';

/** Share of the learned rows of a state that must agree with the relations. Hardly any row of a state that they describe does not. */
const leastAgreeing = 0.5;

/**
 * States that the relations describe: most of their rows agree. Of a long calibration only a part of the rows is kept. A short state that is
 * not in it looks false as a whole: a feeder that was switched off by remote control, where all kept rows without load were in local control.
 * @param judged with the relations, and no rows before
 * @param periodMs of the rows
 */
export function describedStates(rows: Rows, stateOf: StateOf, judged: JudgedGroup, periodMs: number): ReadonlySet<string> {
  const counts = new Map<string, { rows: number; agreed: number }>();
  let time = 0;
  for (const stretch of rows.stretches()) {
    judged.leave();
    for (const value of stretch) {
      time += periodMs;
      const surprise = judged.score({ time, value, mask: Uint8Array.from(value, (one) => (Number.isNaN(one) ? 1 : 0)) });
      const state = stateOf(value);
      const count = counts.get(state) ?? { rows: 0, agreed: 0 };
      counts.set(state, { rows: count.rows + 1, agreed: count.agreed + (surprise < agreeing ? 1 : 0) });
    }
  }
  return new Set([...counts].flatMap(([state, count]) => (count.agreed < leastAgreeing * count.rows ? [] : [state])));
}
