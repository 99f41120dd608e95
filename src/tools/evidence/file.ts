import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import { createGunzip, createGzip } from 'node:zlib';
import { ScadaError } from '../../core/errors.ts';
import { decodeJson } from '../../core/json.ts';
import { linesWithin } from '../../core/unpacking.ts';
import { endSchema, formatVersion, type Manifest, manifestSchema, type Summary, summarySchema } from './format.ts';
import { writeNewFile } from './new-file.ts';
import { OddLines } from './odd-lines.ts';
import { isPacketsLine, PacketCounter, readPacketsLine } from './packets.ts';

/** Characters per chunk. */
const chunkLength = 65_536;

/**
 * Writes lines and their hash to a new file. When this resolves, the file is complete on disk. On failure there is no file.
 * @returns the SHA-256 of all lines, hexadecimal
 * @throws ScadaError INPUT_INVALID if the file exists or cannot be written, and errors of `lines`
 */
export async function writeEvidence(file: string, lines: AsyncIterable<string>, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  let sha256 = '';
  async function* bytes(): AsyncGenerator<string> {
    let chunk = '';
    for await (const line of lines) {
      chunk += `${line}\n`;
      if (chunk.length < chunkLength) continue;
      hash.update(chunk);
      yield chunk;
      chunk = '';
    }
    hash.update(chunk);
    sha256 = hash.digest('hex');
    yield `${chunk}${JSON.stringify({ kind: 'end', sha256 })}\n`;
  }
  await writeNewFile(file, async (out) => await pipeline(bytes(), createGzip(), out, { signal }));
  return sha256;
}

/**
 * The lines of an evidence file except the last one, which contains their hash.
 * @throws ScadaError INPUT_INVALID, at the latest after the last line, for a file that is damaged, altered or incomplete
 */
export async function* evidenceLines(file: string, signal: AbortSignal): AsyncGenerator<string, void, void> {
  const hash = createHash('sha256');
  let last: string | undefined;
  for await (const line of linesOf(file, signal)) {
    if (last !== undefined) {
      hash.update(`${last}\n`);
      yield last;
    }
    last = line;
  }
  const end = endSchema.safeParse(parsed(last ?? ''));
  if (!end.success) throw unfit(file, 'its end is missing, it is not whole');
  if (end.data.sha256 !== hash.digest('hex'))
    throw unfit(file, 'its contents do not have the SHA-256 that its last line states: it was damaged or altered');
}

/** Manifest and summary of an evidence file whose hash was verified. */
export interface Checked {
  readonly manifest: Manifest;
  readonly summary: Summary;
  readonly sha256: string;
}

/** @throws ScadaError INPUT_INVALID for a file that is damaged, altered, incomplete or of another format */
export async function checkEvidence(file: string, signal: AbortSignal): Promise<Checked> {
  const hash = createHash('sha256');
  const packets = new PacketCounter();
  const odd = new OddLines();
  let manifest: Manifest | undefined;
  let last: string | undefined;
  for await (const line of evidenceLines(file, signal)) {
    // the last line is the summary
    if (last !== undefined) odd.take(last);
    manifest ??= manifestOf(file, line);
    hash.update(`${line}\n`);
    last = line;
    if (!isPacketsLine(line)) continue;
    const part = readPacketsLine(line);
    if (part === undefined) throw unfit(file, `the packets of its line ${odd.line + 1} are not those that the line states`);
    packets.add(part);
  }
  const summary = summarySchema.safeParse(parsed(last ?? ''));
  if (manifest === undefined || !summary.success) throw unfit(file, 'it has no valid summary');
  const oddities = odd.text();
  if (oddities !== undefined) throw unfit(file, oddities);
  if (!isDeepStrictEqual(summary.data.packets, packets.summary()))
    throw unfit(file, 'it does not have the packets that its summary states');
  return { manifest, summary: summary.data, sha256: hash.digest('hex') };
}

/** A line as JSON; undefined if it is not JSON. */
export function parsed(line: string): unknown {
  try {
    return decodeJson(line);
  } catch {
    return undefined;
  }
}

export const unfit = (file: string, why: string, cause?: unknown): ScadaError =>
  new ScadaError('config', 'INPUT_INVALID', `${file} cannot be used as evidence: ${why}`, {
    hint: 'copy it again from where it was exported; the audit trail has the hash of the original under evidence.exported',
    cause,
  });

function manifestOf(file: string, line: string): Manifest {
  const manifest = manifestSchema.safeParse(parsed(line));
  if (!manifest.success) throw unfit(file, 'it does not begin with a manifest of scadawatch');
  if (manifest.data.version > formatVersion) {
    throw new ScadaError(
      'config',
      'INPUT_INVALID',
      `${file} has version ${manifest.data.version}; this version supports up to ${formatVersion}`,
      {
        hint: `it was written by scadawatch ${manifest.data.tool.version}: use that one or a later one`,
      },
    );
  }
  return manifest.data;
}

async function* linesOf(file: string, signal: AbortSignal): AsyncGenerator<string, void, void> {
  const unpacked = createGunzip();
  const reading = pipeline(createReadStream(file), unpacked, { signal });
  reading.catch(() => {});
  let rest = '';
  try {
    const text = unpacked.setEncoding('utf8') as AsyncIterable<string>;
    yield* linesWithin(
      text,
      (what) => unfit(file, what),
      (end) => (rest = end),
    );
    await reading;
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ScadaError) throw cause;
    throw unfit(file, (cause as Error).message, cause);
  }
  if (rest !== '') throw unfit(file, 'its end is missing, it is not whole');
}
