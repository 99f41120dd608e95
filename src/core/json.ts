/**
 * Writes JSON that preserves every number bit for bit. NaN, the infinities and -0, which plain JSON loses, become
 * `{"$number":"NaN"}` and the like. Explanations and baselines need this.
 */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && (!Number.isFinite(item) || Object.is(item, -0))
      ? { $number: Object.is(item, -0) ? '-0' : String(item) }
      : item,
  );
}

/** Reads the output of `encodeJson`. */
export function decodeJson(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && '$number' in item ? Number(item.$number) : item,
  );
}
