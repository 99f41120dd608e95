import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { ScadaError } from '../../core/errors.ts';
import { TimeReader } from './time.ts';

/** Rows of numbers with a name and a time each: what a file of process data comes down to. */
export interface Table {
  /** Where it came from, for messages. */
  readonly name: string;
  readonly columns: readonly string[];
  /** ms UTC of each row, never stepping back. */
  readonly times: readonly number[];
  /** Row by row, NaN where a value is missing. */
  readonly rows: readonly Float64Array[];
  /** 1 for each row that its label calls anomalous, where the table has a column of labels. */
  readonly labels?: Uint8Array;
}

export interface TableOptions {
  /** Name or 0-based index of the time column. */
  readonly time?: string | undefined;
  readonly timeFormat?: string | undefined;
  /** Between rows, ms, where no time column says it. */
  readonly periodMs?: number | undefined;
  readonly ignore: readonly string[];
  /** Name of the column that says whether a row is anomalous; a table may be without it. */
  readonly labels?: string | undefined;
}

const missing = new Set(['', 'nan', 'na', 'n/a', 'null', 'none']);
const gzipMagic = [0x1f, 0x8b];

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a CSV file, plain or gzipped, with one header line, separated by comma, semicolon, tab or blanks.
 * @throws ScadaError INPUT_INVALID with line and column
 */
export async function readTable(path: string, options: TableOptions): Promise<Table> {
  const delimiter = await delimiterOf(path);
  const parser = parse({
    delimiter,
    bom: true,
    trim: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const reading = pipeline(await textOf(path), parser).catch((thrown: unknown) => {
    throw invalid(path, `it can not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`, thrown);
  });
  // the error reaches the reader below through the parser; awaited after it
  reading.catch(() => {});
  let builder: TableBuilder | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
      const cells = delimiter === ' ' ? record.filter((cell) => cell !== '') : record;
      if (builder === undefined) builder = new TableBuilder(path, cells, options);
      else builder.add(cells, info.lines);
    }
  } catch (thrown) {
    if (thrown instanceof ScadaError) throw thrown;
    throw invalid(path, `it can not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`, thrown);
  }
  await reading;
  if (builder === undefined) throw invalid(path, 'it is empty');
  return builder.table();
}

class TableBuilder {
  readonly #path: string;
  readonly #header: readonly string[];
  readonly #timeColumn: number;
  readonly #timeReader: TimeReader;
  readonly #periodMs: number;
  readonly #columns: readonly number[];
  /** −1 if there is none. */
  readonly #labelColumn: number;
  readonly #times: number[] = [];
  readonly #labels: number[] = [];
  readonly #rows: Float64Array[] = [];

  constructor(path: string, header: readonly string[], options: TableOptions) {
    this.#path = path;
    this.#header = header;
    this.#timeColumn = timeColumnOf(path, header, options.time);
    this.#timeReader = new TimeReader(options.timeFormat);
    this.#periodMs = options.periodMs ?? 1_000;
    this.#labelColumn = options.labels === undefined ? -1 : header.indexOf(options.labels);
    const ignored = new Set(options.ignore);
    const seen = new Set<string>();
    header.forEach((name, index) => {
      if (name === '') throw invalid(path, `line 1, column ${index + 1}: the header has no name here`);
      if (seen.has(name)) throw invalid(path, `line 1, column ${index + 1}: the column ${name} is there twice`);
      seen.add(name);
    });
    this.#columns = header.flatMap((name, index) =>
      index === this.#timeColumn || index === this.#labelColumn || ignored.has(name) ? [] : [index],
    );
    if (this.#columns.length === 0) throw invalid(path, 'no column is left to judge');
  }

  add(cells: readonly string[], line: number): void {
    if (cells.length !== this.#header.length)
      throw invalid(
        this.#path,
        `line ${line}, column ${Math.min(cells.length, this.#header.length) + 1}: ${cells.length} columns where the header has ${this.#header.length}`,
      );
    const values = new Float64Array(this.#columns.length);
    this.#columns.forEach((column, index) => {
      values[index] = this.#number(cells[column] ?? '', line, column);
    });
    this.#times.push(this.#time(cells, line));
    this.#rows.push(values);
    if (this.#labelColumn >= 0) this.#labels.push(this.#label(cells[this.#labelColumn] ?? '', line));
  }

  table(): Table {
    return {
      name: this.#path,
      columns: this.#columns.map((index) => this.#header[index] ?? ''),
      times: this.#times,
      rows: this.#rows,
      ...(this.#labelColumn < 0 ? {} : { labels: Uint8Array.from(this.#labels) }),
    };
  }

  #label(cell: string, line: number): number {
    const label = labelOf(cell);
    if (label !== undefined) return label;
    const place = `line ${line}, column ${this.#labelColumn + 1} (${this.#header[this.#labelColumn]})`;
    throw invalid(this.#path, `${place}: "${cell}" is no label: a number above 0 is anomalous, or ${anomalous.join(', ')}`);
  }

  #time(cells: readonly string[], line: number): number {
    const last = this.#times.at(-1);
    if (this.#timeColumn < 0) return last === undefined ? 0 : last + this.#periodMs;
    const text = cells[this.#timeColumn] ?? '';
    const time = this.#timeReader.read(text);
    if (Number.isNaN(time))
      throw invalid(
        this.#path,
        `line ${line}, column ${this.#timeColumn + 1} (${this.#header[this.#timeColumn]}): "${text}" is not a time`,
      );
    // a clock that is set back, a repeated row: the stream goes on by the smallest step
    return last !== undefined && time <= last ? last + 1 : time;
  }

  #number(cell: string, line: number, column: number): number {
    const value = Number(cell);
    if (Number.isFinite(value) && cell !== '') return value;
    if (missing.has(cell.toLowerCase())) return Number.NaN;
    throw invalid(this.#path, `line ${line}, column ${column + 1} (${this.#header[column]}): "${cell}" is not a number`);
  }
}

const anomalous = ['true', 'yes', 'anomaly', 'attack', 'fault'];
const normal: ReadonlySet<string> = new Set(['', 'false', 'no', 'normal', 'benign']);

/** 1 for anomalous, 0 for normal or not labelled (0, below 0, empty), undefined for what is neither. */
function labelOf(cell: string): 0 | 1 | undefined {
  const word = cell.toLowerCase();
  if (anomalous.includes(word)) return 1;
  if (normal.has(word)) return 0;
  const value = Number(cell);
  return Number.isNaN(value) ? undefined : value > 0 ? 1 : 0;
}

const timeNames = new Set(['time', 'timestamp', 'datetime', 'date']);

/** Index of the time column, −1 if there is none. */
function timeColumnOf(path: string, header: readonly string[], wanted: string | undefined): number {
  if (wanted === undefined) return header.findIndex((name) => timeNames.has(name.toLowerCase()));
  const byName = header.indexOf(wanted);
  const index = byName >= 0 ? byName : /^\d+$/.test(wanted) ? Number(wanted) : -1;
  if (index < 0 || index >= header.length) throw invalid(path, `line 1: there is no column ${wanted} for the time`);
  return index;
}

async function textOf(path: string): Promise<NodeJS.ReadableStream> {
  const head = Buffer.alloc(2);
  await using file = await openFile(path);
  await file.read(head, 0, 2, 0);
  const raw = createReadStream(path);
  if (!gzipMagic.every((byte, index) => head[index] === byte)) return raw;
  const plain = new PassThrough();
  pipeline(raw, createGunzip(), plain).catch((thrown: unknown) =>
    plain.destroy(thrown instanceof Error ? thrown : new Error(String(thrown))),
  );
  return plain;
}

async function openFile(path: string) {
  try {
    return await open(path);
  } catch (cause) {
    throw invalid(path, 'it can not be opened', cause);
  }
}

const delimiters = [';', ',', '\t'] as const;

/** The first of semicolon, comma and tab that the header has, else blanks. */
async function delimiterOf(path: string): Promise<string> {
  let header = '';
  for await (const chunk of await textOf(path)) {
    header += chunk.toString();
    if (header.includes('\n')) break;
  }
  const line = header.split('\n', 1)[0] ?? '';
  return delimiters.find((delimiter) => line.includes(delimiter)) ?? ' ';
}

export function invalid(path: string, what: string, cause?: unknown): ScadaError {
  return new ScadaError('config', 'INPUT_INVALID', `${path}: ${what}`, {
    hint: 'the file must be CSV with one header line and numbers below it; see scadawatch backtest --help',
    cause,
  });
}
