import { mkdirSync } from 'node:fs';
import type { Logger } from '../core/plugin.ts';
import { lockDataDirectory } from './lock.ts';
import { tightenModes } from './modes.ts';

/** A data directory that this process alone writes to, until disposal. */
export interface DataDirectory extends Disposable {
  readonly path: string;
  /** Files and folders whose permissions were taken from group and others. */
  readonly tightened: number;
}

/**
 * Prepares a data directory for a monitor: creates it, locks it, and takes the permissions of group and others from what an earlier
 * version left readable.
 * @param command what this process does, for the error message of a second one
 * @param now ms UTC
 * @throws ScadaError DATA_IN_USE when another process runs on it
 */
export function openDataDirectory(path: string, command: string, now: number): DataDirectory {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = lockDataDirectory(path, command, now);
  const tightened = tightenModes(path);
  return { path, tightened, [Symbol.dispose]: () => lock[Symbol.dispose]() };
}

/** Reports what `openDataDirectory` changed; apart, because the log lies in the directory. */
export function logOpened({ path, tightened }: DataDirectory, logger: Logger): void {
  if (tightened > 0)
    logger.warn(`${tightened} files and folders in ${path} could be read by other users: their modes are now 0600 and 0700`);
}
