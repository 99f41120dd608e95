import { totalmem } from 'node:os';
import { ScadaError } from '../../core/errors.ts';

/** Fraction of memory that is reserved for learning and for other programs. */
const reserve = 1 / 16;

/** Bytes that this process may still allocate before the memory of the system or its container is exhausted. */
export function memoryLeft(): number {
  const limit = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return (1 - reserve) * limit - process.memoryUsage.rss();
}

/**
 * Aborts a recording that does not fit in memory, before the system kills the process.
 * @param done recorded fraction, 0–1
 * @param left bytes, see `memoryLeft`
 * @throws ScadaError INPUT_INVALID
 */
export function checkMemory(done: number, left: number): void {
  if (left > 0) return;
  const message = `the memory is too small for this calibration: it was full after ${Math.round(100 * done)} % of the recording`;
  throw new ScadaError('config', 'INPUT_INVALID', message, {
    hint: 'Learn from a shorter period (--from, --to), or on a machine with more memory. A sample takes 8 to 32 bytes.',
  });
}
