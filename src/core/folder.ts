import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a folder and its missing parents. A recursive `mkdir` of Node 24 does not end where the system accepts no new entry in a folder
 * that exists, as below `/proc`.
 * @throws the error of the system
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  try {
    mkdirSync(path, { mode });
  } catch (thrown) {
    const parent = dirname(path);
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT' || existsSync(parent)) throw thrown;
    makeFolder(parent, mode);
    mkdirSync(path, { mode });
  }
}
