import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sleepUnreferenced, systemClock } from '../core/clock.ts';
import { formatDuration } from '../core/format.ts';
import type { Logger } from '../core/plugin.ts';
import { fileWrites, replace } from '../data-directory/writes.ts';

/** Time for which the end of a run may wait for the disk, ms: a disk that hangs must not keep an ended process alive. */
const diskMs = 500;
/** Variable by which the parent process passes on how the last run ended, e.g. `SIGKILL`. */
export const endedByVariable = 'SCADAWATCH_ENDED_BY';

/** A run that is not stopped by a person or a service manager. */
export interface Ended {
  /** Last time at which the main thread ran, ms UTC. */
  readonly aliveAt: number;
  readonly reason: string;
  /** Stack of the main thread, if the guard has ended the process. */
  readonly stack?: string | undefined;
}

/** Paths of the record of a run in its data directory. */
const aliveFile = (dir: string): string => join(dir, 'run.json');
const endFile = (dir: string): string => join(dir, 'run-end.json');

/** Records that the main thread runs. Rejects like the file system. */
export const recordAlive = (dir: string, aliveAt: number): Promise<void> =>
  fileWrites.run(() => replace(aliveFile(dir), `${JSON.stringify({ aliveAt })}\n`));

/** Records why a run ends. Never rejects; a disk that does not answer is not waited for. */
export const recordEnd = (dir: string, end: Ended): Promise<void> => bounded(replace(endFile(dir), `${JSON.stringify(end)}\n`));

/** Records that a run was stopped on purpose, or that a new one has begun without an end of it. Never rejects. */
export const forgetEnd = (dir: string): Promise<void> => bounded(replace(endFile(dir), undefined));
export const recordStop = (dir: string): Promise<void> =>
  bounded(Promise.all([replace(aliveFile(dir), undefined), replace(endFile(dir), undefined)]));

/**
 * Reads how the last run on a data directory ended; undefined if it was stopped, or there was none.
 * @param endedBy signal or exit status by which the parent process saw it end
 */
export async function readEnd(dir: string, endedBy: string | undefined): Promise<Ended | undefined> {
  const [alive, end] = [await readJson(aliveFile(dir)), await readJson(endFile(dir))];
  const times = [alive?.aliveAt, end?.aliveAt].filter((time) => typeof time === 'number');
  if (times.length === 0) return undefined;
  const unknown = endedBy === undefined ? 'it was killed, or the machine failed' : `it was ended by ${endedBy}`;
  return { aliveAt: Math.max(...times), reason: end?.reason ?? unknown, stack: end?.stack };
}

/** The end as sentences of an alarm. @param now begin of the next run, ms UTC */
export function endText({ aliveAt, reason, stack }: Ended, now: number): string {
  const at = new Date(aliveAt).toISOString().slice(0, 19).replace('T', ' ');
  const [first] = stack?.split('\n') ?? [];
  const where = first === undefined ? '' : `, ${first}`;
  return `It ended at ${at} UTC: ${reason}${where}. The plant was not watched for ${formatDuration(Math.max(0, now - aliveAt))}.`;
}

/**
 * Reports in the log how the last run ended, if nobody stopped it.
 * @returns sentences for the alarm; undefined if it was stopped
 */
export async function reportEnd(dir: string, logger: Logger): Promise<string | undefined> {
  const end = await readEnd(dir, process.env[endedByVariable]);
  if (end === undefined) return undefined;
  const text = endText(end, systemClock.now());
  logger.error(`the last run was not stopped: ${text}`, { stack: end.stack });
  return text;
}

async function readJson(file: string): Promise<Partial<Ended> | undefined> {
  try {
    const text = await Promise.race([readFile(file, 'utf8'), sleepUnreferenced(diskMs)]);
    return text === undefined ? undefined : (JSON.parse(text) as Partial<Ended>);
  } catch {
    // a missing or damaged record only costs the report
    return undefined;
  }
}

async function bounded(work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => {}), sleepUnreferenced(diskMs)]);
}
