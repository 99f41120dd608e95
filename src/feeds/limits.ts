/** Bounds of what a feed may contain. What exceeds one is not used, and named with the reason. */
export const feedLimits = {
  /** Indicators of all feeds together. */
  indicators: 100_000,
  /** Indicators of one feed with the same sign. */
  sameSign: 16,
  /** Characters of an id, of a shown name, and of a time. */
  id: 128,
  name: 120,
  time: 40,
  /** Characters of a pattern, some 25 000 comparisons; of an attribute's value, and of a target or a server in a pattern. */
  pattern: 1024 * 1024,
  value: 256,
  /** Refused indicators that are named; the others are counted. */
  refusals: 20,
  /** Time for one read of a feed, ms, and the memory of its thread, MB. */
  readMs: 60_000,
  memoryMb: 512,
} as const;
