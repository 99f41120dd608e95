import type { Tag } from '../../src/core/tag.ts';
import { isPosition } from '../../src/detector-kit/position.ts';
import type { States } from '../../src/detector-kit/states.ts';

/**
 * Longest learned stay by which a stay in a state is judged, ms. A position is judged by the longest stay in any.
 * @param state index of the present state
 */
export function longestStayMs(states: States, channel: number, state: number, tag: Tag): number {
  const longest = states.longestMs(state);
  if (!isPosition(states, channel, tag)) return longest;
  return Math.max(...states.values(channel).map((value) => states.longestMs(states.find(channel, value))));
}
