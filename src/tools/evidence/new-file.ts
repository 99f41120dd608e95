import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { isAbort, ScadaError } from '../../core/errors.ts';

/**
 * Writes a file that must not exist yet. When this resolves, the file is complete on disk. On failure there is no file.
 * @throws ScadaError INPUT_INVALID if the file exists or cannot be written, and ScadaErrors of `write`
 */
export async function writeNewFile(file: string, write: (out: Writable) => Promise<void>): Promise<void> {
  try {
    await write(createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new ScadaError('config', 'INPUT_INVALID', `${file} is there already`, {
        hint: 'evidence is never overwritten: name another file',
      });
    }
    await rm(file, { force: true });
    if (cause instanceof ScadaError || isAbort(cause)) throw cause;
    const message = `${file} cannot be written: ${(cause as Error).message}`;
    throw new ScadaError('config', 'INPUT_INVALID', message, { hint: 'name a file on a disk that has room', cause });
  }
}
