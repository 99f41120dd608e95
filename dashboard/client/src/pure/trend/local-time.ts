import { offsetAt, zoneText } from '../../../../../src/core/calendar.ts';

/** A time as a field `datetime-local` has it: `2026-11-28T14:12`, in a time zone. */
export const localField = (time: number, timeZone: string): string =>
  zoneText(timeZone).moment(time).slice(0, 16).replace(' ', 'T');

/**
 * The time of such a field, ms UTC; NaN if it is empty or no time. A time that a clock change skips is the one after it, and of a
 * repeated hour the first is taken.
 */
export function timeOfField(text: string, timeZone: string): number {
  const wanted = Date.parse(`${text}Z`);
  if (!Number.isFinite(wanted)) return Number.NaN;
  const zone = zoneText(timeZone);
  // the larger of the offsets around a clock change gives the earlier time
  const candidates = [wanted - 86_400_000, wanted + 86_400_000].map((around) => wanted - offsetAt(around, zone));
  return candidates.toSorted((a, b) => a - b).find((time) => time + offsetAt(time, zone) === wanted) ?? Math.max(...candidates);
}
