import type { Tag } from '../../src/core/tag.ts';
import { surpriseOfNew } from '../../src/detector-kit/grade.ts';
import { isPosition } from '../../src/detector-kit/position.ts';
import type { States } from '../../src/detector-kit/states.ts';

/** Number of values from which on a number without names of its values is a step or a line of a program. */
const fewestSteps = 8;

/**
 * Longest learned stay by which a stay in a state is judged, ms. A position is judged by the longest stay in any. So is the step or line of a
 * program: a stop holds it at any.
 * @param state index of the present state
 */
export function longestStayMs(states: States, channel: number, state: number, tag: Tag): number {
  const longest = states.longestMs(state);
  const isStep = tag.states === undefined && states.values(channel).length >= fewestSteps;
  if (!isStep && !isPosition(states, channel, tag)) return longest;
  return Math.max(...states.values(channel).map((value) => states.longestMs(states.find(channel, value))));
}

/**
 * Surprise of a new position next to a learned one; undefined for other new states. The stays in all positions are the trials, and those in a position
 * that occurred once are the singular results.
 */
export function surpriseOfPosition(states: States, channel: number, value: number, tag: Tag): number | undefined {
  const isNext = states.find(channel, value - 1) >= 0 || states.find(channel, value + 1) >= 0;
  if (!isNext || !isPosition(states, channel, tag)) return undefined;
  const stays = states.values(channel).map((known) => states.stays(states.find(channel, known)));
  return surpriseOfNew(
    stays.reduce((sum, count) => sum + count, 0),
    stays.filter((count) => count <= 1).length,
  );
}
