import { utcParse } from 'd3-time-format';

/** Reads the times of one column, as UTC where the text names no zone. */
export class TimeReader {
  readonly #read: (text: string) => number;

  /** @param format strptime directives, `unix` or `unixms`; ISO 8601 if not given */
  constructor(format: string | undefined) {
    if (format === undefined) this.#read = readIso;
    else if (format === 'unix' || format === 'unixms') {
      const unit = format === 'unix' ? 1_000 : 1;
      this.#read = (text) => (text === '' ? Number.NaN : Number(text) * unit);
    } else {
      const parse = utcParse(format);
      this.#read = (text) => parse(text)?.getTime() ?? Number.NaN;
    }
  }

  /** ms UTC, NaN if the text is not a time. */
  read(text: string): number {
    return this.#read(text);
  }
}

const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

function readIso(text: string): number {
  const match = iso.exec(text);
  if (match === null) return Number.NaN;
  const plain = text.replace(' ', 'T').replace(',', '.').replaceAll(/\s/g, '');
  return Date.parse(match[1] !== undefined || plain.length === 10 ? plain : `${plain}Z`);
}
