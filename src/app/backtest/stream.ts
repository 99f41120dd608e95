import { BatchBuilder } from '../../core/batch.ts';
import { type Observation, observeBatch, observeEvent } from '../../core/observation.ts';
import { Quality } from '../../core/quality.ts';
import { type Tag, TagTable } from '../../core/tag.ts';
import type { Table } from './table.ts';
import { invalid } from './text.ts';
import { daysAfter } from './time.ts';

/** The one device and area that a file's columns belong to. */
const place = 'file';

/** A row as the plant's stream carries it: one batch, then the tick that says that the row is whole. */
export function* observeRow(values: Float64Array, time: number): Generator<Observation> {
  const builder = new BatchBuilder(place, values.length);
  for (let tag = 0; tag < values.length; tag++) {
    const value = values[tag] as number;
    builder.add(tag, value, Number.isNaN(value) ? Quality.BadNoCommunication : Quality.Good, time, time);
  }
  yield observeBatch(builder.publish());
  yield observeEvent({ type: 'tick', time });
}

/** Most states that a column of whole numbers can have and still be a state. */
const mostStates = 10;

/** The columns as tags. What each is like is read off normal running alone. */
export function tagsOf(columns: readonly string[], normal: readonly Table[], periodMs: number): TagTable {
  return new TagTable(
    columns.map((name, column): Tag => {
      const states = statesOf(normal, column);
      return {
        name,
        description: '',
        short: name.slice(0, 9),
        area: place,
        equipment: '',
        device: place,
        kind: states === undefined ? 'analog' : 'discrete',
        role: 'measurement',
        unit: '',
        decimals: 3,
        scanMs: periodMs,
        address: undefined,
        ...(states === undefined ? {} : { states }),
      };
    }),
  );
}

/** The states of a column by their numbers, undefined if it is none of states. */
function statesOf(normal: readonly Table[], column: number): Record<number, string> | undefined {
  const values = new Set<number>();
  for (const { rows } of normal)
    for (const row of rows) {
      const value = row[column] as number;
      if (Number.isNaN(value)) continue;
      values.add(value);
      if (!Number.isInteger(value) || values.size > mostStates) return undefined;
    }
  return values.size > 1 ? Object.fromEntries(Array.from(values, (value) => [value, String(value)])) : undefined;
}

/** The table with its columns in another's order. @throws ScadaError INPUT_INVALID if one is missing */
export function inOrderOf(columns: readonly string[], table: Table): Table {
  if (columns.length === table.columns.length && columns.every((name, index) => name === table.columns[index])) return table;
  const order = columns.map((name) => {
    const index = table.columns.indexOf(name);
    if (index < 0)
      throw invalid(table.name, `line 1: the column ${name} of the input is missing`, {
        hint: `normal running must have every tag that is judged; leave it out with --ignore ${name}`,
      });
    return index;
  });
  return { ...table, columns, rows: table.rows.map((row) => Float64Array.from(order, (index) => row[index] as number)) };
}

/** Tables one after the other: one that begins before the last has ended is moved by whole days. */
export function inSequence(tables: readonly Table[]): Table[] {
  let last = Number.NEGATIVE_INFINITY;
  return tables.map((table) => {
    const offset = table.times.length === 0 || last === Number.NEGATIVE_INFINITY ? 0 : daysAfter(last, table.times[0] as number);
    const times = offset === 0 ? table.times : table.times.map((time) => time + offset);
    last = times.at(-1) ?? last;
    return times === table.times ? table : { ...table, times };
  });
}

/** The usual step between rows, ms. */
export function usualPeriod(tables: readonly Table[]): number | undefined {
  const steps = tables
    .flatMap(({ times }) => times.slice(1, 1_001).map((time, row) => time - (times[row] as number)))
    .filter((step) => step > 1)
    .toSorted((a, b) => a - b);
  return steps[steps.length >> 1];
}
