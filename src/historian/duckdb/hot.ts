import { type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk, DOUBLE, UINTEGER, VARCHAR } from '@duckdb/node-api';
import type { Batch } from '../../core/batch.ts';
import { ScadaError } from '../../core/errors.ts';
import { type Days, dayMs, dayOf } from './days.ts';
import type { Dictionary } from './dictionary.ts';
import { hotColumns, latest } from './sql.ts';

/** DuckDB's vector size: rows of one chunk. */
const chunkRows = 2048;
const chunkTypes = [DOUBLE, DOUBLE, UINTEGER, DOUBLE, UINTEGER, VARCHAR];

/** Most tables with an open appender: today, the days before and after, and some for late samples. Each uses memory of DuckDB. */
const mostAppenders = 8;
/** Oldest days with a table if there is no retention. */
const mostKeptDays = 3_650;
/** Latest source time after receipt, ms. A device's clock may be ahead by its time zone; later days have no table. */
export const mostAheadMs = 2 * dayMs;
/** Oldest source time before receipt that is kept, ms. Older samples would be deleted at once. */
export const mostPastMs = (retentionDays: number): number => (retentionDays === 0 ? mostKeptDays : retentionDays) * dayMs;

const isTime = (time: number): boolean => time >= 0 && time < latest;
const toMicrosecond = (time: number): number => Math.round(time * 1000) / 1000;

/** Appends batches to the hot tables of their days. `flush` commits: samples appended before survive kill -9. */
export class HotWriter {
  readonly #connection: DuckDBConnection;
  readonly #days: Days;
  readonly #dictionary: Dictionary;
  readonly #mostPastMs: number;
  readonly #appenders = new Map<string, DuckDBAppender>();
  readonly #touched = new Set<DuckDBAppender>();
  readonly #chunk = DuckDBDataChunk.create(chunkTypes, chunkRows);

  constructor(connection: DuckDBConnection, days: Days, dictionary: Dictionary, retentionDays: number) {
    this.#connection = connection;
    this.#days = days;
    this.#dictionary = dictionary;
    this.#mostPastMs = mostPastMs(retentionDays);
  }

  /** @throws ScadaError STORE_REJECTED for a batch that can never be stored; no part of it is appended */
  async append(batch: Batch): Promise<void> {
    this.#check(batch);
    let from = 0;
    while (from < batch.length) {
      const day = dayOf(this.#timeOf(batch, from));
      let to = from + 1;
      while (to < batch.length && to - from < chunkRows && dayOf(this.#timeOf(batch, to)) === day) to++;
      this.#appendRows(await this.#appenderOf(day), batch, from, to);
      from = to;
    }
  }

  flush(): void {
    for (const appender of this.#touched) appender.flushSync();
    this.#touched.clear();
  }

  /** Closes the appender of a table that accepts no more samples. */
  release(table: string): void {
    const appender = this.#appenders.get(table);
    if (appender === undefined) return;
    this.#touched.delete(appender);
    this.#appenders.delete(table);
    appender.closeSync();
  }

  close(): void {
    for (const table of this.#appenders.keys()) this.release(table);
  }

  async #appenderOf(day: number): Promise<DuckDBAppender> {
    const { table, make } = this.#days.writable(day);
    if (make) {
      await this.#connection.run(`CREATE TABLE ${table} (${hotColumns})`);
      this.#days.made(table);
    }
    const known = this.#appenders.get(table);
    if (known !== undefined) return known;
    const [oldest] = this.#appenders.keys();
    if (oldest !== undefined && this.#appenders.size >= mostAppenders) this.release(oldest);
    const appender = await this.#connection.createAppender(table);
    this.#appenders.set(table, appender);
    return appender;
  }

  #appendRows(appender: DuckDBAppender, batch: Batch, from: number, to: number): void {
    const chunk = this.#chunk;
    chunk.rowCount = to - from;
    const time = chunk.getColumnVector(0);
    const receiveTime = chunk.getColumnVector(1);
    const tag = chunk.getColumnVector(2);
    const value = chunk.getColumnVector(3);
    const quality = chunk.getColumnVector(4);
    const text = chunk.getColumnVector(5);
    for (let row = from; row < to; row++) {
      const at = row - from;
      const received = batch.receiveTime[row] as number;
      const source = this.#timeOf(batch, row);
      time.setItem(at, toMicrosecond(source));
      receiveTime.setItem(at, toMicrosecond(isTime(received) ? received : source));
      tag.setItem(at, this.#dictionary.idOf[batch.tag[row] as number] as number);
      value.setItem(at, batch.value[row] as number);
      quality.setItem(at, batch.quality[row] as number);
      text.setItem(at, batch.texts.get(row) ?? null);
    }
    for (const vector of [time, receiveTime, tag, value, quality, text]) vector.flush();
    appender.appendDataChunk(chunk);
    this.#touched.add(appender);
  }

  /** Source time of a row, or its receive time if the source time is invalid or too far away. */
  #timeOf(batch: Batch, row: number): number {
    const source = batch.sourceTime[row] as number;
    const received = batch.receiveTime[row] as number;
    if (!isTime(source)) return received;
    if (!isTime(received)) return source;
    return source >= received - this.#mostPastMs && source <= received + mostAheadMs ? source : received;
  }

  #check(batch: Batch): void {
    for (let row = 0; row < batch.length; row++) {
      if ((batch.tag[row] as number) < this.#dictionary.idOf.length && isTime(this.#timeOf(batch, row))) continue;
      throw new ScadaError('fatal', 'STORE_REJECTED', `row ${row} of a batch of ${batch.device} has no known tag or no time`);
    }
  }
}
