/** Most scan periods between two samples in fast plant time between which no other value was missed. */
const usualScans = 1.05;
/** Shortest scan period in which a machine reads and steps a plant regularly, ms of its own time. */
const leastRealMs = 50;

/**
 * Longest time between two samples of a tag, ms, in which a lab has missed no value that it shows at 1×; infinite at 1×. Above 1× request budgets
 * count in real time, and a machine delays reads by milliseconds, which are a large part of a scan period. A state that has two samples at 1× may
 * then have one, or none.
 * @param scanMs configured scan period of the tag
 * @param speed seconds of plant time per second
 */
export function surelySeenMs(scanMs: number, speed: number): number {
  if (speed <= 1) return Number.POSITIVE_INFINITY;
  return scanMs / speed < leastRealMs ? 0 : usualScans * scanMs;
}
