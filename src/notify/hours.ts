import { zoneText } from '../core/calendar.ts';
import { type Hours, type Weekday, weekdays } from '../core/notification-settings.ts';

export const minutesOfDay = 1_440;

/** A minute of the week in local time. */
export interface LocalMinute {
  readonly day: Weekday;
  /** Minutes since midnight, as the clock on the wall shows them: 0 to 1439. */
  readonly minute: number;
}

/**
 * Converts instants to minutes of the week. The clock on the wall decides: hours that a clock change skips do not occur, and hours that it
 * repeats count twice.
 * @param timeZone IANA name
 */
export function localMinutes(timeZone: string): (time: number) => LocalMinute {
  const { moment } = zoneText(timeZone);
  return (time) => {
    const text = moment(time);
    const date = new Date(`${text.slice(0, 10)}T00:00:00Z`);
    const [hour, minute] = [Number(text.slice(11, 13)), Number(text.slice(14, 16))];
    return { day: weekdays[(date.getUTCDay() + 6) % 7] ?? 'mon', minute: hour * 60 + minute };
  };
}

const dayBefore = (day: Weekday): Weekday => weekdays[(weekdays.indexOf(day) + 6) % 7] ?? 'sun';

/** True if the hours contain the minute. */
export function areHours({ days, from, to }: Hours, { day, minute }: LocalMinute): boolean {
  if (from < to) return days.includes(day) && minute >= from && minute < to;
  return (days.includes(day) && minute >= from) || (days.includes(dayBefore(day)) && minute < to);
}
