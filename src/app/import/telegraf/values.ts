/** A table of a TOML file: anything may stand in it. */
export type Table = Readonly<Record<string, unknown>>;

export const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The tables under a key: one, several, or none. */
export function tablesOf(table: Table, key: string): Table[] {
  const value = table[key];
  return (Array.isArray(value) ? value : [value]).filter(isTable);
}

export const textOf = (table: Table, key: string, fallback = ''): string => {
  const value = table[key];
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : fallback;
};

export const numberOf = (table: Table, key: string): number | undefined => {
  const value = table[key];
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
};

const unitMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration as Go writes it (`1m30s`), or a number of seconds. @returns ms; undefined if it is none */
export function durationOf(table: Table, key: string): number | undefined {
  const value = table[key];
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value) * 1_000;
  if (typeof value !== 'string') return undefined;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== value.trim()) return undefined;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0);
}
