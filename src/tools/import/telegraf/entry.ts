import { durationMsOf, flagOf, isTable, numberOf, type Table, textOf } from './values.ts';

/** A key that no rule has read. */
export interface Unused {
  /** Path of the key, e.g. `nodes.monitoring_params.queue_size`. */
  readonly path: string;
  /** Name or number of the list entry that contains it; empty if there is no list on the path. */
  readonly entry: string;
}

/**
 * A table that records which of its keys were read, so that every loss is reported. A value that could not be parsed does not
 * count as read.
 */
export class Entry {
  readonly #table: Table;
  readonly #label: string;
  readonly #used = new Set<string>();
  readonly #inner = new Map<string, readonly Entry[]>();

  constructor(table: Table, label = '') {
    this.#table = table;
    this.#label = label;
  }

  text(key: string, fallback = ''): string {
    return this.#take(key, textOf) ?? fallback;
  }

  number(key: string): number | undefined {
    return this.#take(key, numberOf);
  }

  flag(key: string): boolean | undefined {
    return this.#take(key, flagOf);
  }

  list(key: string): readonly unknown[] {
    return this.#take(key, (value): unknown[] | undefined => (Array.isArray(value) ? value : undefined)) ?? [];
  }

  durationMs(key: string): number | undefined {
    return this.#take(key, durationMsOf);
  }

  /** Tables under a key: one, several or none. Each key in them is tracked separately. */
  tables(key: string): readonly Entry[] {
    const known = this.#inner.get(key);
    if (known !== undefined) return known;
    const value = this.#table[key];
    const entries = Array.isArray(value)
      ? value.map((item: unknown, i) => new Entry(isTable(item) ? item : { [`#${i + 1}`]: item }, labelOf(item, i)))
      : isTable(value)
        ? [new Entry(value)]
        : [];
    if (Array.isArray(value) || isTable(value)) this.#inner.set(key, entries);
    return entries;
  }

  /** The table under a key; empty if there is none. */
  table(key: string): Entry {
    return this.tables(key)[0] ?? new Entry({});
  }

  /** Marks keys as read that need no conversion, or whose loss is reported elsewhere. */
  ignore(...keys: readonly string[]): void {
    for (const key of keys.length > 0 ? keys : Object.keys(this.#table)) {
      this.#used.add(key);
      this.#inner.delete(key);
    }
  }

  /** Paths of the keys with an empty value, in this table and the tables in it. */
  empty(): string[] {
    const below = (table: Table, path: string): string[] =>
      Object.entries(table).flatMap(([key, value]) => {
        if (isEmpty(value)) return [`${path}${key}`];
        const tables = (Array.isArray(value) ? value : [value]).filter(isTable);
        return tables.flatMap((inner) => below(inner, `${path}${key}.`));
      });
    return below(this.#table, '');
  }

  /** Keys that no rule has read, in file order. Empty values are left out, see `empty`. */
  unused(): Unused[] {
    return Object.entries(this.#table).flatMap(([key, value]): Unused[] => {
      if (this.#used.has(key) || isEmpty(value)) return [];
      const untouched = !this.#inner.has(key);
      if (untouched && !isTable(value) && !isTableList(value)) return [{ path: key, entry: '' }];
      return this.tables(key).flatMap((inner) =>
        inner.unused().map(({ path, entry }) => ({ path: `${key}.${path}`, entry: entry || inner.#label })),
      );
    });
  }

  #take<Value>(key: string, understand: (value: unknown) => Value | undefined): Value | undefined {
    const understood = understand(this.#table[key]);
    if (understood !== undefined) this.#used.add(key);
    return understood;
  }
}

/** Most entries that one sentence names. */
const namedEntries = 5;

/** Keys that no rule has read, one sentence each. */
export function unusedKeys(entry: Entry): string[] {
  return [...Map.groupBy(entry.unused(), ({ path }) => path)].map(([path, found]) => {
    const names = [...new Set(found.map((unused) => unused.entry))].filter((name) => name !== '');
    if (names.length === 0) return path;
    const more = names.length > namedEntries ? ` and ${names.length - namedEntries} more` : '';
    return `${path} (${names.slice(0, namedEntries).join(', ')}${more})`;
  });
}

/** Empty keys of a section, in one sentence. */
export function emptyKeys(entry: Entry): string[] {
  const paths = [...new Set(entry.empty())];
  return paths.length === 0 ? [] : [`${paths.join(', ')}: empty, so that what holds without it holds; fill in what is missing`];
}

const isTableList = (value: unknown): boolean => Array.isArray(value) && value.every(isTable);

const isEmpty = (value: unknown): boolean =>
  value === '' || (Array.isArray(value) && value.length === 0) || (isTable(value) && Object.keys(value).length === 0);

const labelOf = (item: unknown, i: number): string => {
  const { name, field_name: field } = isTable(item) ? item : {};
  return textOf(name) || textOf(field) || `#${i + 1}`;
};
