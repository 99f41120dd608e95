import type { Tag } from '../core/tag.ts';
import type { States } from './states.ts';

/** Largest number that counts as the code of a state without a name: off, on, in transit. */
export const largestCode = 2;

/**
 * True if the learned states of a channel are positions, such as those of a tap changer: a number without names of its values that was only
 * changed by one, and is no code of a few states. It goes up and down with the load and may rest anywhere. Which position is usual
 * differs from week to week.
 */
export function isPosition(states: States, channel: number, { states: names }: Tag): boolean {
  if (names !== undefined) return false;
  // most channels have codes: the rest, which takes longer, is seldom needed
  if (!states.some(channel, isBeyondCodes)) return false;
  const values = states.values(channel);
  const isStep = (value: number): boolean =>
    states.followers(channel, states.find(channel, value)).every((next) => Math.abs(next - value) === 1);
  return values.length > 1 && values.every(isStep);
}

const isBeyondCodes = (value: number): boolean => value < 0 || value > largestCode;
