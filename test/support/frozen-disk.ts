import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Time after which a watchdog unfreezes, s: also if this process ends meanwhile. */
const mostFrozenS = 60;

/** True if this machine can mount and freeze a file system of its own. */
export const canFreeze = (): boolean =>
  process.getuid?.() === 0 &&
  existsSync('/dev/loop-control') &&
  ['mkfs.ext4', 'fsfreeze', 'mount'].every((name) => spawnSync('which', [name]).status === 0);

/** A small file system on a loop device, whose writes wait in the kernel while it is frozen. */
export class FrozenDisk implements Disposable {
  readonly path: string;
  readonly #dir: string;
  #watchdog: ChildProcess | undefined;

  constructor(megabytes: number) {
    this.#dir = mkdtempSync(join(tmpdir(), 'scadawatch-frozen-'));
    this.path = join(this.#dir, 'mount');
    const image = join(this.#dir, 'image');
    mkdirSync(this.path);
    execFileSync('truncate', ['-s', `${megabytes}M`, image]);
    execFileSync('mkfs.ext4', ['-q', image]);
    execFileSync('mount', ['-o', 'loop', image, this.path]);
  }

  freeze(): void {
    this.#watchdog = spawn('sh', ['-c', `sleep ${mostFrozenS}; fsfreeze -u "$0"`, this.path], {
      detached: true,
      stdio: 'ignore',
    });
    this.#watchdog.unref();
    execFileSync('fsfreeze', ['-f', this.path]);
  }

  unfreeze(): void {
    if (this.#watchdog === undefined) return;
    spawnSync('fsfreeze', ['-u', this.path]);
    // the shell and its sleep
    process.kill(-(this.#watchdog.pid as number), 'SIGKILL');
    this.#watchdog = undefined;
  }

  [Symbol.dispose](): void {
    this.unfreeze();
    // processes that waited for the disk end now
    if (spawnSync('umount', [this.path]).status !== 0) spawnSync('umount', ['-l', this.path]);
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
