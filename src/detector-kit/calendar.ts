/**
 * Relation of stream time to the calendar. The thread of the detectors sets it from the place of each observation: after a step of the
 * monitor's clock, stream time continues, and what depends on the hour follows the clock.
 */
export const calendar = {
  /** Stream time minus the site's clock, ms; 0 until that was set. */
  aheadMs: 0,
};

/** Time of the calendar at a stream time, ms UTC. */
export const calendarTime = (time: number): number => time - calendar.aheadMs;
