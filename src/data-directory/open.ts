import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../core/folder.ts';
import type { Logger } from '../core/plugin.ts';
import { lockDataDirectory } from './lock.ts';
import { diskRefusal } from './refusal.ts';

/** A data directory that only this process writes to, until disposal. */
export interface DataDirectory extends Disposable {
  readonly path: string;
  /** Number of files and folders from which permissions of group and others were removed. */
  readonly tightened: number;
}

/**
 * Prepares a data directory for a monitor: creates it, locks it, and removes permissions that an earlier version granted to group
 * and others.
 * @param command name of this process in the error message of a second one
 * @param now ms UTC
 * @throws ScadaError DATA_IN_USE if another process uses it; CONFIG_INVALID or STATE_UNAVAILABLE if it cannot be written
 */
export function openDataDirectory(path: string, command: string, now: number): DataDirectory {
  try {
    makeFolder(path, 0o700);
  } catch (thrown) {
    throw diskRefusal(path, thrown) ?? thrown;
  }
  const lock = lockDataDirectory(path, command, now);
  const tightened = tightenModes(path);
  return { path, tightened, [Symbol.dispose]: () => lock[Symbol.dispose]() };
}

/** Logs the changes of `openDataDirectory`. Separate, because the log is in the directory. */
export function logOpened({ path, tightened }: DataDirectory, logger: Logger): void {
  if (tightened > 0)
    logger.warn(`${tightened} files and folders in ${path} could be read by other users: their modes are now 0600 and 0700`);
}

/** Permission bits of group and others. */
const others = 0o077;

/**
 * Takes the permissions of group and others from a data directory and everything in it that this user owns. Symbolic links are left
 * alone.
 * @returns how many files and folders were changed
 */
function tightenModes(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isSymbolicLink()) return 0;
  let changed = 0;
  const isOwn = process.geteuid?.() === stat.uid;
  if (isOwn && (stat.isFile() || stat.isDirectory()) && (stat.mode & others) !== 0) {
    chmodSync(path, stat.mode & 0o7777 & ~others);
    changed++;
  }
  if (!stat.isDirectory()) return changed;
  try {
    for (const name of readdirSync(path)) changed += tightenModes(join(path, name));
  } catch {
    // the folder of another user, or one that was removed meanwhile
  }
  return changed;
}
