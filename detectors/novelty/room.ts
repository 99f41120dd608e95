/** Length of a list that has few numbers yet. */
const smallest = 64;

/**
 * A list with room for so many numbers: the same one, or a copy of a power of two times its length. A memory takes as much as it has
 * learned.
 * @param size most numbers that it will hold, a power of two
 */
export function withRoom(list: Float64Array, count: number, size: number): Float64Array {
  if (count <= list.length) return list;
  let length = Math.max(smallest, list.length);
  while (length < count) length *= 2;
  const longer = new Float64Array(Math.min(size, length));
  longer.set(list);
  return longer;
}

/** A list at its full size, as it is saved. */
export function atFullSize(list: Float64Array, size: number): Float64Array {
  const full = new Float64Array(size);
  full.set(list);
  return full;
}
