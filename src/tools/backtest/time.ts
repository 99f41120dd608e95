import { utcParse } from 'd3-time-format';
import { isCalendarTime } from '../../core/time.ts';

/** Parses times of one column. Text without a zone is UTC. */
export class TimeReader {
  readonly #read: (text: string) => number;
  /** True if the parsed times name their zone; undefined if the format has no zone. */
  zoned: boolean | undefined;

  /** @param format strptime directives, `unix` or `unixms`; default ISO 8601 */
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

  /** ms UTC; NaN if the text is no time within the years 1 to 9999. */
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

/** Hint for a time that could not be parsed. */
export function timeHint(text: string, format: string | undefined): string {
  if ((format === 'unix' || format === 'unixms') && Number.isFinite(Number(text)) && text !== '')
    return `--time-format ${format} reads times of the years 1 to 9999; unix counts seconds after 1970, unixms milliseconds`;
  if (format !== undefined) return `--time-format ${format} does not read it; such as '%d/%m/%Y %H:%M' reads 24/11/2026 06:30`;
  if (text !== '' && Number.isFinite(Number(text)))
    return '--time-format unix reads seconds, unixms milliseconds; or --ignore the column and give the --period between rows';
  return "--time-format says how times are written, such as '%d/%m/%Y %H:%M' for 24/11/2026 06:30";
}

const dayMs = 86_400_000;
/** Largest set-back of a clock, ms, as at the end of summer time or after a correction. */
const mostSetBackMs = 7_200_000;

/** The fewest whole days that move a time past another, ms. Whole days keep the hour of day. */
export const daysAfter = (last: number, time: number): number => dayMs * Math.max(0, Math.floor((last - time) / dayMs) + 1);

/** Converts file times to ascending times, and counts the deviations. */
export class RowTimes {
  /** ms UTC */
  readonly times: number[] = [];
  /** Rows older than the previous one. */
  back = 0;
  /** Rows with the time of the previous one. */
  equal = 0;
  #read = Number.NaN;
  /** Offset since the last restart of the file's times, ms. */
  #offset = 0;

  add(time: number): void {
    const step = time - this.#read;
    if (step < 0) this.back++;
    else if (step === 0) this.equal++;
    const last = this.times.at(-1);
    // a further run in the file continues after the previous one: by the smallest step, all of its rows would coincide
    if (step < -mostSetBackMs && last !== undefined) this.#offset = daysAfter(last, time);
    this.#read = time;
    const moved = time + this.#offset;
    // after a clock set-back or a repeated row, the stream continues by the smallest step
    this.times.push(last !== undefined && moved <= last ? last + 1 : moved);
  }
}
