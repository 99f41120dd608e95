import type { DuckDBConnection } from '@duckdb/node-api';
import { Quality } from '../../core/quality.ts';
import { dayMs, dayOf } from './days.ts';
import { numberOf } from './engine.ts';
import { mostAheadMs } from './hot.ts';
import { hotColumns, quote } from './sql.ts';

/** Most tables in one statement. */
const tablesAtOnce = 100;

interface HotTable {
  readonly name: string;
  readonly day: number;
  readonly number: number;
}

/**
 * Moves samples of impossible days into the hot tables of their receive days. Earlier versions created a hot table for each day
 * that a device's clock reported. Thousands of tables exceed DuckDB's memory limit, and the store does not start again.
 * @param mostPastMs largest possible time from source time to receipt, ms
 * @returns number of moved samples
 */
export async function mergeStrays(connection: DuckDBConnection, mostPastMs: number): Promise<number> {
  const all = await hotTables(connection);
  const strays = await straysOf(connection, all, mostPastMs);
  if (strays.length === 0) return 0;
  await connection.run('BEGIN');
  try {
    await connection.run(`CREATE TABLE stray (${hotColumns})`);
    for (const names of groups(strays)) {
      await connection.run(`INSERT INTO stray ${names.map((name) => `SELECT * FROM ${name}`).join(' UNION ALL ')}`);
      for (const name of names) await connection.run(`DROP TABLE ${name}`);
    }
    const moved = await numberOf(connection, 'SELECT count(*) FROM stray');
    await moveToReceiveDays(connection, all);
    await connection.run('DROP TABLE stray');
    await connection.run('COMMIT');
    await connection.run('CHECKPOINT');
    return moved;
  } catch (thrown) {
    await connection.run('ROLLBACK').catch(() => {});
    throw thrown;
  }
}

async function hotTables(connection: DuckDBConnection): Promise<HotTable[]> {
  const answer = await connection.runAndReadAll(
    "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'hot\\_%' ESCAPE '\\'",
  );
  return (answer.getRowsJS() as [string][]).flatMap(([name]) => {
    const [, day, number] = /^hot_(-?\d+)_(\d+)$/.exec(name) ?? [];
    return day === undefined ? [] : [{ name, day: Number(day), number: Number(number) }];
  });
}

/** Tables whose whole day is impossible at every one of their receive times. */
async function straysOf(connection: DuckDBConnection, tables: readonly HotTable[], mostPastMs: number): Promise<string[]> {
  const dayOfName = new Map(tables.map(({ name, day }) => [name, day]));
  const strays: string[] = [];
  for (const names of groups([...dayOfName.keys()])) {
    const spans = names.map(
      (name) => `SELECT ${quote(name)} AS name, min(receive_time) AS low, max(receive_time) AS high FROM ${name}`,
    );
    const answer = await connection.runAndReadAll(spans.join(' UNION ALL '));
    for (const [name, low, high] of answer.getRowsJS() as [string, number | null, number | null][]) {
      const start = (dayOfName.get(name) as number) * dayMs;
      if (low === null || high === null) continue;
      if (start > high + mostAheadMs || start + dayMs <= low - mostPastMs) strays.push(name);
    }
  }
  return strays;
}

/** Gives each sample its receive time as source time. Samples of one tag with equal receive times get successive instants. */
async function moveToReceiveDays(connection: DuckDBConnection, tables: readonly HotTable[]): Promise<void> {
  const answer = await connection.runAndReadAll(`SELECT DISTINCT floor(receive_time / ${dayMs}) FROM stray`);
  for (const [found] of answer.getRowsJS() as [number][]) {
    const day = dayOf(found * dayMs);
    const number = Math.max(-1, ...tables.filter((table) => table.day === day).map((table) => table.number)) + 1;
    const table = `hot_${day}_${number}`;
    await connection.run(`CREATE TABLE ${table} (${hotColumns})`);
    await connection.run(`INSERT INTO ${table}
      SELECT receive_time + 0.001::DOUBLE * (row_number() OVER (PARTITION BY tag, receive_time ORDER BY time) - 1), receive_time, tag, value,
        CASE quality WHEN ${Quality.Good} THEN ${Quality.UncertainTimestamp} ELSE quality END, text
      FROM stray WHERE floor(receive_time / ${dayMs}) = ${day}`);
  }
}

function* groups(names: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < names.length; from += tablesAtOnce) yield names.slice(from, from + tablesAtOnce);
}
