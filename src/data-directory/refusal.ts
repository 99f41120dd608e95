import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ScadaError } from '../core/errors.ts';

/** Meaning of the codes of a system that refuses a file, and what to do. */
const refusals: Readonly<Record<string, readonly [meaning: string, hint: string]>> = {
  EROFS: ['its file system is read-only', 'Make it writable, or give another --data.'],
  EACCES: ['this user may not write to it', 'Make it writable for this user, or give another --data.'],
  EPERM: ['this user may not write to it', 'Make it writable for this user, or give another --data.'],
  ENOENT: ['its folder accepts no new entries', 'Give another --data.'],
  ENOTDIR: ['a part of its path is a file', 'Give another --data.'],
  ELOOP: ['its path has too many links', 'Give another --data.'],
  ENAMETOOLONG: ['its path is too long', 'Give another --data.'],
  ENOSPC: ['the disk is full', 'Free space on the disk, or give another --data.'],
  EDQUOT: ['the quota of this user is used up', 'Free space on the disk, or give another --data.'],
  EIO: ['the disk reports errors', 'Check the disk, or give another --data.'],
  ESTALE: ['its server no longer has it', 'Mount it again, or give another --data.'],
};
/** Codes that the user must resolve; the others are states of the machine, which may end. */
const ofUser: readonly string[] = ['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'];
/** Size of a file that is written to learn why another one cannot be, bytes: more than a small state database. */
const probeBytes = 65_536;
/** Primary result codes of SQLite for a file that cannot be read or written. */
const ofSqlite: readonly number[] = [8, 10, 13, 14];

/**
 * The error of a disk as one sentence about a data directory. Undefined for any other error.
 * @param path data directory
 */
export function diskRefusal(path: string, thrown: unknown): ScadaError | undefined {
  // that of another process arrives as the cause of an internal fault
  const error = thrown instanceof ScadaError && thrown.code === 'INTERNAL' ? thrown.cause : thrown;
  const { code = '', errcode } = (error ?? {}) as { readonly code?: string; readonly errcode?: number };
  const isOfSqlite = typeof errcode === 'number' && ofSqlite.includes(errcode & 0xff);
  // a file that is missing says nothing about the directory
  const isStated = code === 'ENOENT' ? isOfMkdir(error) : Object.hasOwn(refusals, code);
  if (!isStated && !isOfSqlite) return undefined;
  // SQLite does not pass on the code of the system
  const known = isStated ? code : (probe(path) ?? '');
  const stated = Object.hasOwn(refusals, known) ? refusals[known] : undefined;
  const [meaning, hint] = stated ?? [(thrown as Error).message, 'Check the disk, or give another --data.'];
  const message = `the data directory ${path} cannot be written: ${meaning}${known === '' ? '' : ` (${known})`}`;
  return ofUser.includes(known)
    ? new ScadaError('config', 'CONFIG_INVALID', message, { hint, cause: thrown })
    : new ScadaError('fatal', 'STATE_UNAVAILABLE', message, { hint, cause: thrown });
}

const isOfMkdir = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException).syscall === 'mkdir';

/** Code of the system for a new file in the nearest existing folder of a path; undefined if it can be written. */
function probe(path: string): string | undefined {
  for (let parent = path; ; parent = dirname(parent)) {
    const folder = join(parent, `.scadawatch-${process.pid}`);
    try {
      mkdirSync(folder);
      writeFileSync(join(folder, 'probe'), Buffer.alloc(probeBytes), { flush: true });
      return undefined;
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code !== 'ENOENT' || existsSync(parent)) return code;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
