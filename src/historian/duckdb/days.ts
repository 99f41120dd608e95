import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const dayMs = 86_400_000;
/** Time after its end at which a day is written, ms, so that pending samples are included. */
export const settleMs = 600_000;

/** Days since 1970-01-01 UTC. */
export const dayOf = (time: number): number => Math.floor(time / dayMs);

/** `2026-11-24` */
const isoDay = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** Location of a day's samples: a Parquet file, hot tables, or both if late samples arrived after the file was written. */
interface Day {
  /** Number of samples in the file; 0 without a file. */
  inFile: number;
  /** Numbers of its hot tables, oldest first. New samples go to the last one unless it is sealed. */
  tables: number[];
  /** Last table that is sealed for writing to the file; it accepts no more samples. */
  sealed: number;
}

/**
 * Catalogue of the locations of days. It changes only in JavaScript, atomically; files and tables that it no longer contains are
 * removed afterwards. Every state after a crash is read correctly, since a sample that is in both file and table counts once.
 */
export class Days {
  readonly #dir: string;
  readonly #days = new Map<number, Day>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Reads the files of a folder and the tables of a database. Unfinished files are removed. */
  discover(tables: readonly string[]): void {
    for (const name of tables) {
      const [, day, number] = /^hot_(\d+)_(\d+)$/.exec(name) ?? [];
      if (day !== undefined) this.#day(Number(day)).tables.push(Number(number));
    }
    for (const { tables: numbers } of this.#days.values()) numbers.sort((a, b) => a - b);
    for (const name of readdirSync(this.#dir)) {
      if (name.endsWith('.part')) rmSync(join(this.#dir, name), { recursive: true });
      const [, iso] = /^samples-(\d{4}-\d\d-\d\d)\.parquet$/.exec(name) ?? [];
      if (iso !== undefined) this.#day(dayOf(Date.parse(iso))).inFile = Number.NaN;
    }
  }

  file(day: number): string {
    return join(this.#dir, `samples-${isoDay(day)}.parquet`);
  }

  /** Days with samples that overlap [from, to), ascending. */
  within(from = -Infinity, to = Infinity): number[] {
    return [...this.#days.keys()].filter((day) => (day + 1) * dayMs > from && day * dayMs < to).toSorted((a, b) => a - b);
  }

  hasFile(day: number): boolean {
    return this.#days.get(day)?.inFile !== 0 && this.#days.has(day);
  }

  /** Table names of a day, oldest first. */
  tables(day: number): string[] {
    return (this.#days.get(day)?.tables ?? []).map((number) => tableName(day, number));
  }

  /** The table for new samples of a day. `make` is true if it must be created first. */
  writable(day: number): { readonly table: string; readonly make: boolean } {
    const { tables, sealed } = this.#day(day);
    const last = tables.at(-1);
    if (last !== undefined && last > sealed) return { table: tableName(day, last), make: false };
    return { table: tableName(day, Math.max(last ?? -1, sealed) + 1), make: true };
  }

  /** Records that the table of `writable` was created. */
  made(table: string): void {
    const [, day, number] = /^hot_(\d+)_(\d+)$/.exec(table) ?? [];
    this.#day(Number(day)).tables.push(Number(number));
  }

  /** Seals a day's tables against new samples and returns them. */
  seal(day: number): string[] {
    const entry = this.#day(day);
    entry.sealed = entry.tables.at(-1) ?? entry.sealed;
    return this.tables(day);
  }

  /** Records that the file contains the samples of the sealed tables. */
  written(day: number, samples: number): void {
    const entry = this.#day(day);
    entry.inFile = samples;
    entry.tables = entry.tables.filter((number) => number > entry.sealed);
  }

  /** Removes the file and the sealed tables from the catalogue. */
  emptied(day: number): void {
    this.written(day, 0);
  }

  /** Removes a day without samples. */
  forgetEmpty(day: number): void {
    const entry = this.#days.get(day);
    if (entry?.inFile === 0 && entry.tables.length === 0) this.#days.delete(day);
  }

  /** Samples in the file of a day. */
  samplesInFile(day: number): number {
    return this.#days.get(day)?.inFile ?? 0;
  }

  countedFile(day: number, samples: number): void {
    this.#day(day).inFile = samples;
  }

  bytesOfFile(day: number): number {
    return this.hasFile(day) ? (statSync(this.file(day), { throwIfNoEntry: false })?.size ?? 0) : 0;
  }

  #day(day: number): Day {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const fresh = { inFile: 0, tables: [], sealed: -1 };
    this.#days.set(day, fresh);
    return fresh;
  }
}

const tableName = (day: number, number: number): string => `hot_${day}_${number}`;
