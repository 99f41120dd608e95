import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { HistoryRange, Series } from '../../core/historian.ts';
import type { Days } from './days.ts';
import { readChunks, type WantedTags } from './engine.ts';
import { raw, reduced, samples } from './sql.ts';

/** Numeric columns of one tag that grow by appending. */
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

/** Runs a query. Tags with more samples than requested are reduced; others are returned as stored. */
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

/** A number of a result; NaN for NULL, the mean of no values. */
const cell = (chunk: DuckDBDataChunk, column: number, row: number): number =>
  (chunk.getColumnVector(column).getItem(row) as number | null) ?? Number.NaN;

const pick = ({ names, ids }: WantedTags, indices: readonly number[]): WantedTags => ({
  names: indices.map((index) => names[index] as string),
  ids: indices.map((index) => ids[index] as number),
});
