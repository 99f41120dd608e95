import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { holderFile, isAside, lockFile } from '../../data-directory/index.ts';

/** Folders of earlier data that a restore has moved aside, and of a restore that was interrupted. */
export const replacedPrefix = 'before-restore-';
export const stagingPrefix = 'restoring-';

/** Entries of a data directory that no backup holds: locks, logs, what a replay leaves behind; `state.db` comes as a copy of its own. */
const leftOut = (name: string): boolean =>
  name === holderFile ||
  name.startsWith(lockFile) ||
  name.startsWith('state.db') ||
  name.startsWith(replacedPrefix) ||
  name.startsWith(stagingPrefix) ||
  name.startsWith('scadawatch.log') ||
  ['replay', 'simulator-requests.jsonl'].includes(name);

/** What a running monitor writes to all the time, in a form that no other process can copy. */
const inUse = /^(?:spool\/|history\/hot\.duckdb|history\/temp\/)/;

/** Paths of a data directory that a backup holds beside `state.db`, in order. */
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
