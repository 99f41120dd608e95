import type { HistoryRange } from '../../core/historian.ts';
import type { InfluxdbConfig } from './config.ts';
import type { Dialect } from './dialect.ts';
import { asStored, reduce, Rows, spanFor } from './rows.ts';
import type { Server } from './server.ts';

/** A line of /api/v1/export: one series or a part of it. */
interface Exported {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (number | null)[];
  readonly timestamps: readonly number[];
}

/** Series of one tag by time: value, quality, and delay of receipt. */
interface Columns {
  readonly v: Map<number, number>;
  readonly q: Map<number, number>;
  readonly r: Map<number, number>;
}

/**
 * Reads VictoriaMetrics. It stores each field as a separate series `measurement_field`, and MetricsQL cannot reduce one series by
 * another at the same instant. Therefore samples are exported and reduced here. Strings are not stored.
 */
export function metricsql(server: Server, { database, measurement }: InfluxdbConfig): Omit<Dialect, 'writePath'> {
  const selector = (field: string, tags: readonly string[]): string =>
    `{__name__=~"${measurement}_(${field})",db=${label(database)}${tags.length === 0 ? '' : `,tag=~${label(tags.map(pattern).join('|'))}`}}`;

  async function raw(
    { tags, from, to }: HistoryRange,
    limit: number,
    signal: AbortSignal,
  ): Promise<Map<string, Rows> | undefined> {
    if (to <= from) return new Map();
    const byTag = new Map<string, Columns>();
    const parameters = new URLSearchParams({
      'match[]': selector('v|q|r', tags),
      start: seconds(from),
      // inclusive
      end: seconds(to - 1),
      max_rows_per_line: '10000',
    });
    let count = 0;
    for await (const line of server.jsonLines(`/api/v1/export?${parameters.toString()}`, signal)) {
      const { metric, values, timestamps } = line as Exported;
      const columns = columnsOf(byTag, metric['tag'] ?? '');
      const field = (metric['__name__'] ?? '').slice(measurement.length + 1);
      const column = field === 'v' || field === 'r' ? columns[field] : columns.q;
      timestamps.forEach((time, i) => column.set(time, values[i] ?? Number.NaN));
      if (column === columns.q) count += timestamps.length;
      if (count > limit) return undefined;
    }
    return new Map([...byTag].map(([tag, columns]) => [tag, merge(columns)]));
  }

  async function scalar(expression: string, signal: AbortSignal): Promise<number> {
    const parameters = new URLSearchParams({ query: expression });
    for await (const line of server.jsonLines(`/api/v1/query?${parameters.toString()}`, signal)) {
      const { data } = line as { data?: { result?: readonly { value?: readonly [number, string] }[] } };
      return Number(data?.result?.[0]?.value?.[1]);
    }
    return Number.NaN;
  }

  return {
    // `-inmemoryDataFlushInterval`, 5 s by default, with a margin
    unsyncedMs: 15_000,
    texts: false,
    raw,
    reduced: async (range, signal) => {
      const { tags, from, to, maxPoints } = range;
      const stored = await raw(range, Infinity, signal);
      return tags.map((tag) => {
        const rows = stored?.get(tag) ?? new Rows();
        return rows.time.length <= maxPoints ? asStored(tag, rows) : reduce(tag, rows, from, spanFor(from, to, maxPoints));
      });
    },
    stats: async (signal) => {
      const all = `${selector('q', [])}[100y]`;
      const samples = await scalar(`sum(count_over_time(${all}))`, signal);
      const oldest = await scalar(`min(tfirst_over_time(${all}))`, signal);
      return { samples: Number.isNaN(samples) ? 0 : samples, bytes: Number.NaN, oldest: oldest * 1000 };
    },
  };
}

/** Joins the series by time. Every sample has a quality; without a finite value it has nothing else. */
function merge({ v, q, r }: Columns): Rows {
  const rows = new Rows();
  const times = v.size > q.size ? new Set([...q.keys(), ...v.keys()]) : q.keys();
  for (const time of [...times].toSorted((a, b) => a - b)) {
    rows.add(time, v.get(time) ?? Number.NaN, q.get(time) ?? 0, r.get(time) ?? 0);
  }
  return rows;
}

function columnsOf(byTag: Map<string, Columns>, tag: string): Columns {
  const known = byTag.get(tag);
  if (known !== undefined) return known;
  const fresh = { v: new Map<number, number>(), q: new Map<number, number>(), r: new Map<number, number>() };
  byTag.set(tag, fresh);
  return fresh;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
const label = (text: string): string => JSON.stringify(text);
/** A tag name escaped for a regular expression. */
const pattern = (tag: string): string => tag.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
