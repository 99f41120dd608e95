import { readFile, rename } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toScadaError } from '../../core/errors.ts';
import type { Logger } from '../../core/plugin.ts';

/** Length of the baseline's id at the head of a snapshot file. */
const headBytes = 64;

/** Puts the state of the detectors on disk, whole or not at all. */
export async function writeSnapshot(file: string, baseline: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.new`;
  const handle = await open(draft, 'w');
  try {
    await handle.write(Buffer.from(baseline.padEnd(headBytes).slice(0, headBytes), 'latin1'));
    await handle.write(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The state kept under a baseline, or undefined if there is none or it belongs to another one. */
export async function readSnapshot(file: string, baseline: string, logger: Logger): Promise<Uint8Array | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT')
      logger.warn(`${file} can not be read: the detectors start afresh`, { error: String(thrown) });
    return undefined;
  }
  if (bytes.subarray(0, headBytes).toString('latin1').trim() !== baseline) return undefined;
  return bytes.subarray(headBytes);
}

/**
 * Starts detectors with the state that was kept, or afresh where they can not go on from it: those of another version may
 * remember other things, and an update must not leave a plant unwatched.
 */
export async function startFrom<Started>(
  snapshot: Uint8Array | undefined,
  logger: Logger,
  start: (snapshot: Uint8Array | undefined) => Promise<Started>,
): Promise<Started> {
  if (snapshot === undefined) return await start(undefined);
  try {
    return await start(snapshot);
  } catch (thrown) {
    logger.warn('the kept state of the detectors does not fit: they start afresh', { error: toScadaError(thrown).message });
    return await start(undefined);
  }
}
