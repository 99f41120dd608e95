import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./disk-faults.c', import.meta.url));

/** Codes of `disk-faults.c`. */
const letters = { none: '0', full: 'F', 'read-only': 'R', broken: 'I', slow: 'S', hung: 'H', dead: 'D' } as const;
export type DiskFault = keyof typeof letters;

/** A folder, or files whose paths begin alike, on a simulated faulty disk, for processes started with `environment`. Needs gcc. */
export class FaultyDisk {
  readonly environment: Readonly<Record<string, string>>;
  readonly #control: number;
  #orders = 0;

  /** @param folder folder with the faults @param work folder for the library and its control file, outside of `folder` */
  constructor(folder: string, work: string, compiler: string) {
    const library = join(work, 'disk-faults.so');
    const control = join(work, 'disk-faults.control');
    execFileSync(compiler, ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']);
    writeFileSync(control, letters.none);
    this.environment = { LD_PRELOAD: library, DISK_FAULTS_DIR: folder, DISK_FAULTS_CONTROL: control };
    this.#control = openSync(control, 'r+');
  }

  set(fault: DiskFault): void {
    writeSync(this.#control, letters[fault], 0);
  }

  /** Kills the monitor, all of its processes down to the writing one, by SIGKILL before the `call`-th write or sync from now on, 1 being the next one. */
  killBefore(call: number): void {
    const order = String(++this.#orders % 100).padStart(2, '0');
    // the letter comes last: the process reads the rest only then
    writeSync(this.#control, `${order}${call}\0`, 1);
    writeSync(this.#control, 'K', 0);
  }

  [Symbol.dispose](): void {
    closeSync(this.#control);
  }
}
