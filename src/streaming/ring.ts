/**
 * Place in a ring of `length` for what comes after `count` others. A remainder would say the same and takes several times as long.
 * @param count from `counted`
 */
export const placeIn = (count: number, length: number): number =>
  count < length ? count : count < 2 * length ? count - length : 0;

/** One more than `count`, as far as a ring needs to know: whether it is full, whether more has come, and the place. */
export const counted = (count: number, length: number): number => (count < 2 * length ? count + 1 : length + 1);
