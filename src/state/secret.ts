import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the file with the secret of a data directory. */
export const secretFile = 'secret.key';
const bytes = 32;

export interface DirectorySecret {
  readonly key: Buffer;
  /** Set if the key is new or is not stored: the event and its meaning. */
  readonly problem?: string | undefined;
}

/**
 * Random key of a data directory, created at the first start. It signs the cookies of known devices and computes pseudonyms; it
 * grants no access. An unreadable key is moved aside and replaced, so that no start fails because of it.
 */
export function openSecret(dir: string): DirectorySecret {
  const path = join(dir, secretFile);
  let problem: string | undefined;
  try {
    const text = readFileSync(path, 'utf8').trim();
    if (/^[0-9a-f]{64}$/.test(text)) return { key: Buffer.from(text, 'hex') };
    renameSync(path, `${path}.damaged`);
    problem = `${path} was damaged and is now ${path}.damaged. A new key is in use: pseudonyms of new exports differ from those of earlier ones.`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problem = `${path} cannot be read: ${String(error)}`;
  }
  const key = randomBytes(bytes);
  try {
    store(path, key);
    return { key, problem };
  } catch (error) {
    return { key, problem: `${path} cannot be written: ${String(error)}. Its key lasts for this run alone.` };
  }
}

function store(path: string, key: Buffer): void {
  const part = `${path}.part`;
  const handle = openSync(part, 'w', 0o600);
  try {
    writeSync(handle, `${key.toString('hex')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(part, path);
}
