/** Figures of ISA-18.2, IEC 62682 and EEMUA 191 by which a report judges the alarms of one operator. Durations in ms. */

/** Length of a bin and of the sliding window. */
export const windowMs = 600_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
/** A flood begins with this many alarms in 10 min, and ends with fewer than `floodEnd`. */
export const floodStart = 10;
export const floodEnd = 5;
/** Bins with more than `floodStart` and hours with more than this many alarms are counted. */
export const busyHour = 30;
/** Chattering: this many occurrences within `chatterMs`. */
export const chatterTimes = 3;
export const chatterMs = 60_000;
/** Fleeting: back to normal within this time without an act of an operator, and not again within `chatterMs`. */
export const fleetingMs = 10_000;
/** Stale: in alarm for at least this time. */
export const staleMs = dayMs;
/** Waiting longer than this for an acknowledgement is counted. */
export const lateMs = windowMs;
