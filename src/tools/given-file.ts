import { ScadaError } from '../core/errors.ts';
import { readWithin } from '../core/read-within.ts';

/** Largest file that a command reads as a whole, bytes. */
const mostBytes = 64 * 2 ** 20;

/**
 * Text of a file that was given on the command line.
 * @throws ScadaError INPUT_INVALID if it cannot be read or is larger than 64 MiB
 */
export async function readGiven(file: string): Promise<string> {
  try {
    return (await readWithin(file, mostBytes)).toString('utf8');
  } catch (cause) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: the file cannot be read: ${(cause as Error).message}`, { cause });
  }
}
