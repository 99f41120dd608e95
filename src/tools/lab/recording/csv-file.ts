import { closeSync, openSync, writeFileSync } from 'node:fs';
import { csvField } from '../../../core/csv.ts';
import { ScadaError } from '../../../core/errors.ts';
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
  /** Rows without the header, or packets; undefined for other files. */
  readonly rows: number | undefined;
}

/** Characters that are written at once. */
const blockSize = 1 << 18;

/** Writes a CSV file row by row. */
export class CsvFile {
  readonly columns: readonly Column[];
  readonly #path: string;
  readonly #handle: number;
  #waiting = '';
  #rows = 0;

  /** @throws ScadaError INPUT_INVALID if the file cannot be written, also if it exists */
  constructor(path: string, columns: readonly Column[]) {
    this.columns = columns;
    this.#path = path;
    this.#handle = writing(path, () => openSync(path, 'wx'));
    this.#waiting = `${columns.map(({ name }) => csvField(name)).join(',')}\n`;
  }

  get rows(): number {
    return this.#rows;
  }

  /** @throws ScadaError INPUT_INVALID if the disk is full */
  add(cells: readonly Cell[]): void {
    this.#rows++;
    this.#waiting += `${cells.map((cell, i) => this.#text(cell, i)).join(',')}\n`;
    if (this.#waiting.length >= blockSize) this.#flush();
  }

  /** @throws ScadaError INPUT_INVALID if the disk is full */
  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#handle);
    }
  }

  #text(cell: Cell, i: number): string {
    if (typeof cell === 'string') return csvField(cell);
    if (!Number.isFinite(cell)) return '';
    return this.columns[i]?.type === 'time' ? new Date(cell).toISOString() : String(cell);
  }

  #flush(): void {
    const text = this.#waiting;
    this.#waiting = '';
    // writes all of it, where one write may end early on a disk that is nearly full
    writing(this.#path, () => writeFileSync(this.#handle, text));
  }
}

/** Result of work on a file of a recording. @throws ScadaError INPUT_INVALID with the path and what to do */
export function writing<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    throw notWritten(path, thrown);
  }
}

/** The error for the user, if the file system has refused; other errors as they are. */
export function notWritten(path: string, cause: unknown): unknown {
  if (cause instanceof ScadaError || !(cause instanceof Error) || !('syscall' in cause)) return cause;
  return new ScadaError('config', 'INPUT_INVALID', `${path} cannot be written: ${cause.message}`, {
    hint: 'name a new folder on a disk that has room and that you may write to; what was recorded so far is incomplete',
    cause,
  });
}
