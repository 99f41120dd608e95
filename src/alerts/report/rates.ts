import type { Span } from './course.ts';
import { busyHour, floodEnd, floodStart, hourMs, windowMs } from './limits.ts';

/** A number of alerts in a span that begins at a time, ms UTC; NaN if there is none. */
export interface Peak {
  readonly count: number;
  readonly at: number;
}

/** Rates of alerts over a period. */
export interface Rates {
  readonly count: number;
  /** Mean per 10 min of the whole period. */
  readonly mean: number;
  /** The fullest of the fixed bins of 10 min that begin with the period. */
  readonly peakBin: Peak;
  /** The fullest window of 10 min that begins with an alert. */
  readonly peakWindow: Peak;
  /** Fractions of the bins with more than 10, and of the hours with more than 30. */
  readonly busyBins: number;
  readonly busyHours: number;
}

/** A flood: indices into the sorted times of the alerts, and its span. */
export interface Flood extends Span {
  readonly first: number;
  /** Index after the last one. */
  readonly end: number;
  /** Most alerts within 10 min. */
  readonly peak: number;
}

/** @param times sorted, within the period */
export function ratesOf(times: readonly number[], { from, to }: Span): Rates {
  const bins = countsOf(times, from, to, windowMs);
  const hours = countsOf(times, from, to, hourMs);
  const fullest = bins.reduce((best, count, i) => (count > (bins[best] ?? 0) ? i : best), 0);
  const length = to - from;
  return {
    count: times.length,
    mean: length > 0 ? (times.length * windowMs) / length : 0,
    peakBin: times.length === 0 ? none : { count: bins[fullest] ?? 0, at: from + fullest * windowMs },
    peakWindow: peakOf(times),
    busyBins: bins.length === 0 ? 0 : bins.filter((count) => count > floodStart).length / bins.length,
    busyHours: hours.length === 0 ? 0 : hours.filter((count) => count > busyHour).length / hours.length,
  };
}

const none: Peak = { count: 0, at: Number.NaN };

/** Counts in spans of one length from the begin of the period; the last one may be shorter. */
function countsOf(times: readonly number[], from: number, to: number, length: number): number[] {
  const counts = Array.from({ length: Math.ceil((to - from) / length) }, () => 0);
  for (const time of times) {
    const bin = Math.floor((time - from) / length);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function peakOf(times: readonly number[]): Peak {
  let peak = none;
  let end = 0;
  times.forEach((at, first) => {
    while (end < times.length && (times[end] ?? 0) < at + windowMs) end++;
    if (end - first > peak.count) peak = { count: end - first, at };
  });
  return peak;
}

/**
 * Finds floods: from the first of 10 alerts within 10 min until a window of 10 min contains fewer than 5. The window that ends at a
 * time contains it, and not the time 10 min before.
 * @param times sorted, within the period
 */
export function floodsOf(times: readonly number[], { to }: Span): Flood[] {
  const floods: Flood[] = [];
  let open: { first: number; peak: number } | undefined;
  /** Index of the first alert that no earlier flood contains. */
  let free = 0;
  let start = 0;
  const close = (end: number, at: number): void => {
    if (open === undefined) return;
    floods.push({ ...open, from: times[open.first] ?? at, to: at, end });
    open = undefined;
    free = end;
  };
  let next = 0;
  for (let i = 0; i < times.length; i = next) {
    const time = times[i] ?? 0;
    // alarms of one instant count together
    while (times[next] === time) next++;
    while ((times[start] ?? 0) <= time - windowMs) start++;
    const count = next - start;
    const calm = calmAfter(times, i);
    if (calm < time || count < floodEnd) close(i, Math.min(calm, time));
    if (open !== undefined) open.peak = Math.max(open.peak, count);
    else if (count >= floodStart) open = { first: Math.max(start, free), peak: count };
  }
  close(times.length, Math.min(to, calmAfter(times, times.length)));
  return floods;
}

/** Time at which fewer than 5 of the alerts before an index are in the window. */
const calmAfter = (times: readonly number[], end: number): number =>
  (times[end - floodEnd] ?? Number.NEGATIVE_INFINITY) + windowMs;

/** Fraction of a period in floods. */
export const timeInFlood = (floods: readonly Flood[], { from, to }: Span): number =>
  to > from ? floods.reduce((sum, flood) => sum + flood.to - flood.from, 0) / (to - from) : 0;
