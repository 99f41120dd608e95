import { calendar, calendarTime } from './calendar.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** No zone changes its offset within such a quarter of an hour. */
const stretchMs = hourMs / 4;
/** Dates exist up to here, ms. */
const mostMs = 8.64e15;

/** Hour, day and weekday of the site's local time, for any number of calls a second. After `read` they describe its time. */
export class WallClock {
  /** 0 to 23; summer time skips one hour and repeats one. */
  hour = 0;
  /** Days since 1 January 1970. */
  day = 0;
  /** 0 is Sunday. */
  weekday = 0;
  readonly #zone: Intl.DateTimeFormat | undefined;
  #stretch = Number.NaN;
  #offsetMs = 0;

  /** @param timeZone IANA name */
  constructor(timeZone: string) {
    this.#zone = timeZone === 'UTC' ? undefined : new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  }

  /** Local time minus stream time, ms: the offset of the zone from UTC, unless the monitor's clock was set. */
  get offsetMs(): number {
    return this.#offsetMs - calendar.aheadMs;
  }

  /** @param streamTime ms UTC */
  read(streamTime: number): void {
    const time = calendarTime(streamTime);
    const stretch = Math.floor(time / stretchMs);
    if (stretch === this.#stretch && this.#offsetMs % stretchMs === 0) return;
    if (stretch !== this.#stretch)
      this.#offsetMs = this.#zone === undefined || Math.abs(time) > mostMs ? 0 : offsetOf(this.#zone, time);
    this.#stretch = stretch;
    const local = time + this.#offsetMs;
    this.day = Math.floor(local / dayMs);
    this.hour = Math.floor(modulo(local, dayMs) / hourMs);
    this.weekday = modulo(this.day + epochWeekday, 7);
  }
}

/** 1 January 1970 was a Thursday. */
const epochWeekday = 4;

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** Offset of a zone, ms, from a text such as `GMT+05:30`, or `GMT` for 0. */
function offsetOf(zone: Intl.DateTimeFormat, time: number): number {
  const name = zone.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes, seconds] = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0);
  return (sign === '-' ? -size : size) * 1_000;
}
