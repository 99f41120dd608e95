import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { holderFile, isAside, lockFile } from '../../data-directory/index.ts';

/** Prefix of folders with earlier data that a restore moved, and with data of an interrupted restore. */
export const replacedPrefix = 'before-restore-';
export const stagingPrefix = 'restoring-';

/**
 * True for entries of a data directory that no backup contains: locks, logs, results of replays. `state.db` is copied separately.
 */
const leftOut = (name: string): boolean =>
  name === holderFile ||
  name.startsWith(lockFile) ||
  name.startsWith('state.db') ||
  name.startsWith(replacedPrefix) ||
  name.startsWith(stagingPrefix) ||
  name.startsWith('scadawatch.log') ||
  ['replay', 'simulator-requests.jsonl'].includes(name);

/** Files that a running monitor writes continuously and that no other process can copy. */
const inUse = /^(?:spool\/|history\/hot\.duckdb|history\/temp\/|packets\/packets-)/;

/** Paths of a data directory that a backup contains beside `state.db`, sorted. */
export function contentsOf(dir: string, whileRunning: boolean): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(dir, '/').length).replaceAll('\\', '/'))
    .filter((path) => !leftOut(path.split('/')[0] ?? ''))
    .filter((path) => !path.split('/').some((part) => isAside(part) || part.endsWith('.part') || part.endsWith('.new')))
    .filter((path) => !whileRunning || !inUse.test(path))
    .toSorted();
}
