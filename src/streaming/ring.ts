/** Below this, a count is an integer to the processor too. */
const mostInteger = 2 ** 31;

/**
 * Place of number `count` ≥ 0 in a ring. Columns hold floating-point numbers, whose remainder takes several times as long as that
 * of integers.
 */
export const placeIn = (count: number, length: number): number => (count < mostInteger ? (count | 0) % length : count % length);
