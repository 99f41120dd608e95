import type { TagInfo } from '../../../../api/index.ts';
import { limits } from '../../../../protocol.ts';
import { csvRows, exportPlan, trendRows, type TrendRow } from '../../pure/trend/trend-rows.ts';
import { toCsv } from '../../ui/save.ts';
import type { Histories } from '../../store/histories.ts';

/** Rows of an export. */
export interface TrendTable {
  readonly rows: readonly TrendRow[];
  /** False: the rows are spans with lowest and highest value, because the window is long. */
  readonly samples: boolean;
}

/** Reads the samples of some tags in a window, part by part. @throws ApiError */
export async function readTrend(
  histories: Pick<Histories, 'read'>,
  tags: readonly TagInfo[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<TrendTable> {
  const scanMs = Math.min(...tags.map((tag) => tag.scanMs));
  const plan = exportPlan(from, to, scanMs, limits.historyPoints);
  const rows: TrendRow[] = [];
  let samples = plan.samples;
  for (const part of plan.parts) {
    const series = await histories.read({ tags: tags.map(({ name }) => name), ...part, maxPoints: limits.historyPoints });
    samples &&= series.every(({ spanMs }) => spanMs === 0);
    for (const row of trendRows(series, tags)) rows.push(row);
  }
  return { rows: rows.sort((a, b) => a.time - b.time), samples };
}

/** A table as CSV text. */
export const csvOf = (rows: readonly TrendRow[]): string => toCsv(csvRows(rows));

/** A table as a Parquet file. The writer is loaded with the first export. */
export async function parquetOf(rows: readonly TrendRow[]): Promise<ArrayBuffer> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const column = <Key extends keyof TrendRow>(key: Key): TrendRow[Key][] => rows.map((row) => row[key]);
  return parquetWriteBuffer({
    columnData: [
      { name: 'time_utc', data: rows.map(({ time }) => new Date(time)), type: 'TIMESTAMP' },
      { name: 'tag', data: column('tag'), type: 'STRING' },
      { name: 'unit', data: column('unit'), type: 'STRING' },
      { name: 'value', data: column('value'), type: 'DOUBLE' },
      { name: 'low', data: column('low'), type: 'DOUBLE' },
      { name: 'high', data: column('high'), type: 'DOUBLE' },
      { name: 'quality', data: column('quality'), type: 'STRING' },
      { name: 'span_ms', data: column('spanMs'), type: 'DOUBLE' },
    ],
  });
}
