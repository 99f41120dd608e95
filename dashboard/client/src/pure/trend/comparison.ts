import type { View } from './time-window.ts';

/** Earlier times that a trend can be compared with. */
export const comparisons = ['none', 'yesterday', 'shift', 'week'] as const;
export type Comparison = (typeof comparisons)[number];

const dayMs = 86_400_000;

/** Time between a trend and the one that it is compared with, ms; undefined without a comparison. */
export function comparedMs(comparison: Comparison): number | undefined {
  switch (comparison) {
    case 'none':
      return undefined;
    case 'yesterday':
    case 'shift':
      return dayMs;
    case 'week':
      return 7 * dayMs;
  }
}

/**
 * The window to read for a comparison: fixed, and in steps of a twentieth while the view is live, so that it is rarely read again.
 * @param to end of the visible window, ms UTC
 */
export function comparedEnd(view: View, to: number, byMs: number): number {
  const step = view.end === undefined ? view.spanMs / 20 : 1;
  return Math.ceil(to / step) * step - byMs;
}

/** The window of the present shift: from the last handover, or the length of a shift if there was none in it. */
export function shiftView(handedOverAt: number | undefined, now: number, shiftMs: number): View {
  const sinceMs = now - (handedOverAt ?? Number.NEGATIVE_INFINITY);
  // a signature a moment ago leaves nothing to compare
  const isPresent = sinceMs >= 600_000 && sinceMs <= Math.min(dayMs, 2 * shiftMs);
  return { spanMs: isPresent ? sinceMs : shiftMs, end: undefined };
}
