import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DuckDBInstance } from '@duckdb/node-api';
import { Quality } from '../../../../../src/core/quality.ts';
import type { SeriesBody, TagInfo } from '../../../../api/index.ts';
import { aTag } from '../../../../server/testing/fake-values.ts';
import { exportPlan, mostParts, trendFile } from '../../pure/trend/trend-rows.ts';
import type { HistoryQuery } from '../../store/history-queue.ts';
import { csvOf, parquetOf, readTrend } from './trend-export.ts';

const start = Date.UTC(2026, 0, 5, 6, 30);
const hour = 3_600_000;
const tags = [aTag('FT', { unit: 'm³/h' }), aTag('LT', { unit: 'm' })].map((tag, index): TagInfo => ({ ...tag, index }));

/** A historian that has one sample of each tag at the begin of each request. */
function store(spanMs = 0) {
  const asked: Omit<HistoryQuery, 'key'>[] = [];
  const read = async (query: Omit<HistoryQuery, 'key'>): Promise<readonly SeriesBody[]> => {
    asked.push(query);
    return query.tags.map((tag) => ({
      tag,
      spanMs,
      time: [query.from, query.from + 1000],
      value: [1.5, Number.NaN],
      low: [1, Number.NaN],
      high: [2, Number.NaN],
      quality: [0, Quality.BadTimeout],
    }));
  };
  return { read, asked };
}

it('an export reads a window in parts of single samples, and a long one in spans', async () => {
  const { read, asked } = store();
  const table = await readTrend({ read }, tags, { from: start, to: start + 8 * hour });
  expect(table.samples).toBe(true);
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.every(({ from, to, maxPoints }) => (to - from) / 1000 <= maxPoints)).toBe(true);
  expect(asked[0]?.from).toBe(start);
  expect(asked.at(-1)?.to).toBe(start + 8 * hour);
  asked.slice(1).forEach(({ from }, i) => expect(from).toBe(asked[i]?.to));
  expect(table.rows.map(({ time }) => time)).toEqual(table.rows.map(({ time }) => time).toSorted((a, b) => a - b));
  const long = store(60_000);
  expect((await readTrend(long, tags, { from: start - 7 * 24 * hour, to: start })).samples).toBe(false);
  expect(long.asked).toHaveLength(1);
  expect(exportPlan(0, 1e12, 1000, 5000).parts.length).toBeLessThanOrEqual(mostParts);
});

it('a CSV file and a Parquet file hold the same rows, with qualities and without a value where there is none', async () => {
  const { rows } = await readTrend(store(), tags, { from: start, to: start + 60_000 });
  expect(csvOf(rows).split('\r\n')).toEqual([
    'time_utc,tag,unit,value,low,high,quality,span_ms',
    '2026-01-05T06:30:00.000Z,FT,m³/h,1.5,1,2,Good,0',
    '2026-01-05T06:30:00.000Z,LT,m,1.5,1,2,Good,0',
    '2026-01-05T06:30:01.000Z,FT,m³/h,,,,BadTimeout,0',
    '2026-01-05T06:30:01.000Z,LT,m,,,,BadTimeout,0',
    '',
  ]);
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-export-'));
  try {
    const file = join(dir, 'trend.parquet');
    writeFileSync(file, new Uint8Array(await parquetOf(rows)));
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const found = await connection.runAndReadAll(
      `SELECT epoch_ms(time_utc)::DOUBLE AS time, tag, unit, value, quality, span_ms FROM '${file}'`,
    );
    expect(found.getRowsJS()).toEqual(
      rows.map(({ time, tag, unit, value, quality, spanMs }) => [time, tag, unit, value, quality, spanMs]),
    );
    connection.closeSync();
    instance.closeSync();
  } finally {
    rmSync(dir, { recursive: true });
  }
});

it('a file has the tag and the window in its name', () => {
  expect(trendFile('PS.FT01/a', start, start + hour, 'csv')).toBe('trend-PS.FT01_a-20260105T0630Z-20260105T0730Z.csv');
});
