/** A record whose values are made at each access, and kept by nobody: all of them together would be large. */
export function lazyRecord<T>(names: readonly string[], make: (name: string) => T): Readonly<Record<string, T>> {
  const record: Record<string, T> = {};
  for (const name of names) Object.defineProperty(record, name, { enumerable: true, get: () => make(name) });
  return record;
}
