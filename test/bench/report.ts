import { cpus } from 'node:os';
import type { BenchRow } from './row.ts';

/** Rows of a run, with machine and commit. */
export interface BenchReport {
  readonly machine: Machine;
  /** By bench, in the order they ran. */
  readonly benches: Readonly<Record<string, BenchOutcome>>;
}

export interface BenchOutcome {
  readonly seconds: number;
  readonly rows: readonly BenchRow[];
  /** Why there are no rows. */
  readonly failed?: string;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** ISO 8601, UTC. */
  readonly date: string;
}

export function thisMachine(now: Date): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown CPU',
    cores: all.length,
    node: process.version,
    date: now.toISOString(),
  };
}

/** Four figures that count, or all of a larger whole number; a dash where there is none. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-GB');
  return String(Number(value.toPrecision(4)));
}

/** The report as people read it: the machine, then one line per row with its columns aligned. */
export function printed({ machine, benches }: BenchReport): string {
  const outcomes = Object.entries(benches);
  const cells = outcomes.flatMap(([, { rows }]) =>
    rows.map(({ name, value, unit, note = '' }) => [name, figure(value), unit, note] as const),
  );
  const width = (column: 0 | 1 | 2, least: string): number => Math.max(least.length, ...cells.map((row) => row[column].length));
  const [names, values, units] = [width(0, 'name'), width(1, 'value'), width(2, 'unit')];
  const line = ([name, value, unit, note]: readonly [string, string, string, string]): string =>
    `${name.padEnd(names)}  ${value.padStart(values)}  ${unit.padEnd(units)}  ${note}`.trimEnd();
  const failures = outcomes.flatMap(([name, { failed }]) => (failed === undefined ? [] : [`${name} FAILED: ${failed}`]));
  const { cpu, cores, node, date } = machine;
  return [
    `${cpu}, ${cores} cores, Node ${node}, ${date}`,
    '',
    line(['name', 'value', 'unit', 'note']),
    ...cells.map(line),
    ...(failures.length === 0 ? [] : ['', ...failures]),
  ].join('\n');
}
