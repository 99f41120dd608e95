import { type Batch, BatchBuilder } from '../../core/batch.ts';
import { type Observation, observeBatch, observeEvent } from '../../core/observation.ts';
import { Quality } from '../../core/quality.ts';
import { type Tag, TagTable } from '../../core/tag.ts';
import { keptBatches } from '../../learning/job/recording.ts';
import { reorderedRows } from './rows.ts';
import type { Table } from './table.ts';
import { invalid } from './text.ts';
import { daysAfter } from './time.ts';

/** Name of the single device and area of all columns of a file. */
const place = 'file';

/** Observations of one row: a batch, then the tick that completes the row. */
export function* observeRow(values: Float64Array, time: number): Generator<Observation> {
  // one batch per row: V8 does not account for shared memory
  yield observeBatch(batchOf(new BatchBuilder(place, values.length, false), values, time));
  yield observeEvent({ type: 'tick', time });
}

/** Observations of all rows, for consumers that keep none. Each is valid until `keptBatches` more were yielded. */
export function* observeTables(tables: readonly Table[]): Generator<Observation> {
  const width = tables[0]?.columns.length ?? 0;
  const builders = Array.from({ length: keptBatches }, () => new BatchBuilder(place, width, false));
  let next = 0;
  for (const { rows, times } of tables)
    for (let row = 0; row < rows.length; row++) {
      const builder = builders[next++ % keptBatches] as BatchBuilder;
      builder.restart();
      const time = times[row] as number;
      yield observeBatch(batchOf(builder, rows.at(row) as Float64Array, time));
      yield observeEvent({ type: 'tick', time });
    }
}

function batchOf(builder: BatchBuilder, values: Float64Array, time: number): Batch {
  for (let tag = 0; tag < values.length; tag++) {
    const value = values[tag] as number;
    builder.add(tag, value, Number.isNaN(value) ? Quality.BadNoCommunication : Quality.Good, time, time);
  }
  return builder.publish();
}

/** Most distinct whole numbers of a column of states. */
const mostStates = 10;

/** Tags for the columns. Their properties are derived from normal operation only. */
export function tagsOf(columns: readonly string[], normal: readonly Table[], periodMs: number): TagTable {
  const statesOf = statesIn(columns, normal);
  return new TagTable(
    columns.map((name, column): Tag => {
      const states = statesOf[column];
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

/** For each column: its states by number, or undefined. */
function statesIn(columns: readonly string[], normal: readonly Table[]): readonly (Record<number, string> | undefined)[] {
  const seen = new Map(columns.map((_, column) => [column, new Set<number>()]));
  for (const { rows } of normal)
    for (let row = 0; row < rows.length && seen.size > 0; row++) {
      const numbers = rows.at(row) as Float64Array;
      for (const [column, values] of seen) {
        const value = numbers[column] as number;
        if (Number.isNaN(value)) continue;
        values.add(value);
        if (!Number.isInteger(value) || values.size > mostStates) seen.delete(column);
      }
    }
  return columns.map((_, column) => {
    const values = seen.get(column);
    if (values === undefined || values.size < 2) return undefined;
    return Object.fromEntries(Array.from(values, (value) => [value, String(value)]));
  });
}

/** The table with its columns in the given order. @throws ScadaError INPUT_INVALID if one is missing */
export function inOrderOf(columns: readonly string[], table: Table): Table {
  if (columns.length === table.columns.length && columns.every((name, index) => name === table.columns[index])) return table;
  const order = columns.map((name) => {
    const index = table.columns.indexOf(name);
    if (index < 0)
      throw invalid(table.name, `line 1: the column ${name} of the input is missing`, {
        hint: `normal operation must have every tag that is judged; leave it out with --ignore ${name}`,
      });
    return index;
  });
  return { ...table, columns, rows: reorderedRows(table.rows, order) };
}

/** Tables in sequence. A table that begins before the previous one ends is moved by whole days. */
export function inSequence(tables: readonly Table[]): Table[] {
  let last = Number.NEGATIVE_INFINITY;
  return tables.map((table) => {
    const offset = table.times.length === 0 || last === Number.NEGATIVE_INFINITY ? 0 : daysAfter(last, table.times[0] as number);
    const times = offset === 0 ? table.times : table.times.map((time) => time + offset);
    last = times.at(-1) ?? last;
    return times === table.times ? table : { ...table, times };
  });
}

/**
 * Moves normal operation to before the judged rows, by the fewest whole weeks, if it begins or ends later. Otherwise, a stream
 * whose time steps back would be judged by future data.
 * @param judgedFrom ms UTC of the first judged row
 */
export function inPast(normal: readonly Table[], judgedFrom: number): Table[] {
  const last = normal.findLast(({ times }) => times.length > 0)?.times.at(-1) ?? Number.NEGATIVE_INFINITY;
  if (last < judgedFrom) return [...normal];
  const back = weekMs * (Math.floor((last - judgedFrom) / weekMs) + 1);
  return normal.map((table) => ({ ...table, times: table.times.map((time) => time - back) }));
}

/** Whole weeks keep hour of day and day of week. */
const weekMs = 7 * 86_400_000;

/** Median step between rows, ms. */
export function usualPeriod(tables: readonly Table[]): number | undefined {
  const steps = tables
    .flatMap(({ times }) => times.slice(1, 1_001).map((time, row) => time - (times[row] as number)))
    .filter((step) => step > 1)
    .toSorted((a, b) => a - b);
  return steps[steps.length >> 1];
}
