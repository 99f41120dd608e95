/**
 * Moves ascending positions at least `step` apart, in their order: down first, and up again where they would lie below `bottom`. With
 * too many for the height, the first ones lie above `top`.
 */
export function apart(wanted: readonly number[], step: number, top: number, bottom: number): readonly number[] {
  let above = Number.NEGATIVE_INFINITY;
  const places = wanted.map((at) => (above = Math.max(at, above + step, top)));
  let below = bottom + step;
  return places
    .toReversed()
    .map((at) => (below = Math.min(at, below - step)))
    .toReversed();
}

/**
 * Left edge of the text of a vertical mark: before the mark, or after it where there is no room before it. Where neither side has
 * room, the text crosses the mark but is not cut.
 */
export function besideMark(at: number, width: number, room: { readonly left: number; readonly right: number }): number {
  if (at - width >= room.left) return at - width;
  return Math.max(room.left, Math.min(at, room.right - width));
}
