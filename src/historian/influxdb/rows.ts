import type { Series } from '../../core/historian.ts';
import { isBad, isGood } from '../../core/quality.ts';

/** One tag's samples by time. */
export class Rows {
  readonly time: number[] = [];
  readonly value: number[] = [];
  readonly quality: number[] = [];
  /** Row → text. */
  readonly texts = new Map<number, string>();
  /** Delay of receipt by row, ms; absent if 0. */
  readonly delays = new Map<number, number>();

  add(time: number, value: number, quality: number, delayMs: number, text?: string): void {
    if (text !== undefined) this.texts.set(this.time.length, text);
    if (delayMs !== 0) this.delays.set(this.time.length, delayMs);
    this.time.push(time);
    this.value.push(value);
    this.quality.push(quality);
  }
}

/** Samples as stored. */
export function asStored(tag: string, { time, value, quality }: Rows): Series {
  const values = Float64Array.from(value);
  return {
    tag,
    spanMs: 0,
    time: Float64Array.from(time),
    value: values,
    low: values,
    high: values,
    quality: Uint32Array.from(quality),
  };
}

/** A span under construction. */
interface Span {
  time: number;
  sum: number;
  good: number;
  low: number;
  high: number;
  worst: number;
}

/**
 * Equal spans from `from` on: mean of the good samples, lowest and highest value of those that are not bad, worst quality. A
 * sample without a finite value only affects the quality.
 */
export function reduce(tag: string, { time, value, quality }: Rows, from: number, spanMs: number): Series {
  const spans: Span[] = [];
  for (let row = 0; row < time.length; row++) {
    const start = from + Math.floor(((time[row] as number) - from) / spanMs) * spanMs;
    let span = spans.at(-1);
    if (span?.time !== start) {
      span = { time: start, sum: 0, good: 0, low: Number.NaN, high: Number.NaN, worst: 0 };
      spans.push(span);
    }
    const code = quality[row] as number;
    const number = value[row] as number;
    span.worst = Math.max(span.worst, code);
    if (isBad(code) || !Number.isFinite(number)) continue;
    // like fmin and fmax: the first value replaces NaN
    span.low = number >= span.low ? span.low : number;
    span.high = number <= span.high ? span.high : number;
    if (!isGood(code)) continue;
    span.sum += number;
    span.good++;
  }
  return {
    tag,
    spanMs,
    time: Float64Array.from(spans, (span) => span.time),
    value: Float64Array.from(spans, ({ sum, good }) => sum / good),
    low: Float64Array.from(spans, ({ low }) => low),
    high: Float64Array.from(spans, ({ high }) => high),
    quality: Uint32Array.from(spans, ({ worst }) => worst),
  };
}

export const spanFor = (from: number, to: number, maxPoints: number): number => Math.max(1, Math.ceil((to - from) / maxPoints));
