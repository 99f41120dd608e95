import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Damage } from '../../core/damage.ts';
import { copyAside, moveAside } from '../../data-directory/index.ts';
import { readCursor } from './cursor.ts';
import { headerBytes, SegmentReader } from './segment.ts';

/**
 * Checks the files of a queue before it is opened. A segment without an intact record is moved aside. One that is damaged further
 * on is copied, and its intact records are delivered.
 * @param lost sentence about the loss of the records of this queue
 * @param now ms UTC
 */
export async function checkQueue(dir: string, lost: string, now: number): Promise<Damage[]> {
  if (!existsSync(dir)) return [];
  const damages: Damage[] = [];
  const add = (file: string, reason: string, what: string, movedTo: string | undefined): void => {
    damages.push({ file, reason, lost: what, movedTo, action: 'Check the disk of the data directory' });
  };
  const cursor = join(dir, 'cursor');
  if (isDamagedCursor(cursor))
    add(cursor, 'is not a position in the queue', 'Records that were delivered are delivered again.', moveAside(cursor, now));
  for (const name of readdirSync(dir).filter((each) => /^\d{12}\.segment$/.test(each))) {
    const file = join(dir, name);
    const { size } = statSync(file);
    const { end, records } = await intactPart(file, size);
    if (end === size && size >= headerBytes) continue;
    const reason = `is damaged at byte ${end} of ${size}`;
    add(file, reason, lost, records === 0 ? moveAside(file, now) : copyAside(file, now));
  }
  return damages;
}

function isDamagedCursor(file: string): boolean {
  // an empty segment belongs to a queue from which no record was taken yet
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) return false;
  return readCursor(file) === undefined;
}

async function intactPart(file: string, size: number): Promise<{ readonly end: number; readonly records: number }> {
  await using reader = await SegmentReader.open(file);
  if (!(await reader.hasHeader(size))) return { end: 0, records: 0 };
  return await reader.scan(headerBytes, size);
}
