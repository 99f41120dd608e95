import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { ScadaError } from '../../core/errors.ts';
import { anomalous, labelOf, numberOf } from './cells.ts';
import { type Rows, RowsBuilder } from './rows.ts';
import { delimiterOf, invalid, textOf } from './text.ts';
import { RowTimes, TimeReader, timeHint } from './time.ts';

/** Rows of numbers with a name and a time each: what a file of process data comes down to. */
export interface Table {
  /** Where it came from, for messages. */
  readonly name: string;
  readonly columns: readonly string[];
  /** ms UTC of each row, never stepping back. */
  readonly times: readonly number[];
  /** Row by row, NaN where a value is missing. */
  readonly rows: Rows;
  /** 1 for each row that its label calls anomalous, where the table has a column of labels. */
  readonly labels?: Uint8Array;
  /** What of the file may not be as the user thinks. */
  readonly file?: FileFacts;
}

export interface FileFacts {
  /** Names of all columns, tags or not. */
  readonly header: readonly string[];
  /** Rows that are older than the one before, and rows that have its time. */
  readonly back: number;
  readonly equal: number;
}

export interface TableOptions {
  /** Name or 0-based index of the time column. */
  readonly time?: string | undefined;
  readonly timeFormat?: string | undefined;
  /** Between rows, ms, where no time column says it. */
  readonly periodMs?: number | undefined;
  /** Names or 0-based indices of columns that are no tags; a table may be without them. */
  readonly ignore: readonly string[];
  /** Name of the column that says whether a row is anomalous; a table may be without it. */
  readonly labels?: string | undefined;
  /** What means anomalous in it, if not the usual. */
  readonly anomalous?: readonly string[] | undefined;
}

/** A reading that may take minutes. */
interface Reading {
  /** Hears the share that was read. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Lines between two looks at how far it is. */
const breath = 1_000;

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a CSV file, plain or gzipped, with one header line, separated by comma, semicolon, tab, bar or blanks.
 * @throws ScadaError INPUT_INVALID with line and column
 */
export async function readTable(path: string, options: TableOptions, { onProgress, signal }: Reading = {}): Promise<Table> {
  const delimiter = await delimiterOf(path);
  const parser = parse({
    delimiter,
    bom: true,
    trim: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const text = await textOf(path);
  const reading = pipeline(text.stream, parser).catch((thrown: unknown) => {
    throw invalid(path, `it can not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  });
  // the error reaches the reader below through the parser; awaited after it
  reading.catch(() => {});
  let builder: TableBuilder | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
      const cells = delimiter === ' ' ? record.filter((cell) => cell !== '') : record;
      if (builder === undefined) builder = new TableBuilder(path, cells, options, delimiter !== ',');
      else builder.add(cells, info.lines);
      if (info.lines % breath !== 0) continue;
      signal?.throwIfAborted();
      onProgress?.(text.done());
    }
  } catch (thrown) {
    if (thrown instanceof ScadaError || signal?.aborted === true) throw thrown;
    throw invalid(path, `it can not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  }
  await reading;
  if (builder === undefined) throw invalid(path, 'it is empty');
  return builder.table();
}

class TableBuilder {
  readonly #path: string;
  readonly #header: readonly string[];
  readonly #options: TableOptions;
  readonly #decimalComma: boolean;
  readonly #timeColumn: number;
  readonly #timeReader: TimeReader;
  readonly #periodMs: number;
  readonly #columns: readonly number[];
  /** −1 if there is none. */
  readonly #labelColumn: number;
  readonly #times = new RowTimes();
  readonly #labels: number[] = [];
  readonly #rows: RowsBuilder;

  constructor(path: string, header: readonly string[], options: TableOptions, decimalComma: boolean) {
    this.#path = path;
    this.#header = header;
    this.#options = options;
    this.#decimalComma = decimalComma;
    const ignored = new Set(options.ignore.map((name) => columnOf(header, name)));
    this.#timeColumn = timeColumnOf(path, header, options.time, ignored);
    this.#timeReader = new TimeReader(options.timeFormat);
    this.#periodMs = options.periodMs ?? 1_000;
    this.#labelColumn = options.labels === undefined ? -1 : header.indexOf(options.labels);
    const seen = new Set<string>();
    header.forEach((name, index) => {
      if (ignored.has(index)) return;
      const hint = `name it in the file, or leave it out with --ignore ${index}`;
      if (name === '') throw invalid(path, `line 1, column ${index + 1}: the header has no name here`, { hint });
      if (seen.has(name)) throw invalid(path, `line 1, column ${index + 1}: the column ${name} is there twice`, { hint });
      seen.add(name);
    });
    this.#columns = header.flatMap((name, index) =>
      index === this.#timeColumn || index === this.#labelColumn || ignored.has(index) ? [] : [index],
    );
    if (this.#columns.length === 0) throw invalid(path, 'line 1: no column is left to judge');
    this.#rows = new RowsBuilder(this.#columns.length);
  }

  add(cells: readonly string[], line: number): void {
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
    if (this.#labelColumn >= 0) this.#labels.push(this.#label(cells[this.#labelColumn] ?? '', line));
  }

  table(): Table {
    const rows = this.#rows.rows();
    const { times, back, equal } = this.#times;
    if (rows.length === 0) throw invalid(this.#path, 'it has no row below its header');
    if (back > Math.max(fewBack, mostBack * rows.length))
      throw invalid(
        this.#path,
        `column ${this.#timeColumn + 1} (${this.#header[this.#timeColumn]}): ${back} of ${rows.length} rows are older than the one before`,
        {
          hint: 'sort the rows by time, the oldest first; --time and --time-format say which column is the time and how to read it',
        },
      );
    return {
      name: this.#path,
      columns: this.#columns.map((index) => this.#header[index] ?? ''),
      times,
      rows,
      file: { header: this.#header, back, equal },
      ...(this.#labelColumn < 0 ? {} : { labels: Uint8Array.from(this.#labels) }),
    };
  }

  #label(cell: string, line: number): number {
    const label = labelOf(cell, this.#options.anomalous);
    if (label !== undefined) return label;
    throw this.#wrong(
      line,
      this.#labelColumn,
      `"${cell}" is no label: a number above 0 is anomalous, or ${anomalous.join(', ')}`,
      {
        hint: '--anomalous names the cells that mean anomalous; all others are normal then',
      },
    );
  }

  #time(cells: readonly string[], line: number): number {
    const last = this.#times.times.at(-1);
    if (this.#timeColumn < 0) return last === undefined ? 0 : last + this.#periodMs;
    const text = cells[this.#timeColumn] ?? '';
    const time = this.#timeReader.read(text);
    if (!Number.isNaN(time)) return time;
    throw this.#wrong(line, this.#timeColumn, `"${text}" is not a time`, { hint: timeHint(text, this.#options.timeFormat) });
  }

  #number(cell: string, line: number, column: number): number {
    const value = numberOf(cell, this.#decimalComma);
    if (value !== undefined) return value;
    const name = this.#header[column] ?? '';
    const option = name.includes(' ') ? `"${name}"` : name;
    throw this.#wrong(line, column, `"${cell}" is not a number`, {
      hint: `a column that is no tag is left out with --ignore ${option}; --time ${option} if it is the time, --labels ${option} if it says what is anomalous`,
    });
  }

  #wrong(line: number, column: number, what: string, why: { readonly hint: string }): ScadaError {
    return invalid(this.#path, `line ${line}, column ${column + 1} (${this.#header[column]}): ${what}`, why);
  }
}

/** Rows older than the one before, as a share and as many at least, from which a file is not in order of time at all. */
const mostBack = 0.1;
const fewBack = 10;

const timeNames = new Set(['time', 'timestamp', 'datetime', 'date']);

/** Index of the time column, −1 if there is none. */
function timeColumnOf(path: string, header: readonly string[], wanted: string | undefined, ignored: ReadonlySet<number>): number {
  if (wanted === undefined) return header.findIndex((name, index) => timeNames.has(name.toLowerCase()) && !ignored.has(index));
  const index = columnOf(header, wanted);
  if (index < 0)
    throw invalid(path, `line 1: there is no column ${wanted} for the time`, { hint: `the columns are ${header.join(', ')}` });
  return index;
}

/** Index of a column by its name or 0-based index, −1 if there is none. */
export function columnOf(header: readonly string[], wanted: string): number {
  const byName = header.indexOf(wanted);
  if (byName >= 0) return byName;
  return /^\d+$/.test(wanted) && Number(wanted) < header.length ? Number(wanted) : -1;
}
