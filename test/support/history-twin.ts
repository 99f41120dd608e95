import { expect } from 'vitest';
import type { Series } from '../../src/core/historian.ts';
import { isBad, isGood } from '../../src/core/quality.ts';
import type { Sample } from './samples.ts';

/** Expected answer of a historian, computed from plain arrays. Of samples with the same source time the last one counts. */
export function historyTwin(
  samples: readonly Sample[],
  tag: string,
  { from, to, maxPoints }: { readonly from: number; readonly to: number; readonly maxPoints?: number | undefined },
): Series {
  const last = new Map<number, Sample>();
  for (const sample of samples) if (sample.tag === tag && sample.time >= from && sample.time < to) last.set(sample.time, sample);
  const rows = [...last.values()].toSorted((a, b) => a.time - b.time);
  const spanMs = maxPoints === undefined || rows.length <= maxPoints ? 0 : Math.max(1, Math.ceil((to - from) / maxPoints));
  const spans = Map.groupBy(rows, ({ time }) => (spanMs === 0 ? time : from + Math.floor((time - from) / spanMs) * spanMs));
  const points = [...spans].map(([time, group]) => ({ time, ...(spanMs === 0 ? asStored(group) : reduced(group)) }));
  const column = (name: 'time' | 'value' | 'low' | 'high'): Float64Array => Float64Array.from(points, (point) => point[name]);
  return {
    tag,
    spanMs,
    time: column('time'),
    value: column('value'),
    low: column('low'),
    high: column('high'),
    quality: Uint32Array.from(points, ({ quality }) => quality),
  };
}

interface Point {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly quality: number;
}

function asStored(group: readonly Sample[]): Point {
  const { value = Number.NaN, quality = 0 } = group[0] ?? {};
  return { value, low: value, high: value, quality };
}

function reduced(group: readonly Sample[]): Point {
  const known = group.filter(({ value, quality = 0 }) => !isBad(quality) && Number.isFinite(value)).map(({ value }) => value);
  const good = group.filter(({ value, quality = 0 }) => isGood(quality) && Number.isFinite(value)).map(({ value }) => value);
  return {
    value: good.reduce((sum, value) => sum + value, 0) / good.length,
    low: known.length === 0 ? Number.NaN : Math.min(...known),
    high: known.length === 0 ? Number.NaN : Math.max(...known),
    quality: Math.max(...group.map(({ quality = 0 }) => quality)),
  };
}

/** Checks that two series are equal, except for rounding of values and the order of summation of the mean. */
export function expectSeries(answer: Series | undefined, expected: Series): void {
  expect({ ...answer, value: [], low: [], high: [] }).toEqual({ ...expected, value: [], low: [], high: [] });
  for (const name of ['value', 'low', 'high'] as const) {
    expect(answer?.[name].length).toBe(expected[name].length);
    answer?.[name].forEach((value, i) => {
      const other = expected[name][i] as number;
      if (Number.isFinite(other)) expect(Math.abs(value - other)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(other)));
      else expect(value).toBe(other);
    });
  }
}
