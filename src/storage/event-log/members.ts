import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import { open, stat } from '../../data-directory/files.ts';
import { dataDisk } from '../../data-directory/disk-access.ts';
import { segmentsIn } from './segment.ts';

/** A place between two members of the log: number of a file, and bytes before it in the file. */
export interface LogPosition {
  readonly file: number;
  readonly byte: number;
}

/** A part of the log after a position. */
export interface LogPart {
  /** Whole lines in their order; none if the log has no more. */
  readonly lines: readonly string[];
  /** Position after them. */
  readonly next: LogPosition;
  /** Reason why lines before these are missing: their file was deleted or is damaged. */
  readonly gap?: string | undefined;
}

/** Bytes of the header and of the trailer of a member. The log writes no optional fields. */
const header = 10;
const trailer = 8;
/** First read of a member, and the largest member, bytes. */
const firstRead = 65_536;
const largestMember = 67_108_864;

const inflate = promisify(inflateRaw) as unknown as (
  input: InputType,
  options: ZlibOptions & { readonly info: true },
) => Promise<{ readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }>;

/** Position after everything that is stored. */
export async function endOfLog(dir: string): Promise<LogPosition> {
  const last = (await segmentsIn(dir)).at(-1);
  return last === undefined ? { file: 0, byte: 0 } : { file: last.number, byte: (await stat(join(dir, last.name))).size };
}

/** The next member after a position, also while the log is being written. */
export async function readAfter(dir: string, position: LogPosition): Promise<LogPart> {
  const segments = await segmentsIn(dir);
  const at = segments.findIndex(({ number }) => number >= position.file);
  const segment = segments[at];
  if (segment === undefined) return { lines: [], next: position };
  if (segment.number > position.file) {
    const missing = segment.number - position.file;
    const isFirst = position.file === 0;
    const gap = `${missing} ${missing === 1 ? 'file of the event log was' : 'files of the event log were'} deleted before they were sent`;
    return { lines: [], next: { file: segment.number, byte: 0 }, ...(isFirst ? {} : { gap }) };
  }
  const following = segments[at + 1];
  const path = join(dir, segment.name);
  const { size } = await stat(path);
  const toNext = following === undefined ? undefined : { file: position.file + 1, byte: 0 };
  if (position.byte >= size) return { lines: [], next: toNext ?? position };
  const member = await readMember(path, position.byte, size);
  if (typeof member !== 'string')
    return { lines: member.lines, next: { file: position.file, byte: position.byte + member.bytes } };
  // the end of a file in progress may not be complete yet
  if (member === 'incomplete' && toNext === undefined) return { lines: [], next: position };
  const gap = `the file ${segment.name} of the event log cannot be read beyond its first ${position.byte} bytes`;
  return { lines: [], next: toNext ?? { file: position.file, byte: size }, gap };
}

/** The member at a place of a file, or the reason why there is none. */
async function readMember(
  path: string,
  at: number,
  size: number,
): Promise<{ readonly lines: readonly string[]; readonly bytes: number } | 'incomplete' | 'damaged'> {
  await using cleanup = new AsyncDisposableStack();
  const file = await dataDisk.run(
    () => open(path, 'r'),
    (late) => void late.close().catch(() => {}),
  );
  cleanup.defer(() => void file.close().catch(() => {}));
  for (let length = firstRead; ; length *= 8) {
    const bytes = Buffer.alloc(Math.min(length, size - at));
    const { bytesRead } = await dataDisk.run(() => file.read(bytes, 0, bytes.length, at));
    const isWhole = at + bytesRead >= size;
    if (bytesRead >= 2 && (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[3] !== 0)) return 'damaged';
    try {
      const { buffer, engine } = await inflate(bytes.subarray(header, bytesRead), { info: true, maxOutputLength: largestMember });
      const end = header + engine.bytesWritten + trailer;
      if (end > bytesRead && !isWhole) continue;
      if (end > bytesRead) return 'incomplete';
      return { lines: buffer.toString().split('\n').filter(Boolean), bytes: end };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') return 'damaged';
      if (isWhole) return 'incomplete';
      if (length > largestMember) return 'damaged';
    }
  }
}
