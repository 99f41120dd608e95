import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Credits } from './ablation.ts';

/** One line of the bench's table. */
export interface BenchRow {
  readonly name: string;
  /** NaN where there was nothing to measure; the note says why. */
  readonly value: number;
  readonly unit: string;
  readonly note?: string;
  /** Results of the runs behind the figure, by detector. */
  readonly credits?: readonly Credits[];
}

/** The upper median; NaN of nothing. */
export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** CPU time of this process that some work takes, ms: what else the machine does is not counted. */
export function cpuMs(work: () => void): number {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1_000;
}

/** Sets the cores of a process on Linux. */
export const taskset = '/usr/bin/taskset';

/** True where a process can be told which core to run on. */
export const pinned = existsSync(taskset) && cpus().length > 1;

/** What to spawn so that Node runs on one core alone, where the machine can be told so. */
export const onCore = (core: number, args: readonly string[]): [string, string[]] =>
  pinned ? [taskset, ['-c', String(core), process.execPath, ...args]] : [process.execPath, [...args]];
