import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { toScadaError } from '../core/errors.ts';
import type { Logger } from '../core/plugin.ts';
import { open, readFile, rename } from '../data-directory/files.ts';
import { fileWrites } from '../data-directory/writes.ts';

/** Length of the baseline's id at the head of a snapshot file. */
const headBytes = 64;
/** Format and version of a file, in front of that head. */
const magic = Buffer.from('SWSNAP2\n');
const frontBytes = 32;

/** Writes the state of the detectors to disk atomically. */
export async function writeSnapshot(file: string, baseline: string, bytes: Uint8Array): Promise<void> {
  await fileWrites.run(() => writeWhole(file, baseline, bytes));
}

async function writeWhole(file: string, baseline: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.new`;
  const handle = await open(draft, 'w');
  try {
    let position = 0;
    for (const part of [frontOf(baseline, bytes), padded(baseline), bytes]) {
      await handle.write(part, 0, part.length, position);
      position += part.length;
    }
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

/** The state stored for a baseline; undefined if there is none or it belongs to another baseline. */
export async function readSnapshot(file: string, baseline: string, logger: Logger): Promise<Uint8Array | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT')
      logger.warn(`${file} cannot be read: the detectors start afresh`, { error: String(thrown) });
    return undefined;
  }
  const whole = bodyOf(bytes);
  if (whole === undefined || idIn(whole) !== baseline) return undefined;
  return whole.subarray(headBytes);
}

/** The damage of a snapshot as the end of a sentence; undefined if it is intact or missing. */
export function snapshotFailure(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const whole = bodyOf(readFileSync(file));
  return whole !== undefined && /^[0-9a-f]{64}$/.test(idIn(whole)) ? undefined : 'is not a whole snapshot of the detectors';
}

const idIn = (whole: Buffer): string => whole.subarray(0, headBytes).toString('latin1').trim();

const padded = (baseline: string): Buffer => Buffer.from(baseline.padEnd(headBytes).slice(0, headBytes), 'latin1');

/** Header of 32 bytes: format, then length and CRC-32 of the content. */
function frontOf(baseline: string, bytes: Uint8Array): Buffer {
  const front = Buffer.alloc(frontBytes);
  magic.copy(front);
  front.writeBigUInt64LE(BigInt(headBytes + bytes.length), 8);
  front.writeUInt32LE(crc32(bytes, crc32(padded(baseline))), 16);
  return front;
}

/**
 * The baseline's id and the state; undefined for a truncated or damaged file. Files of earlier versions have no header to verify.
 */
function bodyOf(bytes: Buffer): Buffer | undefined {
  if (!bytes.subarray(0, magic.length).equals(magic)) return bytes;
  if (bytes.length < frontBytes) return undefined;
  const body = bytes.subarray(frontBytes);
  const isWhole = bytes.readBigUInt64LE(8) === BigInt(body.length) && bytes.readUInt32LE(16) === crc32(body);
  return isWhole ? body : undefined;
}

/**
 * Starts detectors with the stored state, or without it if they cannot continue from it. The state of another version may be
 * incompatible, and an update must not leave a plant unmonitored.
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
