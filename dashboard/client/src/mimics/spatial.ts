/** Centre of an object on the screen. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Index of the nearest spot in a direction, sideways distance counting double; −1 if there is none. */
export function nearest(from: Spot, spots: readonly Spot[], key: string): number {
  const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  const [dx, dy] = direction ?? [0, 0];
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  spots.forEach((spot, index) => {
    const along = (spot.x - from.x) * (dx ?? 0) + (spot.y - from.y) * (dy ?? 0);
    const across = Math.abs((spot.x - from.x) * (dy ?? 0)) + Math.abs((spot.y - from.y) * (dx ?? 0));
    if (along < 2) return;
    const distance = along + 2 * across;
    if (distance < least) {
      least = distance;
      best = index;
    }
  });
  return best;
}

/** Moves the focus between the objects of a drawing by arrow keys. */
export function moveFocus(root: HTMLElement, key: string): void {
  const objects = [...root.querySelectorAll<HTMLElement>('[data-object]')];
  const spotOf = (element: HTMLElement): Spot => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  };
  const current = objects.find((element) => element === document.activeElement);
  if (current === undefined) {
    objects[0]?.focus();
    return;
  }
  objects[nearest(spotOf(current), objects.map(spotOf), key)]?.focus();
}
