import { type CalendarPeriod, instantOf, laterDate, type ZoneText } from '../core/calendar.ts';
import type { MaintenancePlan } from '../core/maintenance.ts';

/** Shortest distance of two begins, ms: a day, week or month with its clock changes. */
const shortestMs: Readonly<Record<CalendarPeriod, number>> = {
  day: 22 * 3_600_000,
  week: 166 * 3_600_000,
  month: (28 * 24 - 2) * 3_600_000,
};
/** Mean distance of two begins, ms. */
const meanMs: Readonly<Record<CalendarPeriod, number>> = {
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: (146_097 / 4_800) * 86_400_000,
};

/** Longest duration of a repeated window, ms; each window must end before the next one begins. */
export const longestRepeated = (repeat: CalendarPeriod): number => shortestMs[repeat];

/**
 * The begins of a plan around a time: the last one that is not after it, and the next one; undefined if there is none.
 * @param zone time zone of the site
 */
export function beginsAround(
  { from, repeat }: Pick<MaintenancePlan, 'from' | 'repeat'>,
  now: number,
  zone: ZoneText,
): { readonly last?: number | undefined; readonly next?: number | undefined } {
  if (now < from) return { next: from };
  if (repeat === undefined) return { last: from };
  const [date = '', time = ''] = zone.moment(from).split(' ');
  // seconds that the local time does not show stay
  const begin = (times: number): number =>
    times === 0 ? from : instantOf(`${laterDate(date, repeat, times)} ${time}`, zone) + (from % 1_000);
  // at most two steps away
  let times = Math.floor((now - from) / meanMs[repeat]);
  while (times > 0 && begin(times) > now) times--;
  while (begin(times + 1) <= now) times++;
  return { last: begin(times), next: begin(times + 1) };
}
