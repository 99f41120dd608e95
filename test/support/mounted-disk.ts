import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** A file system in memory, mounted on a folder. */
export interface MountedDisk extends Disposable {
  readonly makeReadOnly: () => void;
}

/**
 * Mounts a file system on a new folder. Undefined if this user may not do so.
 * @param options of the file system, e.g. its size
 */
export function mountTmpfs(dir: string, options = 'rw'): MountedDisk | undefined {
  try {
    mkdirSync(dir);
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'scadawatch-test', dir], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return {
    makeReadOnly: () => execFileSync('mount', ['-o', 'remount,ro', dir], { stdio: 'ignore' }),
    [Symbol.dispose]: () => execFileSync('umount', ['-l', dir], { stdio: 'ignore' }),
  };
}
