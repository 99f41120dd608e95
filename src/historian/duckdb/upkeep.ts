import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { dayMs, dayOf, settleMs, type Days } from './days.ts';
import { numberOf, syncToDisk } from './engine.ts';
import type { HotWriter } from './hot.ts';
import type { Maintenance } from './messages.ts';
import { exportSpan, joinSpans, rowsInFile } from './sql.ts';

/** Rows that are deduplicated and sorted at once, within a small memory limit. */
const pieceRows = 500_000;

export interface Upkeep {
  readonly connection: DuckDBConnection;
  readonly days: Days;
  readonly writer: HotWriter;
  /** Seals a day's tables after all their rows are committed, and returns them. */
  readonly seal: (day: number) => Promise<string[]>;
}

/**
 * Writes finished days to their files, and deletes days beyond the retention. New samples can be written meanwhile. A day with an
 * existing file is written again if late samples arrived.
 */
export async function maintain(upkeep: Upkeep, now: number, retentionDays: number): Promise<Maintenance> {
  const { days } = upkeep;
  const oldestKept = retentionDays === 0 ? -Infinity : dayOf(now) - retentionDays;
  const deleted: string[] = [];
  for (const day of days.within().filter((each) => each < oldestKept)) {
    const tables = await upkeep.seal(day);
    const file = days.file(day);
    days.emptied(day);
    rmSync(file, { force: true });
    await drop(upkeep, tables);
    days.forgetEmpty(day);
    deleted.push(file);
  }
  const written: string[] = [];
  for (const day of days.within().filter((each) => (each + 1) * dayMs + settleMs <= now)) {
    if (days.tables(day).length > 0) written.push(await writeDay(upkeep, day));
  }
  return { written, deleted };
}

async function writeDay(upkeep: Upkeep, day: number): Promise<string> {
  const { connection, days } = upkeep;
  const tables = await upkeep.seal(day);
  const file = days.file(day);
  const folder = `${file}.part`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const pieces = Math.max(24, Math.ceil((await rowsOf(connection, days, day)) / pieceRows));
  const spans: string[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    const from = (day + piece / pieces) * dayMs;
    const to = (day + (piece + 1) / pieces) * dayMs;
    const span = join(folder, `${piece}.parquet`);
    await connection.run(exportSpan(days, day, tables, from, to, span));
    spans.push(span);
  }
  const whole = join(folder, 'day.parquet');
  const { rowsChanged: samples } = await connection.run(joinSpans(spans, whole));
  syncToDisk(whole);
  renameSync(whole, file);
  rmSync(folder, { recursive: true });
  syncToDisk(dirname(file));
  days.written(day, samples);
  await drop(upkeep, tables);
  return file;
}

async function rowsOf(connection: DuckDBConnection, days: Days, day: number): Promise<number> {
  let rows = days.hasFile(day) ? await numberOf(connection, rowsInFile(days.file(day))) : 0;
  for (const table of days.tables(day)) rows += await numberOf(connection, `SELECT count(*) FROM ${table}`);
  return rows;
}

async function drop({ connection, writer }: Upkeep, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    writer.release(table);
    await connection.run(`DROP TABLE ${table}`);
  }
}
