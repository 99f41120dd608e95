/**
 * Position in a ring of `length` of the element after `count` others. A remainder gives the same and takes several times as long.
 * @param count from `counted`
 */
export const placeIn = (count: number, length: number): number =>
  count < length ? count : count < 2 * length ? count - length : 0;

/** One more than `count`, as far as a ring needs it: full or not, and the position. */
export const counted = (count: number, length: number): number => (count < 2 * length ? count + 1 : length + 1);
