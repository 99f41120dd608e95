/** Most scan periods between two samples in fast plant time between which no other value was missed. */
const usualScans = 1.05;
/** Shortest scan period in which a machine reads and steps a plant regularly, ms of its own time. */
const leastRealMs = 50;

/**
 * Longest time between two samples of a tag, ms, between which a lab has missed no value that is seen at 1×. There is no bound at 1×. Above it
 * request budgets count in real time, and the machine's scheduling delays a plant that runs by milliseconds: what lasts for two samples at 1× may last for one,
 * or pass between two.
 * @param speed seconds of plant time per second
 */
export function surelySeenMs(scanMs: number, speed: number): number {
  if (speed <= 1) return Number.POSITIVE_INFINITY;
  return scanMs / speed < leastRealMs ? 0 : usualScans * scanMs;
}
