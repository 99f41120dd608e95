import { offsetAt, zoneText } from '../../../../../src/core/calendar.ts';
import type { View } from './time-window.ts';

/** Earlier times that a trend can be compared with. */
export const comparisons = ['none', 'yesterday', 'shift', 'week'] as const;
export type Comparison = (typeof comparisons)[number];

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Offsets of time zones change only at quarters of an hour, ms. */
const slotMs = 900_000;

/** Days between a trend and the one that it is compared with; undefined without a comparison. */
export function comparedDays(comparison: Comparison): number | undefined {
  switch (comparison) {
    case 'none':
      return undefined;
    case 'yesterday':
    case 'shift':
      return 1;
    case 'week':
      return 7;
  }
}

/** Times of the same time of day, some days earlier or later; a clock change between them does not matter. Times in ms UTC. */
export interface DayShift {
  readonly earlier: (time: number) => number;
  readonly later: (time: number) => number;
  /** True if the clock changes between these times. */
  readonly changes: (...times: readonly number[]) => boolean;
}

/** @param timeZone IANA name */
export function dayShift(days: number, timeZone: string): DayShift {
  const zone = zoneText(timeZone);
  const known = new Map<number, number>();
  const offset = (time: number): number => {
    const slot = Math.floor(time / slotMs);
    const found = known.get(slot) ?? offsetAt(slot * slotMs, zone);
    known.set(slot, found);
    return found;
  };
  const moved = (time: number, byMs: number): number => time + byMs + offset(time) - offset(time + byMs);
  return {
    earlier: (time) => moved(time, -days * dayMs),
    later: (time) => moved(time, days * dayMs),
    changes: (...times) => new Set(times.map(offset)).size > 1,
  };
}

/**
 * The window to read for a comparison: fixed, and in steps of a twentieth while the view is live, so that it is rarely read again. It
 * is a tenth longer, and at a clock change an hour at both ends.
 * @param to end of the visible window, ms UTC
 */
export function comparedView(view: View, to: number, shift: DayShift): View & { readonly end: number } {
  const step = view.end === undefined ? view.spanMs / 20 : 1;
  const last = Math.ceil(to / step) * step;
  const first = last - 1.1 * view.spanMs;
  const [from, end] = [shift.earlier(first), shift.earlier(last)];
  const margin = shift.changes(first, last, from, end) ? hourMs : 0;
  return { spanMs: end - from + 2 * margin, end: end + margin };
}

/** The window of the present shift: from the last handover, or the length of a shift if there was none in it. */
export function shiftView(handedOverAt: number | undefined, now: number, shiftMs: number): View {
  const sinceMs = now - (handedOverAt ?? Number.NEGATIVE_INFINITY);
  // a signature a moment ago leaves nothing to compare
  const isPresent = sinceMs >= 600_000 && sinceMs <= Math.min(dayMs, 2 * shiftMs);
  return { spanMs: isPresent ? sinceMs : shiftMs, end: undefined };
}
