/**
 * Steps that transform one JSON object or array into another. `set` replaces or adds a value, `unset` removes a key, `in` changes
 * a nested value, `length` is the new length of an array. Array indices serve as keys.
 */
export interface Difference {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly unset?: readonly string[];
  readonly in?: Readonly<Record<string, Difference>>;
  readonly length?: number;
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
/** A key whose value is undefined does not exist in JSON. */
const entriesOf = (value: object): [string, unknown][] => Object.entries(value).filter(([, item]) => item !== undefined);

/** Difference of two values; undefined if they are equal. NaN equals NaN; a key with the value undefined counts as absent. */
export function differenceOf(before: object, after: object): Difference | undefined {
  if (before === after) return undefined;
  const old = new Map(entriesOf(before));
  const set: [string, unknown][] = [];
  const inside: [string, Difference][] = [];
  for (const [key, value] of entriesOf(after)) {
    const was = old.get(key);
    old.delete(key);
    if (isContainer(value) && isContainer(was) && Array.isArray(value) === Array.isArray(was)) {
      const difference = differenceOf(was, value);
      if (difference !== undefined) inside.push([key, difference]);
    } else if (!Object.is(value, was)) set.push([key, value]);
  }
  const difference = {
    ...(set.length === 0 ? {} : { set: Object.fromEntries(set) }),
    ...(old.size === 0 || Array.isArray(after) ? {} : { unset: [...old.keys()] }),
    ...(inside.length === 0 ? {} : { in: Object.fromEntries(inside) }),
    ...(Array.isArray(before) && Array.isArray(after) && before.length !== after.length ? { length: after.length } : {}),
  };
  return Object.keys(difference).length === 0 ? undefined : difference;
}

/** Returns the transformed value. `before` is not changed. */
export function applyDifference<Value extends object>(before: Value, difference: Difference): Value {
  const { set = {}, unset = [], in: inside = {}, length } = difference;
  const values = new Map<string, unknown>(Object.entries(before));
  for (const key of unset) values.delete(key);
  for (const [key, value] of Object.entries(set)) values.set(key, value);
  for (const [key, step] of Object.entries(inside)) values.set(key, applyDifference(values.get(key) as object, step));
  if (!Array.isArray(before)) return Object.fromEntries(values) as Value;
  const items = Array.from({ length: length ?? before.length }, (_, index) => values.get(String(index)));
  return items as unknown as Value;
}
