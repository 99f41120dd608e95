import type { Tag } from '../../src/core/tag.ts';
import type { States } from '../../src/detector-kit/states.ts';

/** Largest number that counts as the code of a state without a name: off, on, in transit. */
const largestCode = 2;

/**
 * Longest learned stay by which a stay in a state is judged, ms. The number of a position, such as that of a tap changer, is judged by the longest
 * stay in any: it goes up and down with the load, and may rest anywhere. Which position is usual differs from week to week.
 * @param state index of the present state
 */
export function longestStayMs(states: States, channel: number, state: number, tag: Tag): number {
  const longest = states.longestMs(state);
  if (!isPosition(states, channel, tag)) return longest;
  return Math.max(...states.values(channel).map((value) => states.longestMs(states.find(channel, value))));
}

/** True for a number without names of its values that was only changed by one, and is no code of a few states. */
function isPosition(states: States, channel: number, { states: names }: Tag): boolean {
  const values = states.values(channel);
  if (names !== undefined || !values.some((value) => value < 0 || value > largestCode)) return false;
  const isStep = (value: number): boolean =>
    states.followers(channel, states.find(channel, value)).every((next) => Math.abs(next - value) === 1);
  return values.length > 1 && values.every(isStep);
}
