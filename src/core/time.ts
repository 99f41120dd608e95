/** First and last instant of the years 1 to 9999, ms UTC: what an ISO 8601 date of four digits, the stores and the displays hold. */
const earliest = -62_135_596_800_000;
const latest = 253_402_300_799_999;

/** True for a time within the years 1 to 9999, ms UTC; false for NaN. Code that counts in steps of time needs no other bound. */
export const isCalendarTime = (time: number): boolean => time >= earliest && time <= latest;
