/** Times of day in the site's time zone, or in UTC. Intl formatters are expensive to create: one set per zone. */
export interface ZoneFormat {
  /** `14:12:30` */
  readonly time: (ms: number) => string;
  /** `14:12` */
  readonly minute: (ms: number) => string;
  /** `24 Nov` */
  readonly day: (ms: number) => string;
  /** `UTC+1` */
  readonly offset: (ms: number) => string;
  /** Time of day, with the day in front if it is not that of `now`. */
  readonly moment: (ms: number, now: number) => string;
}

const known = new Map<string, ZoneFormat>();

/** @param timeZone IANA name */
export function zoneFormat(timeZone: string): ZoneFormat {
  const made = known.get(timeZone);
  if (made !== undefined) return made;
  const format = makeZoneFormat(timeZone);
  known.set(timeZone, format);
  return format;
}

function makeZoneFormat(timeZone: string): ZoneFormat {
  const intl = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...options });
  const full = intl({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const short = intl({ hour: '2-digit', minute: '2-digit' });
  const date = intl({ day: 'numeric', month: 'short' });
  const zone = intl({ timeZoneName: 'shortOffset' });
  const safe =
    (format: (ms: number) => string) =>
    (ms: number): string =>
      Number.isFinite(ms) ? format(ms) : '––';
  const time = safe((ms) => full.format(ms));
  const day = safe((ms) => date.format(ms));
  return {
    time,
    minute: safe((ms) => short.format(ms)),
    day,
    offset: safe((ms) => {
      const name = zone.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
      return name.replace('GMT', 'UTC').replace('-', '\u2212');
    }),
    moment: (ms, now) => (day(ms) === day(now) ? time(ms) : `${day(ms)} ${time(ms).slice(0, 5)}`),
  };
}
