import { ScadaError } from './errors.ts';

export const calendarPeriods = ['day', 'week', 'month'] as const;
export type CalendarPeriod = (typeof calendarPeriods)[number];

const dayMs = 86_400_000;
/** Greatest distance of a time zone from UTC, and of its changes, ms. */
const mostOffsetMs = 16 * 3_600_000;

/** Times of day and dates of a time zone, as in ISO 8601. */
export interface ZoneText {
  /** `2026-11-28` */
  readonly date: (time: number) => string;
  /** `2026-11-28 14:12:30` */
  readonly moment: (time: number) => string;
}

/** @param timeZone IANA name */
export function zoneText(timeZone: string): ZoneText {
  // the Swedish form is the one of ISO 8601
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const moment = (time: number): string => format.format(time);
  return { moment, date: (time) => moment(time).slice(0, 10) };
}

/** Local time minus UTC at a time, ms. @param time whole seconds, ms UTC */
export const offsetAt = (time: number, zone: Pick<ZoneText, 'moment'>): number =>
  Date.parse(`${zone.moment(time).replace(' ', 'T')}Z`) - time;

/**
 * The day, week (from Monday) or month of a time zone that contains a date. Its length follows the clock changes of the zone: a day
 * has 23, 24 or 25 h.
 * @param date `YYYY-MM-DD`
 * @returns begin and end, ms UTC: from inclusive, to exclusive
 * @throws ScadaError INPUT_INVALID if the date does not exist
 */
export function periodOf(period: CalendarPeriod, date: string, timeZone: string): { readonly from: number; readonly to: number } {
  const noon = Date.parse(`${date}T12:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !Number.isFinite(noon) || dateOf(noon) !== date) {
    throw new ScadaError('config', 'INPUT_INVALID', `${date} is not a date`, { hint: 'Give a date such as 2026-11-28.' });
  }
  const zone = zoneText(timeZone);
  const [first, next] = datesOf(period, noon);
  return { from: startOf(first, zone), to: startOf(next, zone) };
}

/**
 * The instant of a local time. A time that a clock change skips is taken after the change, by as much as the clock moves; a time
 * that occurs twice is the first one.
 * @param local `2026-11-28 14:12:30`
 * @returns ms UTC
 * @throws ScadaError INPUT_INVALID if the text is no time
 */
export function instantOf(local: string, zone: Pick<ZoneText, 'moment'>): number {
  const utc = Date.parse(`${local.replace(' ', 'T')}Z`);
  if (!Number.isFinite(utc)) {
    throw new ScadaError('config', 'INPUT_INVALID', `${local} is not a time`, {
      hint: 'Give a time such as 2026-11-28 14:12:00.',
    });
  }
  const [before, after] = [utc - offsetAt(utc - dayMs, zone), utc - offsetAt(utc + dayMs, zone)];
  const found = [Math.min(before, after), Math.max(before, after)].find((time) => time + offsetAt(time, zone) === utc);
  return found ?? before;
}

/** A date that is some days, weeks or months after another; the last day of a shorter month. Both `YYYY-MM-DD`. */
export function laterDate(date: string, period: CalendarPeriod, times: number): string {
  const noon = Date.parse(`${date}T12:00:00Z`);
  if (period !== 'month') return dateOf(noon + times * dayMs * (period === 'day' ? 1 : 7));
  const day = new Date(noon);
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth() + times];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return dateOf(Date.UTC(year, month, Math.min(day.getUTCDate(), last)));
}

/** First date of a period and of the one after it. */
function datesOf(period: CalendarPeriod, noon: number): readonly [string, string] {
  const day = new Date(noon);
  switch (period) {
    case 'day':
      return [dateOf(noon), dateOf(noon + dayMs)];
    case 'week': {
      const monday = noon - ((day.getUTCDay() + 6) % 7) * dayMs;
      return [dateOf(monday), dateOf(monday + 7 * dayMs)];
    }
    case 'month':
      return [0, 1].map((more) => dateOf(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + more, 1))) as [string, string];
  }
}

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** First second of a date, found by bisection: the local date never decreases, but a clock change may skip midnight. */
function startOf(date: string, zone: ZoneText): number {
  const utc = Date.parse(`${date}T00:00:00Z`);
  let before = (utc - mostOffsetMs) / 1_000;
  let from = (utc + mostOffsetMs) / 1_000;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (zone.date(middle * 1_000) < date) before = middle;
    else from = middle;
  }
  return from * 1_000;
}
