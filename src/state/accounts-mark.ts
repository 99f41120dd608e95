import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isAside } from '../data-directory/index.ts';

/** Entries of a data directory that only a monitor that has run leaves behind. */
const tracesOfRuns = ['history', 'events', 'spool', 'notify', 'detection.snapshot'];

const fileIn = (dir: string): string => join(dir, 'accounts.json');

/** True where accounts were created on a data directory: without one, its monitor issues no set-up link. Its content does not count. */
export const hasAccountsMark = (dir: string): boolean => existsSync(fileIn(dir));

/**
 * Notes outside of the database that accounts exist, so that a database which is emptied or removed does not look like a first start.
 */
export function markAccounts(dir: string): void {
  if (hasAccountsMark(dir)) return;
  mkdirSync(dir, { recursive: true });
  const file = openSync(fileIn(dir), 'w', 0o600);
  try {
    writeSync(file, '{"accounts":true}\n');
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The next start is a first start as far as accounts are concerned. */
export function clearAccountsMark(dir: string): void {
  rmSync(fileIn(dir), { force: true });
}

/** True where a monitor has run on a data directory before, whatever became of its database. */
export function hasRunBefore(dir: string): boolean {
  if (!existsSync(dir)) return false;
  return (
    hasAccountsMark(dir) ||
    readdirSync(dir).some(
      (name) =>
        tracesOfRuns.includes(name) ||
        name.startsWith('before-restore-') ||
        name.startsWith('state.db-') ||
        (name.startsWith('state.db') && isAside(name)),
    )
  );
}
