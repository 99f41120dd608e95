import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Damage } from '../core/damage.ts';
import { ScadaError } from '../core/errors.ts';
import { copied } from './copy.ts';
import { holderFile, lockDataDirectory, lockFile } from './lock.ts';
import { askDisk } from './slow-disk.ts';

/** A private copy of a data directory that cannot be written; disposal empties it. */
export interface StandIn extends Disposable {
  readonly path: string;
  /** Entries that could not be copied. */
  readonly missing: readonly string[];
  /** What is lost by it, as an alarm shows it. */
  readonly damage: Damage;
}

/** Error code of a write to an existing data directory; undefined if it can be written or does not exist. */
export function writeRefusal(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code;
  }
}

/**
 * Copies the entries that a monitor needs to a folder of this user in the system's temporary folder. The folder is named after
 * the directory, so that its lock refuses a second monitor of this user.
 * @param command name of this process in the error message of a second one
 * @param now ms UTC
 * @param refusal error code of a write; undefined if the disk does not answer: what cannot be read in time is missing
 * @throws ScadaError DATA_IN_USE, or CONFIG_INVALID if temporary files cannot be written either
 */
export async function openStandIn(path: string, command: string, now: number, refusal: string | undefined): Promise<StandIn> {
  const { dir, isLocked } = makeFolder(path, refusal === undefined ? hashOf(path) : idOf(path));
  const lock = lockDataDirectory(dir, command, now, path);
  empty(dir);
  const missing = await copyInto(dir, path);
  return {
    path: dir,
    missing,
    damage: damageOf(path, refusal, missing, isLocked),
    [Symbol.dispose]: () => {
      empty(dir);
      lock[Symbol.dispose]();
    },
  };
}

function damageOf(file: string, refusal: string | undefined, missing: readonly string[], isLocked: boolean): Damage {
  return {
    title: 'Data directory cannot be written',
    file,
    reason: `cannot be written (${refusal ?? 'its disk does not answer'})`,
    lost: [
      'Samples, alarms, acknowledgements, accounts and audit records of this run are lost at its end. Recorded history is not shown.',
      ...(missing.length === 0 ? [] : [`These could not be read: ${missing.join(', ')}.`]),
      ...(isLocked ? [] : ['The directory is not locked: a second monitor on it is not refused.']),
    ].join(' '),
    action: `${refusal === undefined ? 'Repair the disk or its mount' : 'Make the directory writable for this user'}, then restart scadawatch`,
  };
}

/** Copies what can be read in time. @returns entries that are missing */
async function copyInto(dir: string, path: string): Promise<readonly string[]> {
  // a late process may still write its copy when its disk answers again
  const copy = mkdtempSync(`${dir}-copy-`);
  const { done, isComplete } = await askDisk({ act: 'copy', path, to: copy });
  // a database without its log is an old one
  const whole = done.filter((name) => name !== 'state.db' || done.includes('state.db-wal'));
  for (const name of whole) if (existsSync(join(copy, name))) renameSync(join(copy, name), join(dir, name));
  if (isComplete) rmSync(copy, { recursive: true, force: true });
  return copied.filter((name) => !whole.includes(name));
}

function idOf(path: string): string {
  const { dev, ino } = statSync(path);
  return `${dev}-${ino}`;
}

const hashOf = (path: string): string => createHash('sha256').update(resolve(path)).digest('hex').slice(0, 16);

function makeFolder(path: string, id: string): { readonly dir: string; readonly isLocked: boolean } {
  const user = process.geteuid?.() ?? 0;
  const dir = join(tmpdir(), `scadawatch-${user}-${id}`);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    // anybody may have created it before: only a private folder of this user is accepted
    const stat = lstatSync(dir);
    if (stat.isDirectory() && stat.uid === user && (stat.mode & 0o077) === 0) return { dir, isLocked: true };
    return { dir: mkdtempSync(`${dir}-`), isLocked: false };
  } catch (cause) {
    throw new ScadaError('config', 'CONFIG_INVALID', `neither the data directory ${path} nor ${tmpdir()} can be written`, {
      hint: 'Make one of them writable for this user, or give another --data.',
      cause,
    });
  }
}

function empty(dir: string): void {
  const kept = [lockFile, `${lockFile}-journal`, holderFile];
  for (const name of readdirSync(dir)) if (!kept.includes(name)) rmSync(join(dir, name), { recursive: true, force: true });
}
