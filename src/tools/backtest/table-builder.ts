import type { ScadaError } from '../../core/errors.ts';
import { isCalendarTime } from '../../core/time.ts';
import { anomalous, labelOf, numberOf } from './cells.ts';
import type { CsvRecord } from './records.ts';
import { RowsBuilder } from './rows.ts';
import type { Table, TableOptions } from './table.ts';
import { invalid } from './text.ts';
import { RowTimes, TimeReader, timeHint } from './time.ts';

/** Builds a table from the records of a file. Errors name line and column. */
export class TableBuilder {
  readonly #path: string;
  readonly #header: readonly string[];
  readonly #options: TableOptions;
  readonly #decimalComma: boolean;
  /** Empty if rows have no time. */
  readonly #timeColumns: readonly number[];
  readonly #timeReader: TimeReader;
  readonly #periodMs: number;
  readonly #columns: readonly number[];
  /** −1 if there is none. */
  readonly #labelColumn: number;
  readonly #times = new RowTimes();
  readonly #labels: number[] = [];
  #unlabelled = 0;
  readonly #rows: RowsBuilder;

  constructor(path: string, { cells: header, line, decimalComma }: CsvRecord, options: TableOptions) {
    this.#path = path;
    this.#header = header;
    this.#options = options;
    this.#decimalComma = decimalComma;
    const ignored = new Set(options.ignore.map((name) => columnOf(header, name)));
    this.#timeColumns = timeColumnsOf(header, options);
    if (options.time !== undefined && this.#timeColumns.length === 0)
      throw invalid(path, `line ${line}: there is no column ${[options.time].flat().join(', ')} for the time`, {
        hint: `the columns are ${header.join(', ')}`,
      });
    this.#timeReader = new TimeReader(options.timeFormat);
    this.#periodMs = options.periodMs ?? 1_000;
    this.#labelColumn = options.labels === undefined ? -1 : header.indexOf(options.labels);
    const seen = new Set<string>();
    header.forEach((name, index) => {
      if (ignored.has(index)) return;
      const place = `line ${line}, column ${index + 1}`;
      const hint = `name it in the file, or leave it out with --ignore ${index}; --skip-lines gives the number of lines before the header`;
      if (name === '') throw invalid(path, `${place}: the header has no name here`, { hint });
      if (seen.has(name)) throw invalid(path, `${place}: the column ${name} is there twice`, { hint });
      seen.add(name);
    });
    this.#columns = header.flatMap((name, index) =>
      this.#timeColumns.includes(index) || index === this.#labelColumn || ignored.has(index) ? [] : [index],
    );
    if (this.#columns.length === 0) throw invalid(path, `line ${line}: no column is left to judge`);
    this.#rows = new RowsBuilder(this.#columns.length);
  }

  /** Bytes of all numbers so far. */
  get bytes(): number {
    return this.#rows.bytes;
  }

  add({ cells, line }: CsvRecord): void {
    if (cells.length !== this.#header.length)
      throw invalid(
        this.#path,
        `line ${line}, column ${Math.min(cells.length, this.#header.length) + 1}: ${cells.length} columns where the header has ${this.#header.length}`,
        { hint: 'mend the line or take it out; a value that is missing is an empty cell' },
      );
    const values = this.#rows.add();
    this.#columns.forEach((column, index) => {
      values[index] = this.#number(cells[column] ?? '', line, column);
    });
    this.#times.add(this.#time(cells, line));
    if (!isCalendarTime(this.#times.times.at(-1) ?? 0)) throw this.#beyond(line);
    if (this.#labelColumn < 0) return;
    const label = cells[this.#labelColumn] ?? '';
    this.#labels.push(this.#label(label, line));
    if (label === '') this.#unlabelled++;
  }

  table(): Table {
    const rows = this.#rows.rows();
    const { times, back, equal } = this.#times;
    const column = this.#timeColumns[0] ?? -1;
    const { zoned } = this.#timeReader;
    if (rows.length === 0) throw invalid(this.#path, 'it has no row below its header');
    if (back > Math.max(fewBack, mostBack * rows.length))
      throw invalid(
        this.#path,
        `column ${column + 1} (${this.#header[column]}): ${back} of ${rows.length} rows are older than the one before`,
        {
          hint: 'sort the rows by time, the oldest first; --time and --time-format define the time column and its format',
        },
      );
    return {
      name: this.#path,
      columns: this.#columns.map((index) => this.#header[index] ?? ''),
      times,
      rows,
      file: { header: this.#header, back, equal, timed: column >= 0, zoned, unlabelled: this.#unlabelled },
      ...(this.#labelColumn < 0 ? {} : { labels: Uint8Array.from(this.#labels) }),
    };
  }

  #label(cell: string, line: number): number {
    const label = labelOf(cell, this.#options.anomalous);
    if (label !== undefined) return label;
    throw noLabel(this.#path, `line ${line}, column ${this.#labelColumn + 1} (${this.#header[this.#labelColumn]})`, cell);
  }

  #time(cells: readonly string[], line: number): number {
    const last = this.#times.times.at(-1);
    const [column, ...others] = this.#timeColumns;
    if (column === undefined) return last === undefined ? 0 : last + this.#periodMs * (this.#options.every ?? 1);
    const text = others.reduce((sum, other) => `${sum} ${cells[other]}`, cells[column] ?? '');
    const time = this.#timeReader.read(text);
    if (!Number.isNaN(time)) return time;
    throw this.#wrong(line, column, `"${text}" is not a time`, { hint: timeHint(text, this.#options.timeFormat) });
  }

  /** Rows without a time, and a second run in the file, continue after the rows before. */
  #beyond(line: number): ScadaError {
    return invalid(
      this.#path,
      `line ${line}: the time of this row is after the year 9999, because it follows the rows before it`,
      {
        hint: 'give a shorter --period between rows, or sort the rows by time, the oldest first',
      },
    );
  }

  #number(cell: string, line: number, column: number): number {
    const value = numberOf(cell, this.#decimalComma);
    if (value !== undefined) return value;
    const name = this.#header[column] ?? '';
    const option = name.includes(' ') ? `"${name}"` : name;
    throw this.#wrong(line, column, `"${cell}" is not a number`, {
      hint: `use --ignore ${option} if the column is no tag, --time ${option} if it is the time, --labels ${option} if it marks anomalies`,
    });
  }

  #wrong(line: number, column: number, what: string, why: { readonly hint: string }): ScadaError {
    return invalid(this.#path, `line ${line}, column ${column + 1} (${this.#header[column]}): ${what}`, why);
  }
}

/** Share and number of out-of-order rows from which a file is not sorted by time. */
const mostBack = 0.1;
const fewBack = 10;

const timeNames = new Set(['time', 'timestamp', 'datetime', 'date']);

/** Indices of the columns that form the time; empty if a requested column is missing. */
export function timeColumnsOf(header: readonly string[], { time = [], ignore }: TableOptions): readonly number[] {
  const names = [time].flat();
  if (names.length > 0) {
    const found = names.map((name) => columnOf(header, name));
    return found.includes(-1) ? [] : found;
  }
  const ignored = new Set(ignore.map((name) => columnOf(header, name)));
  const usual = header.findIndex((name, index) => timeNames.has(name.toLowerCase()) && !ignored.has(index));
  return usual < 0 ? [] : [usual];
}

/** Error of an invalid label. @param place position in the file, as text */
export const noLabel = (path: string, place: string, cell: string): ScadaError =>
  invalid(path, `${place}: "${cell}" is no label: a number above 0 is anomalous, or ${anomalous.join(', ')}`, {
    hint: '--anomalous names the cells that mean anomalous; all others are normal then',
  });

/** Index of a column by its name or 0-based index, −1 if there is none. */
export function columnOf(header: readonly string[], wanted: string): number {
  const byName = header.indexOf(wanted);
  if (byName >= 0) return byName;
  return /^\d+$/.test(wanted) && Number(wanted) < header.length ? Number(wanted) : -1;
}
