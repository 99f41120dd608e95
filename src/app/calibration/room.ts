import { totalmem } from 'node:os';
import { ScadaError } from '../../core/errors.ts';

/** Part of the memory that is left for what learns from a recording, and for the rest of the machine. */
const reserve = 1 / 16;

/** Bytes that this process may still take before the system, or its container, has none left for it. */
export function memoryLeft(): number {
  const limit = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return (1 - reserve) * limit - process.memoryUsage.rss();
}

/**
 * Ends a recording that does not fit in memory, before the system ends the process without a word.
 * @param done part of it that has been recorded, 0–1
 * @param left bytes, see `memoryLeft`
 * @throws ScadaError INPUT_INVALID
 */
export function checkRoom(done: number, left: number): void {
  if (left > 0) return;
  const message = `the memory is too small for so long a calibration: it was full after ${Math.round(100 * done)} % of the running`;
  throw new ScadaError('config', 'INPUT_INVALID', message, {
    hint: 'learn from a shorter span (--from, --to), or on a machine with more memory: a sample takes 8 bytes, and up to 32 where a poll has few',
  });
}
