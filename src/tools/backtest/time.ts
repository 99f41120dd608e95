import { utcParse } from 'd3-time-format';
import { isCalendarTime } from '../../core/time.ts';

/** Reads the times of one column, as UTC where the text names no zone. */
export class TimeReader {
  readonly #read: (text: string) => number;
  /** True if the times that were read name their zone, undefined where their format says nothing of it. */
  zoned: boolean | undefined;

  /** @param format strptime directives, `unix` or `unixms`; ISO 8601 if not given */
  constructor(format: string | undefined) {
    if (format === undefined) this.#read = (text) => this.#iso(text);
    else if (format === 'unix' || format === 'unixms') {
      const unit = format === 'unix' ? 1_000 : 1;
      this.#read = (text) => (text === '' ? Number.NaN : Number(text) * unit);
    } else {
      const parse = utcParse(format);
      this.#read = (text) => parse(text)?.getTime() ?? Number.NaN;
    }
  }

  /** ms UTC, NaN if the text is not a time within the years 1 to 9999. */
  read(text: string): number {
    const time = this.#read(text);
    return isCalendarTime(time) ? time : Number.NaN;
  }

  #iso(text: string): number {
    const match = iso.exec(text);
    if (match === null) return Number.NaN;
    this.zoned = match[1] !== undefined;
    const plain = text.replace(' ', 'T').replace(',', '.').replace('UTC', 'Z').replaceAll(/\s/g, '');
    return Date.parse(this.zoned || plain.length === 10 ? plain : `${plain}Z`);
  }
}

const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/;

/** How to have a time read that was not understood. */
export function timeHint(text: string, format: string | undefined): string {
  if ((format === 'unix' || format === 'unixms') && Number.isFinite(Number(text)) && text !== '')
    return `--time-format ${format} reads times of the years 1 to 9999; unix counts seconds after 1970, unixms milliseconds`;
  if (format !== undefined) return `--time-format ${format} does not read it; such as '%d/%m/%Y %H:%M' reads 24/11/2026 06:30`;
  if (text !== '' && Number.isFinite(Number(text)))
    return '--time-format unix reads seconds, unixms milliseconds; or --ignore the column and give the --period between rows';
  return "--time-format says how times are written, such as '%d/%m/%Y %H:%M' for 24/11/2026 06:30";
}

const dayMs = 86_400_000;
/** A clock is set back by less than this, ms: summer time ends, a controller is corrected. */
const mostSetBackMs = 7_200_000;

/** The fewest whole days that bring a time after another, ms: the hours of the day stay what they are. */
export const daysAfter = (last: number, time: number): number => dayMs * Math.max(0, Math.floor((last - time) / dayMs) + 1);

/** Times of rows that only go forward, and how often those of the file do not. */
export class RowTimes {
  /** ms UTC */
  readonly times: number[] = [];
  /** Rows that are older than the one before. */
  back = 0;
  /** Rows with the time of the one before. */
  equal = 0;
  #read = Number.NaN;
  /** What is added since the file began anew, ms. */
  #offset = 0;

  add(time: number): void {
    const step = time - this.#read;
    if (step < 0) this.back++;
    else if (step === 0) this.equal++;
    const last = this.times.at(-1);
    // another run in the same file goes on after the one before: by the smallest step all of its rows would fall together
    if (step < -mostSetBackMs && last !== undefined) this.#offset = daysAfter(last, time);
    this.#read = time;
    const moved = time + this.#offset;
    // a clock that is set back, a repeated row: the stream goes on by the smallest step
    this.times.push(last !== undefined && moved <= last ? last + 1 : moved);
  }
}
