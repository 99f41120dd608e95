import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isAside } from '../data-directory/index.ts';

/** Entries of a data directory that exist only after a monitor has run. */
const tracesOfRuns = ['history', 'events', 'spool', 'notify', 'detection.snapshot'];

const fileIn = (dir: string): string => join(dir, 'accounts.json');

/**
 * True if accounts were created on a data directory. Otherwise its monitor issues a set-up link. The content of the file does not
 * matter.
 */
export const hasAccountsMark = (dir: string): boolean => existsSync(fileIn(dir));

/**
 * Records outside of the database that accounts exist, so that an emptied or removed database does not look like a first start.
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

/** Removes the mark: the next start counts as a first start for accounts. */
export function clearAccountsMark(dir: string): void {
  rmSync(fileIn(dir), { force: true });
}

/** True if a monitor has run on a data directory before, whatever the state of its database. */
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
