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
