import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScadaError } from '../core/errors.ts';
import { holderFile, lockDataDirectory, lockFile } from './lock.ts';

/** Entries that a start needs. Samples, events and logs are not copied. */
const copied = [
  'state.db',
  'state.db-wal',
  'accounts.json',
  'secret.key',
  'detection.snapshot',
  'shadow.snapshot',
  'calibration',
  'plant.json',
  'feeds.json',
  'plant-time',
  'notify',
  'devices',
  'simulator-pki',
];

/** A private copy of a data directory that cannot be written; disposal empties it. */
export interface StandIn extends Disposable {
  readonly path: string;
  /** Entries that could not be copied. */
  readonly missing: readonly string[];
  /** False if a second monitor on the same directory would not be refused. */
  readonly isLocked: boolean;
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
 * @throws ScadaError DATA_IN_USE, or CONFIG_INVALID if temporary files cannot be written either
 */
export function openStandIn(path: string, command: string, now: number): StandIn {
  const { dir, isLocked } = makeFolder(path);
  const lock = lockDataDirectory(dir, command, now, path);
  empty(dir);
  const missing = copied.filter((name) => existsSync(join(path, name)) && !copy(join(path, name), join(dir, name)));
  return {
    path: dir,
    missing,
    isLocked,
    [Symbol.dispose]: () => {
      empty(dir);
      lock[Symbol.dispose]();
    },
  };
}

function makeFolder(path: string): { readonly dir: string; readonly isLocked: boolean } {
  const { dev, ino } = statSync(path);
  const user = process.geteuid?.() ?? 0;
  const dir = join(tmpdir(), `scadawatch-${user}-${dev}-${ino}`);
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

function copy(from: string, to: string): boolean {
  try {
    cpSync(from, to, { recursive: true });
    makeWritable(to);
    return true;
  } catch {
    rmSync(to, { recursive: true, force: true });
    return false;
  }
}

function makeWritable(path: string): void {
  const isFolder = statSync(path).isDirectory();
  chmodSync(path, isFolder ? 0o700 : 0o600);
  if (isFolder) for (const name of readdirSync(path)) makeWritable(join(path, name));
}
