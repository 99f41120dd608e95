import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { BatchBuilder, type BatchMessage } from '../../core/batch.ts';
import type { HistoryRange, Series } from '../../core/historian.ts';
import type { Days } from './days.ts';
import { readChunks, type WantedTags } from './engine.ts';
import { raw, reduced, samples, stream } from './sql.ts';

/** Columns of numbers that grow by appending, kept by tag. */
class SeriesBuilder {
  readonly columns = {
    time: [] as number[],
    value: [] as number[],
    low: [] as number[],
    high: [] as number[],
    quality: [] as number[],
  };
  samples = 0;

  build(tag: string, spanMs: number): Series {
    const { time, value, low, high, quality } = this.columns;
    return {
      tag,
      spanMs,
      time: Float64Array.from(time),
      value: Float64Array.from(value),
      low: Float64Array.from(low),
      high: Float64Array.from(high),
      quality: Uint32Array.from(quality),
    };
  }
}

/** Answers a query: reduced where a tag has more samples than were asked for, else as stored. */
export async function readSeries(
  connection: DuckDBConnection,
  days: Days,
  range: HistoryRange,
  tags: WantedTags,
): Promise<Series[]> {
  const source = samples(days, range.from, range.to);
  const { maxPoints } = range;
  if (maxPoints === undefined) {
    const all = await readRaw(connection, source, tags);
    return range.tags.map((tag, index) => all(index).build(tag, 0));
  }
  const spanMs = Math.max(1, Math.ceil((range.to - range.from) / maxPoints));
  const spans = await readReduced(connection, source, range.from, spanMs, tags);
  const few = range.tags.map((_, index) => index).filter((index) => spans(index).samples <= maxPoints);
  const rows = await readRaw(connection, source, pick(tags, few));
  return range.tags.map((tag, index) => {
    const place = few.indexOf(index);
    return place < 0 ? spans(index).build(tag, spanMs) : rows(place).build(tag, 0);
  });
}

type ByTag = (index: number) => SeriesBuilder;

async function readReduced(
  connection: DuckDBConnection,
  source: string,
  from: number,
  spanMs: number,
  tags: WantedTags,
): Promise<ByTag> {
  const series = tags.names.map(() => new SeriesBuilder());
  await readChunks(connection, reduced(source, from, spanMs), tags, (chunk) => {
    for (let row = 0; row < chunk.rowCount; row++) {
      const builder = series[cell(chunk, 0, row)] as SeriesBuilder;
      builder.columns.time.push(from + cell(chunk, 1, row) * spanMs);
      builder.samples += cell(chunk, 2, row);
      builder.columns.value.push(cell(chunk, 3, row));
      builder.columns.low.push(cell(chunk, 4, row));
      builder.columns.high.push(cell(chunk, 5, row));
      builder.columns.quality.push(cell(chunk, 6, row));
    }
  });
  return (index) => series[index] as SeriesBuilder;
}

async function readRaw(connection: DuckDBConnection, source: string, tags: WantedTags): Promise<ByTag> {
  const series = tags.names.map(() => new SeriesBuilder());
  if (series.length > 0) {
    await readChunks(connection, raw(source), tags, (chunk) => {
      for (let row = 0; row < chunk.rowCount; row++) {
        const { time, value, low, high, quality } = (series[cell(chunk, 0, row)] as SeriesBuilder).columns;
        const number = cell(chunk, 2, row);
        time.push(cell(chunk, 1, row));
        value.push(number);
        low.push(number);
        high.push(number);
        quality.push(cell(chunk, 3, row));
      }
    });
  }
  return (index) => series[index] as SeriesBuilder;
}

/** Reads a span whole, as batches in order of source time: those that follow each other from one device make one batch. */
export async function readBatches(
  connection: DuckDBConnection,
  days: Days,
  span: { readonly from: number; readonly to: number },
  tags: WantedTags,
  runTag: readonly number[],
  devices: readonly string[],
): Promise<{ batches: BatchMessage[]; samples: number }> {
  const chunks: DuckDBDataChunk[] = [];
  await readChunks(connection, stream(samples(days, span.from, span.to)), tags, (chunk) => chunks.push(chunk));
  const ranks = chunks.flatMap((chunk) => Array.from({ length: chunk.rowCount }, (_, row) => cell(chunk, 1, row)));
  const batches: BatchMessage[] = [];
  let builder = new BatchBuilder('', 0);
  let at = 0;
  let left = 0;
  for (const chunk of chunks) {
    for (let row = 0; row < chunk.rowCount; row++, at++, left--) {
      if (left === 0) {
        if (builder.length > 0) batches.push(builder.publish().toMessage());
        left = runLength(ranks, at);
        builder = new BatchBuilder(devices[cell(chunk, 1, row)] ?? '', left);
      }
      const tag = runTag[cell(chunk, 0, row)] as number;
      const [time, received, value, quality] = [
        cell(chunk, 2, row),
        cell(chunk, 3, row),
        cell(chunk, 4, row),
        cell(chunk, 5, row),
      ];
      const text = chunk.getColumnVector(6).getItem(row);
      if (typeof text === 'string') builder.addText(tag, text, value, quality, time, received);
      else builder.add(tag, value, quality, time, received);
    }
  }
  if (builder.length > 0) batches.push(builder.publish().toMessage());
  return { batches, samples: ranks.length };
}

/** How many from `at` on are the same. */
function runLength(ranks: readonly number[], at: number): number {
  let end = at + 1;
  while (end < ranks.length && ranks[end] === ranks[at]) end++;
  return end - at;
}

/** A number of an answer; NULL, the mean of nothing, is NaN. */
const cell = (chunk: DuckDBDataChunk, column: number, row: number): number =>
  (chunk.getColumnVector(column).getItem(row) as number | null) ?? Number.NaN;

const pick = ({ names, ids, ranks }: WantedTags, indices: readonly number[]): WantedTags => ({
  names: indices.map((index) => names[index] as string),
  ids: indices.map((index) => ids[index] as number),
  ranks: indices.map((index) => ranks[index] as number),
});
