import type { Series } from '../../core/historian.ts';
import type { Table } from './table.ts';

/** A tag's values over a span, for a chart: lowest and highest value of each point. */
export interface Trace {
  readonly tag: string;
  readonly unit: string;
  readonly points: readonly { readonly time: number; readonly low: number; readonly high: number }[];
}

/** Returns the values of tags in [from, to), in at most `tracePoints` points each. */
export type TraceSource = (tags: readonly string[], from: number, to: number) => Promise<readonly Trace[]>;

export const tracePoints = 240;

/** Traces of the columns of a table. */
export function tracesOfTable(table: Table): TraceSource {
  return async (tags, from, to) => {
    const first = lowerBound(table.times, from);
    const last = lowerBound(table.times, to);
    const step = Math.max(1, Math.ceil((last - first) / tracePoints));
    return tags.flatMap((tag) => {
      const column = table.columns.indexOf(tag);
      if (column < 0) return [];
      const points = Array.from({ length: Math.ceil((last - first) / step) }, (_, index) => {
        const start = first + index * step;
        const values = table.rows.slice(start, Math.min(last, start + step)).map((row) => row[column] as number);
        const good = values.filter((value) => !Number.isNaN(value));
        return { time: table.times[start] as number, low: Math.min(...good), high: Math.max(...good) };
      }).filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
      return [{ tag, unit: '', points }];
    });
  };
}

/** Trace of one series of a historian. */
export function traceOf({ tag, time, low, high }: Series, unit: string): Trace {
  const points = Array.from(time, (at, index) => ({ time: at, low: low[index] as number, high: high[index] as number }));
  return { tag, unit, points: points.filter((point) => Number.isFinite(point.low) && Number.isFinite(point.high)) };
}

function lowerBound(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
