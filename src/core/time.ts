/**
 * First and last instant of the years 1 to 9999, ms UTC: the range of ISO 8601 dates with four digits, of the stores and of the
 * displays.
 */
const earliest = -62_135_596_800_000;
const latest = 253_402_300_799_999;

/** True for a time within the years 1 to 9999, ms UTC; false for NaN. Code that steps through time needs no other bound. */
export const isCalendarTime = (time: number): boolean => time >= earliest && time <= latest;
