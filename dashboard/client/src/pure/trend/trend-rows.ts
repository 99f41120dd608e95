import { qualityName } from '../../../../../src/core/quality.ts';
import type { SeriesBody, TagInfo } from '../../../../api/index.ts';

/** One row of an exported trend. */
export interface TrendRow {
  readonly tag: string;
  readonly unit: string;
  /** Time of the sample, or begin of the span, ms UTC. */
  readonly time: number;
  /** 0 for a sample as stored, otherwise the length of the span, ms. */
  readonly spanMs: number;
  /** Value, or mean of the good samples of the span; NaN if there is none. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Name of the quality; of a span the worst. */
  readonly quality: string;
}

/** Most requests of one export. */
export const mostParts = 20;

/** Parts of a window that are read one after another. */
export interface ExportPlan {
  readonly parts: readonly { readonly from: number; readonly to: number }[];
  /** False: the window is too long for single samples, and is read in spans with lowest and highest value. */
  readonly samples: boolean;
}

/**
 * Divides a window so that each part holds at most `points` samples per tag. A window that needs more than `mostParts` is one part.
 * @param scanMs shortest scan period of the tags
 */
export function exportPlan(from: number, to: number, scanMs: number, points: number): ExportPlan {
  // samples come a little more often than their period says
  const partMs = scanMs * points * 0.8;
  const count = Math.max(1, Math.ceil((to - from) / partMs));
  if (count > mostParts) return { parts: [{ from, to }], samples: false };
  return {
    samples: true,
    parts: Array.from({ length: count }, (_, i) => ({ from: from + i * partMs, to: Math.min(to, from + (i + 1) * partMs) })),
  };
}

/** Rows of the series of one part, tag by tag. */
export function trendRows(series: readonly SeriesBody[], tags: readonly TagInfo[]): TrendRow[] {
  return series.flatMap((one) => {
    const unit = tags.find(({ name }) => name === one.tag)?.unit ?? '';
    const at = (values: readonly number[], i: number): number => values[i] ?? Number.NaN;
    return one.time.map((time, i) => ({
      tag: one.tag,
      unit,
      time,
      spanMs: one.spanMs,
      value: at(one.value, i),
      low: at(one.low, i),
      high: at(one.high, i),
      quality: qualityName(one.quality[i] ?? 0),
    }));
  });
}

const figure = (value: number): string => (Number.isFinite(value) ? String(value) : '');

/** Head and rows for a CSV file. */
export const csvRows = (rows: readonly TrendRow[]): readonly (readonly string[])[] => [
  ['time_utc', 'tag', 'unit', 'value', 'low', 'high', 'quality', 'span_ms'],
  ...rows.map(({ time, tag, unit, value, low, high, quality, spanMs }) => [
    new Date(time).toISOString(),
    tag,
    unit,
    figure(value),
    figure(low),
    figure(high),
    quality,
    String(spanMs),
  ]),
];

/** Name of a file of a trend: `trend-FT-101-20260105T0630Z-20260105T0700Z.csv`. */
export function trendFile(tag: string, from: number, to: number, ending: string): string {
  const time = (ms: number): string => `${new Date(ms).toISOString().replace(/[-:]/g, '').slice(0, 13)}Z`;
  return `trend-${tag.replace(/[^\w.-]+/g, '_')}-${time(from)}-${time(to)}.${ending}`;
}
