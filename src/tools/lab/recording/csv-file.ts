import { closeSync, openSync, writeSync } from 'node:fs';
import { csvField } from '../../../core/csv.ts';
import type { ColumnType } from '../../../core/historian.ts';

/** A column of a file. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Meaning, with the unit. */
  readonly meaning: string;
}

/** Cell of a column: a time is ms UTC; NaN and an empty text are missing values. */
export type Cell = string | number;

/** A file of a recording, for the datasheet. */
export interface RecordedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Rows without the header; undefined if it is no table. */
  readonly rows: number | undefined;
}

/** Characters that are written at once. */
const blockSize = 1 << 18;

/** Writes a CSV file row by row. */
export class CsvFile {
  readonly columns: readonly Column[];
  readonly #handle: number;
  #waiting = '';
  #rows = 0;

  /** @throws an error of the file system, also if the file exists */
  constructor(path: string, columns: readonly Column[]) {
    this.columns = columns;
    this.#handle = openSync(path, 'wx');
    this.#waiting = `${columns.map(({ name }) => csvField(name)).join(',')}\n`;
  }

  get rows(): number {
    return this.#rows;
  }

  add(cells: readonly Cell[]): void {
    this.#rows++;
    this.#waiting += `${cells.map((cell, i) => this.#text(cell, i)).join(',')}\n`;
    if (this.#waiting.length >= blockSize) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#handle);
  }

  #text(cell: Cell, i: number): string {
    if (typeof cell === 'string') return csvField(cell);
    if (!Number.isFinite(cell)) return '';
    return this.columns[i]?.type === 'time' ? new Date(cell).toISOString() : String(cell);
  }

  #flush(): void {
    writeSync(this.#handle, this.#waiting);
    this.#waiting = '';
  }
}
