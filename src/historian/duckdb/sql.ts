import type { Days } from './days.ts';

/** A text as an SQL literal. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A number as an SQL literal. */
const double = (value: number): string => `${value}::DOUBLE`;

/** Times are stored to the microsecond, the resolution of DuckDB and Parquet. */
export const microseconds = (ms: string): string => `make_timestamp(CAST(round(${ms} * 1000) AS BIGINT))`;

/** Columns of a hot table. Times in ms UTC, `tag` by the dictionary. */
export const hotColumns = 'time DOUBLE, receive_time DOUBLE, tag UINTEGER, value DOUBLE, quality UINTEGER, text VARCHAR';

/** Tags to read, by the parameters $names and $ids, with their positions in these lists. */
export const wanted = 'wanted AS (SELECT unnest($names) AS name, unnest($ids) AS id, unnest(range(len($names))) AS idx)';

const columns = 'idx, time, receive_time, value, quality, text';

/**
 * The samples of the wanted tags in [from, to), each once: among samples of equal tag and source time, the last written one. Only
 * a day with more than a file needs this deduplication.
 */
export function samples(days: Days, from: number, to: number): string {
  const clean: number[] = [];
  const mixed: string[] = [];
  for (const day of days.within(from, to)) {
    const tables = days.tables(day);
    if (tables.length === 0) clean.push(day);
    else {
      if (days.hasFile(day)) mixed.push(fromFiles(days, [day], from, to));
      tables.forEach((table, number) => mixed.push(fromTable(table, number, from, to)));
    }
  }
  const parts: string[] = [];
  if (clean.length > 0) parts.push(`SELECT ${columns} FROM (${fromFiles(days, clean, from, to)})`);
  if (mixed.length > 0) {
    parts.push(`SELECT ${columns} FROM (${mixed.join(' UNION ALL ')})
      QUALIFY row_number() OVER (PARTITION BY idx, time ORDER BY source DESC, row DESC) = 1`);
  }
  return parts.length === 0 ? nothing : parts.join(' UNION ALL ');
}

const nothing = `SELECT 0 AS idx, 0.0::DOUBLE AS time, 0.0::DOUBLE AS receive_time, 0.0::DOUBLE AS value, 0::UINTEGER AS quality, NULL::VARCHAR AS text WHERE false`;

const fromTable = (table: string, number: number, from: number, to: number): string => `
  SELECT idx, s.time, s.receive_time, s.value, s.quality, s.text, ${number} AS source, s.rowid AS row
  FROM ${table} s JOIN wanted ON s.tag = wanted.id WHERE s.time >= ${double(from)} AND s.time < ${double(to)}`;

const fromFiles = (days: Days, which: readonly number[], from: number, to: number): string => `
  SELECT idx, epoch_us(s.time) / 1000.0::DOUBLE AS time, epoch_us(s.receive_time) / 1000.0::DOUBLE AS receive_time,
    s.value, s.quality, s.text, -1 AS source, 0 AS row
  FROM read_parquet([${which.map((day) => quote(days.file(day))).join(', ')}]) s JOIN wanted ON s.tag = wanted.name
  WHERE s.time >= ${microseconds(double(Math.max(from, 0)))} AND s.time < ${microseconds(double(Math.min(to, latest)))}`;

/** First instant of the year 10000, the end of valid calendar days. */
export const latest = 253_402_300_800_000;

/**
 * Writes a span of a day to a file: each sample once, times as timestamps in UTC, tags by name, sorted by tag and time.
 * @param to exclusive, ms UTC
 */
export function exportSpan(days: Days, day: number, tables: readonly string[], from: number, to: number, file: string): string {
  const sources = tables.map(
    (table, number) => `
    SELECT ${microseconds('s.time')} AS time, t.name AS tag, t.device, s.value, s.quality, s.text,
      ${microseconds('s.receive_time')} AS receive_time, ${number} AS source, s.rowid AS row
    FROM ${table} s JOIN tag t ON s.tag = t.id WHERE s.time >= ${double(from)} AND s.time < ${double(to)}`,
  );
  if (days.hasFile(day)) {
    sources.push(`SELECT time, tag, device, value, quality, text, receive_time, -1 AS source, 0 AS row
      FROM read_parquet(${quote(days.file(day))})
      WHERE time >= ${microseconds(double(from))} AND time < ${microseconds(double(to))}`);
  }
  return `COPY (
    SELECT time, tag, device, value, quality, text, receive_time FROM (${sources.join(' UNION ALL ')})
    QUALIFY row_number() OVER (PARTITION BY tag, time ORDER BY source DESC, row DESC) = 1
    ORDER BY tag, time
  ) TO ${quote(file)} (FORMAT parquet, COMPRESSION zstd)`;
}

/** Joins the spans of a day into its file, in order. */
export const joinSpans = (spans: readonly string[], file: string): string => `
  COPY (SELECT * FROM read_parquet([${spans.map(quote).join(', ')}]))
  TO ${quote(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536,
    KV_METADATA { scadawatch: '1', times: 'UTC', quality: 'OPC UA StatusCode' })`;

/**
 * Equal spans of a range: mean of the good samples, lowest and highest value of those that are not bad, worst quality. Values
 * that are not finite only affect the quality.
 */
export const reduced = (source: string, from: number, spanMs: number): string => `
  WITH ${wanted}, s AS (${source})
  SELECT CAST(idx AS INTEGER) AS idx, floor((time - ${double(from)}) / ${double(spanMs)}) AS span,
    CAST(count(*) AS DOUBLE) AS samples,
    avg(value) FILTER (quality < 1073741824 AND isfinite(value)) AS mean,
    min(value) FILTER (quality < 2147483648 AND isfinite(value)) AS low,
    max(value) FILTER (quality < 2147483648 AND isfinite(value)) AS high,
    max(quality) AS worst
  FROM s GROUP BY ALL ORDER BY idx, span`;

export const raw = (source: string): string => `
  WITH ${wanted}, s AS (${source}) SELECT CAST(idx AS INTEGER) AS idx, time, value, quality FROM s ORDER BY idx, time`;

/**
 * Samples in no order. For a sample with a text, `idx` is -1 - idx: reading every text would take longer than reading all other
 * columns.
 */
export const stream = (source: string): string => `
  WITH ${wanted}, s AS (${source})
  SELECT CAST(CASE WHEN text IS NULL THEN idx ELSE -1 - idx END AS INTEGER) AS idx, time, receive_time, value, quality, text FROM s`;

export const rowsInFile = (file: string): string => `SELECT sum(num_rows) FROM parquet_file_metadata(${quote(file)})`;

/** Source time of a day's first sample, ms UTC. */
export function oldestOf(days: Days, day: number): string {
  const parts = days.tables(day).map((table) => `SELECT min(time) AS time FROM ${table}`);
  if (days.hasFile(day))
    parts.push(`SELECT min(epoch_us(time)) / 1000.0::DOUBLE AS time FROM read_parquet(${quote(days.file(day))})`);
  return `SELECT min(time) FROM (${parts.join(' UNION ALL ')})`;
}

/** Reads every value of a day's file, so that any damage causes an error. */
export const checkFile = (file: string): string =>
  `SELECT count(DISTINCT hash(time, receive_time, tag, value, quality, text) % 2) FROM read_parquet(${quote(file)})`;

/** Reads every value of a hot table. */
export const checkTable = (table: string): string =>
  `SELECT count(DISTINCT hash(time, receive_time, tag, value, quality, text) % 2) FROM ${table}`;
