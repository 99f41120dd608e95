import type { Json } from './detector.ts';

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

/**
 * The same value with the numbers of each array stored contiguously. A value from another thread has an object per number, and
 * takes three times the memory.
 */
export function packed(value: Json): Json {
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, packed(item)]));
}

/** Reads the output of `encodeJson`. */
export function decodeJson(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && '$number' in item ? Number(item.$number) : item,
  );
}
