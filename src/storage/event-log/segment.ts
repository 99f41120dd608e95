import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip } from 'node:zlib';
import { linesWithin } from '../../core/unpacking.ts';

/** A file of the log: its number, and the time of its first event, ms UTC. */
export interface SegmentName {
  readonly name: string;
  readonly number: number;
  readonly from: number;
}

/** `events-00000012-20261124T060000000Z.jsonl.gz` */
const pattern = /^events-(\d{8})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.jsonl\.gz$/;

export function nameSegment(number: number, from: number): string {
  const time = new Date(from).toISOString().replaceAll(/[-:.]/g, '');
  return `events-${String(number).padStart(8, '0')}-${time}.jsonl.gz`;
}

/** Undefined for the name of another file. */
function parseSegment(name: string): SegmentName | undefined {
  const [, number, year, month, day, hour, minute, second, ms] = (pattern.exec(name) ?? []).map(Number);
  if (number === undefined || year === undefined || month === undefined) return undefined;
  return { name, number, from: Date.UTC(year, month - 1, day, hour, minute, second, ms) };
}

/** The files of a log, oldest first; empty without a log. */
export async function segmentsIn(dir: string): Promise<SegmentName[]> {
  const names = await readdir(dir).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return [];
    throw thrown;
  });
  return names.flatMap((name) => parseSegment(name) ?? []).toSorted((a, b) => a.number - b.number);
}

/** The lines of a file, also of one in progress or unfinished. @throws the error of gunzip for a damaged file */
export async function* readSegment(path: string, signal: AbortSignal): AsyncGenerator<string, void, void> {
  // one that was cut off ends in the middle of a member
  const unpacked = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  const done = pipeline(createReadStream(path), unpacked, { signal });
  done.catch(() => {});
  // the part after the last line end is incomplete
  yield* linesWithin(unpacked.setEncoding('utf8') as AsyncIterable<string>, (what) => new Error(what));
  await done;
}
