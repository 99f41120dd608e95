import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { BatchBuilder, type BatchMessage } from '../../core/batch.ts';
import type { Days } from './days.ts';
import { readChunks, type WantedTags } from './engine.ts';
import { rowsInOrder } from './order.ts';
import { samples, stream } from './sql.ts';

/** Tags of a scan, with their positions in the run's tag table and their order at equal times. */
export interface ScannedTags extends WantedTags {
  readonly runTag: Float64Array;
  readonly places: Float64Array;
}

/**
 * Reads a complete span, sorted by source time and tag position. Whole columns are read and sorted here: sorting in DuckDB takes
 * longer than reading, and so does access to single samples.
 */
export async function readSpan(
  connection: DuckDBConnection,
  days: Days,
  { from, to }: { readonly from: number; readonly to: number },
  tags: ScannedTags,
): Promise<BatchMessage> {
  const chunks: DuckDBDataChunk[] = [];
  await readChunks(connection, stream(samples(days, from, to)), tags, (chunk) => chunks.push(chunk));
  const length = chunks.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const index = columnOf(chunks, 0, length);
  const texts = textsOf(chunks, index);
  const time = columnOf(chunks, 1, length);
  const rows = rowsInOrder(time, gathered(tags.places, index), tags.places.length);
  const columns = {
    tag: new Uint32Array(gathered(tags.runTag, gathered(index, rows))),
    sourceTime: gathered(time, rows),
    receiveTime: gathered(columnOf(chunks, 2, length), rows),
    value: gathered(columnOf(chunks, 3, length), rows),
    quality: new Uint32Array(gathered(columnOf(chunks, 4, length), rows)),
  };
  const builder = new BatchBuilder('', length, false);
  builder.addColumns(columns, length, columns.receiveTime, texts.size === 0 ? texts : textsInOrder(texts, rows));
  return builder.publish().toMessage();
}

/** A numeric column of any type; NaN for NULL. */
function columnOf(chunks: readonly DuckDBDataChunk[], column: number, length: number): Float64Array {
  const into = new Float64Array(length);
  let at = 0;
  for (const chunk of chunks) {
    const vector = chunk.getColumnVector(column);
    const rows = chunk.rowCount;
    for (let row = 0; row < rows; row++) into[at++] = (vector.getItem(row) as number | null) ?? Number.NaN;
  }
  return into;
}

/** Texts by row. Removes the marks of rows with a text from `index`. */
function textsOf(chunks: readonly DuckDBDataChunk[], index: Float64Array): Map<number, string> {
  const texts = new Map<number, string>();
  let at = 0;
  for (const chunk of chunks) {
    const rows = chunk.rowCount;
    for (let row = 0; row < rows; row++, at++) {
      const own = index[at] as number;
      if (own >= 0) continue;
      index[at] = -1 - own;
      texts.set(at, chunk.getColumnVector(5).getItem(row) as string);
    }
  }
  return texts;
}

function textsInOrder(texts: ReadonlyMap<number, string>, rows: Float64Array): Map<number, string> {
  const ordered = new Map<number, string>();
  rows.forEach((row, at) => {
    const text = texts.get(row);
    if (text !== undefined) ordered.set(at, text);
  });
  return ordered;
}

/** Values of some rows, in the given order. */
function gathered(values: Float64Array, rows: Float64Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) out[at] = values[rows[at] as number] as number;
  return out;
}
