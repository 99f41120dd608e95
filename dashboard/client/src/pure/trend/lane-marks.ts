/** A point on a lane of the timeline, at a fraction of its length. */
export interface LanePoint {
  readonly at: number;
  readonly text: string;
}

/** Place of a point's text; `hidden` counts the following points for which there was no space. The last one of
 * its row has the rest of the lane for its text. */
export type Placed<T> = T & { readonly row: number; readonly toLeft: boolean; readonly hidden: number; readonly isLast: boolean };

/** Width of one character as a fraction of a lane. */
const signShare = 0.0085;
const longest = 34;

/**
 * Puts points on as few rows as their texts need. A point without space on the last row is counted with the point before it, so
 * that texts never overlap and no point is lost.
 */
export function placeMarks<T extends LanePoint>(points: readonly T[], rows: number): readonly Placed<T>[] {
  const free = Array.from({ length: rows }, () => Number.NEGATIVE_INFINITY);
  const placed: Placed<T>[] = [];
  for (const point of points.toSorted((a, b) => a.at - b.at)) {
    const width = 0.03 + Math.min(longest, point.text.length) * signShare;
    const toLeft = point.at + width > 1;
    const from = toLeft ? point.at - width : point.at;
    const row = free.findIndex((end) => end <= from);
    const last = placed.at(-1);
    if (row < 0 && last !== undefined) {
      placed[placed.length - 1] = { ...last, hidden: last.hidden + 1 };
      continue;
    }
    free[Math.max(0, row)] = from + width;
    placed.push({ ...point, row: Math.max(0, row), toLeft, hidden: 0, isLast: false });
  }
  return placed.map((one, i) => ({ ...one, isLast: !one.toLeft && !placed.slice(i + 1).some(({ row }) => row === one.row) }));
}
