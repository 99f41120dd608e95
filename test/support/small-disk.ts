import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** True if this process may mount a file system of its own. */
export const canMount = process.getuid?.() === 0 && spawnSync('which', ['mount']).status === 0;

/** A file system in memory that a test fills. */
export class SmallDisk implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'scadawatch-small-'));
  readonly #filler = join(this.path, 'filler');

  constructor(megabytes: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.path]);
  }

  fill(): void {
    for (let bytes = 1_048_576; bytes >= 1; bytes = Math.floor(bytes / 2)) {
      try {
        writeFileSync(this.#filler, Buffer.alloc(bytes), { flag: 'a' });
      } catch {
        // less fits
      }
    }
  }

  empty(): void {
    rmSync(this.#filler, { force: true });
  }

  [Symbol.dispose](): void {
    if (spawnSync('umount', [this.path]).status !== 0) spawnSync('umount', ['-l', this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }
}
