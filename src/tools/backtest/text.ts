import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ScadaError } from '../../core/errors.ts';

const usualHint = 'the file must be CSV with one header line and numbers below it; see scadawatch backtest --help';

/** An INPUT_INVALID error for a file, with a hint. */
export function invalid(
  path: string,
  what: string,
  { hint = usualHint, cause }: { hint?: string; cause?: unknown } = {},
): ScadaError {
  return new ScadaError('config', 'INPUT_INVALID', `${path}: ${what}`, { hint, cause });
}

const startsWith = (head: Buffer, magic: readonly number[]): boolean => magic.every((byte, index) => head[index] === byte);
const gzipMagic = [0x1f, 0x8b];
/** First bytes of zip and zip-based formats such as xlsx and ods. */
const zipMagic = [0x50, 0x4b, 0x03, 0x04];

interface Text {
  readonly stream: NodeJS.ReadableStream;
  /** Fraction of the file that was read so far. */
  done(): number;
}

/**
 * The text of a file, plain or gzipped.
 * @throws ScadaError INPUT_INVALID if it cannot be opened or is an archive
 */
export async function textOf(path: string): Promise<Text> {
  const { head, size } = await headOf(path);
  if (startsWith(head, zipMagic))
    throw invalid(path, 'it is a zip archive or a spreadsheet', { hint: 'unpack it, or save the sheet as CSV' });
  const raw = createReadStream(path);
  const done = (): number => raw.bytesRead / Math.max(1, size);
  if (!startsWith(head, gzipMagic)) return { stream: raw, done };
  const plain = new PassThrough();
  pipeline(raw, createGunzip(), plain).catch((thrown: unknown) =>
    plain.destroy(thrown instanceof Error ? thrown : new Error(String(thrown))),
  );
  return { stream: plain, done };
}

async function headOf(path: string): Promise<{ head: Buffer; size: number }> {
  const head = Buffer.alloc(zipMagic.length);
  try {
    await using file = await open(path);
    await file.read(head, 0, head.length, 0);
    return { head, size: (await file.stat()).size };
  } catch (cause) {
    throw invalid(path, 'it cannot be opened', { hint: 'name a file that exists and may be read', cause });
  }
}

const delimiters = [';', ',', '\t', '|'] as const;
const quoted = /"[^"]*"/g;

/**
 * Separator of a file: the first of semicolon, comma, tab and bar that the header contains outside of quotes, or blanks.
 * @param skipLines lines before the header
 */
export async function delimiterOf(path: string, skipLines = 0): Promise<string> {
  let head = '';
  for await (const chunk of (await textOf(path)).stream) {
    head += chunk.toString();
    if (linesOf(head).length > skipLines + 1) break;
  }
  const line = (linesOf(head)[skipLines] ?? '').replaceAll(quoted, '');
  return delimiters.find((delimiter) => line.includes(delimiter)) ?? ' ';
}

const linesOf = (text: string): string[] => text.split(/\r\n|[\r\n]/, 1_000);
