import { ScadaError } from '../../core/errors.ts';
import type { HistoryRange, Series } from '../../core/historian.ts';
import type { InfluxdbConfig } from './config.ts';
import type { Dialect } from './dialect.ts';
import { asStored, Rows, spanFor } from './rows.ts';
import type { Server } from './server.ts';

/** A response of /query, complete or one chunk. */
interface Answer {
  readonly error?: string;
  readonly results?: readonly {
    readonly statement_id?: number;
    readonly error?: string;
    readonly series?: readonly {
      readonly tags?: Readonly<Record<string, string>>;
      readonly columns: readonly string[];
      readonly values: readonly (readonly (number | string | null)[])[];
    }[];
  }[];
}

type Row = readonly (number | string | null)[];

/** Reads by InfluxQL, the query language that InfluxDB 1.x, 2.x and 3.x share. */
export function influxql(server: Server, { database, measurement }: InfluxdbConfig): Omit<Dialect, 'writePath'> {
  const from = `FROM ${identifier(measurement)}`;

  /** Calls `take` for each row in order; false stops. */
  async function query(
    statements: readonly string[],
    signal: AbortSignal,
    take: (statement: number, tag: string, row: Row) => boolean,
  ): Promise<void> {
    const parameters = new URLSearchParams({ db: database, epoch: 'ms', chunked: 'true', q: statements.join('; ') });
    for await (const line of server.jsonLines(`/query?${parameters.toString()}`, signal)) {
      const { error, results = [] } = line as Answer;
      const failure = error ?? results.find((result) => result.error !== undefined)?.error;
      if (failure !== undefined) throw new ScadaError('retryable', 'STORE_UNAVAILABLE', `the store cannot answer: ${failure}`);
      for (const { statement_id: statement = 0, series = [] } of results) {
        for (const { tags, values } of series) {
          for (const row of values) if (!take(statement, tags?.['tag'] ?? '', row)) return;
        }
      }
    }
  }

  async function raw(range: HistoryRange, limit: number, signal: AbortSignal): Promise<Map<string, Rows> | undefined> {
    const byTag = new Map<string, Rows>();
    let count = 0;
    const statement = `SELECT "v", "q", "r", "s" ${from} WHERE ${within(range)} GROUP BY "tag"`;
    await query([statement], signal, (_, tag, [time, value, quality, delay, text]) => {
      if (++count > limit) return false;
      const textValue = typeof text === 'string' ? text : undefined;
      rowsOf(byTag, tag).add(Number(time), numberOf(value), Number(quality ?? 0), Number(delay ?? 0), textValue);
      return true;
    });
    return count > limit ? undefined : byTag;
  }

  async function reduced(range: HistoryRange & { readonly maxPoints: number }, signal: AbortSignal): Promise<Series[]> {
    const { tags, from: start, to, maxPoints } = range;
    const spanMs = spanFor(start, to, maxPoints);
    const group = `GROUP BY "tag", time(${spanMs}ms, ${start % spanMs}ms) fill(none)`;
    const spans = new Map<string, Spans>(tags.map((tag) => [tag, new Spans()]));
    const statements = [
      `SELECT max("q"), count("q") ${from} WHERE ${within(range)} ${group}`,
      `SELECT min("v"), max("v") ${from} WHERE ${within(range)} AND "q" < 2147483648 ${group}`,
      `SELECT mean("v") ${from} WHERE ${within(range)} AND "q" < 1073741824 ${group}`,
    ];
    await query(statements, signal, (statement, tag, row) => {
      spans.get(tag)?.take(statement, row);
      return true;
    });
    const few = tags.filter((tag) => (spans.get(tag)?.samples ?? 0) <= maxPoints);
    const stored = few.length === 0 ? undefined : await raw({ ...range, tags: few }, Infinity, signal);
    return tags.map((tag) =>
      few.includes(tag) ? asStored(tag, stored?.get(tag) ?? new Rows()) : (spans.get(tag) ?? new Spans()).series(tag, spanMs),
    );
  }

  return {
    // its write-ahead log is synced before it replies (`wal-fsync-delay = 0`, the default)
    unsyncedMs: 0,
    texts: true,
    raw,
    reduced,
    stats: async (signal) => {
      let samples = 0;
      let oldest = Number.NaN;
      await query([`SELECT count("q") ${from}`, `SELECT first("q") ${from}`], signal, (statement, _, [time, value]) => {
        if (statement === 0) samples = Number(value);
        else oldest = Number(time);
        return true;
      });
      return { samples, bytes: Number.NaN, oldest };
    },
  };
}

/** Spans of one tag, filled by three statements, each of which omits spans without data. */
class Spans {
  readonly #byTime = new Map<number, { mean: number; low: number; high: number; worst: number }>();
  samples = 0;

  take(statement: number, [time, first, second]: Row): void {
    const at = Number(time);
    const span = this.#byTime.get(at) ?? { mean: Number.NaN, low: Number.NaN, high: Number.NaN, worst: 0 };
    this.#byTime.set(at, span);
    if (statement === 0) {
      span.worst = Number(first);
      this.samples += Number(second);
    } else if (statement === 1) {
      span.low = numberOf(first);
      span.high = numberOf(second);
    } else span.mean = numberOf(first);
  }

  series(tag: string, spanMs: number): Series {
    const spans = [...this.#byTime].toSorted(([a], [b]) => a - b);
    return {
      tag,
      spanMs,
      time: Float64Array.from(spans, ([time]) => time),
      value: Float64Array.from(spans, ([, { mean }]) => mean),
      low: Float64Array.from(spans, ([, { low }]) => low),
      high: Float64Array.from(spans, ([, { high }]) => high),
      quality: Uint32Array.from(spans, ([, { worst }]) => worst),
    };
  }
}

function rowsOf(byTag: Map<string, Rows>, tag: string): Rows {
  const known = byTag.get(tag);
  if (known !== undefined) return known;
  const fresh = new Rows();
  byTag.set(tag, fresh);
  return fresh;
}

const numberOf = (value: number | string | null | undefined): number => (typeof value === 'number' ? value : Number.NaN);
const identifier = (name: string): string => `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const within = ({ tags, from, to }: HistoryRange): string =>
  `time >= ${from}ms AND time < ${to}ms AND (${tags.map((tag) => `"tag" = ${literal(tag)}`).join(' OR ')})`;
