import { pipeline } from 'node:stream/promises';
import { constants, createGunzip } from 'node:zlib';
import { partsOf } from '../../data-directory/files.ts';
import { linesWithin } from '../../core/unpacking.ts';
import { type NumberedFile, NumberedFiles } from '../numbered-files.ts';

const files = new NumberedFiles('events', '.jsonl.gz');

/** Name of a file of the log: its number, and the time of its first event, ms UTC. */
export const nameSegment = (number: number, from: number): string => files.name(number, from);

/** The files of a log, oldest first; empty without a log. */
export const segmentsIn = (dir: string): Promise<NumberedFile[]> => files.in(dir);

/** The lines of a file, also of one in progress or unfinished. @throws the error of gunzip for a damaged file */
export async function* readSegment(path: string, signal: AbortSignal): AsyncGenerator<string, void, void> {
  // one that was cut off ends in the middle of a member
  const unpacked = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  const done = pipeline(partsOf(path), unpacked, { signal });
  done.catch(() => {});
  // the part after the last line end is incomplete
  yield* linesWithin(unpacked.setEncoding('utf8') as AsyncIterable<string>, (what) => new Error(what));
  await done;
}
