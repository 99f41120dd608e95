import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Permission bits of group and others. */
const others = 0o077;

/**
 * Takes the permissions of group and others from a data directory and everything in it that this user owns. Symbolic links are left
 * alone.
 * @returns how many files and folders were changed
 */
export function tightenModes(path: string): number {
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
