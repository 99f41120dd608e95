import { formatDuration } from '../format.ts';

/** The part of time that a trend shows. */
export interface View {
  readonly spanMs: number;
  /** End of the window, ms UTC; undefined while it follows the live end. */
  readonly end: number | undefined;
}

export const viewSpans = [600_000, 1_800_000, 28_800_000, 86_400_000, 604_800_000].map((value) => ({
  value,
  text: formatDuration(value),
}));

const dayMs = 86_400_000;

/** Moves by a quarter of the window; at the live end the view follows again. */
export function pan(view: View, direction: -1 | 1, now: number): View {
  const end = (view.end ?? now) + (direction * view.spanMs) / 4;
  return { ...view, end: end >= now ? undefined : end };
}

/** The next shorter or longer span. */
export function zoom(view: View, direction: -1 | 1): View {
  const longer = viewSpans.find(({ value }) => value > view.spanMs);
  const shorter = viewSpans.findLast(({ value }) => value < view.spanMs);
  return { ...view, spanMs: (direction > 0 ? longer : shorter)?.value ?? view.spanMs };
}

/** Longest window of a trend, ms. */
export const longestSpanMs = 366 * dayMs;

/** A window between two times, ms UTC; it follows the live end if it has none. The text states why there is none. */
export function chosenView(from: number, to: number | undefined, now: number): View | 'no-begin' | 'reversed' | 'too-long' {
  if (!Number.isFinite(from)) return 'no-begin';
  const end = Math.min(to ?? now, now);
  if (!(from < end)) return 'reversed';
  if (end - from > longestSpanMs) return 'too-long';
  return { spanMs: end - from, end: to === undefined || to >= now ? undefined : to };
}

/** The visible window; a live view has a margin at its right edge. */
export function edges(view: View, now: number): { readonly from: number; readonly to: number } {
  if (view.end !== undefined) return { from: view.end - view.spanMs, to: view.end };
  return { from: now - view.spanMs, to: now + Math.max(120_000 * (view.spanMs / 1_800_000), view.spanMs * 0.02) };
}

/** The time of the cursor after one step. */
export function stepCursor(cursor: number | undefined, direction: -1 | 1, view: View, now: number): number {
  const { from, to } = edges(view, now);
  const end = Math.min(to, now);
  const at = cursor ?? end;
  return Math.min(end, Math.max(from, at + (direction * view.spanMs) / 120));
}
