import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FeedSettings } from '../core/feed.ts';
import { readWithinSync } from '../core/read-within.ts';
import type { FeedContent } from './source.ts';

/** Folder of the kept feeds in a data directory. */
export const keptFolder = 'feeds';

/** Room for the names of files and the quotes of JSON beside the content, bytes. */
const envelopeBytes = 1024 * 1024;

/** Content of a feed when it was last read without an error. */
export interface KeptFeed extends FeedContent {
  readonly version: 1;
  /** Time of that read, ms UTC. */
  readonly readAt: number;
}

/** Name of the file that keeps a feed. A changed source has another one: what an earlier source stated must not stay in use. */
export function keptName({ name, path, url, sha256 }: FeedSettings): string {
  const source = JSON.stringify([name, path ?? null, url ?? null, sha256 ?? null]);
  return `${createHash('sha256').update(source).digest('hex').slice(0, 32)}.json`;
}

/** Replaces the kept content. Must be called in a thread of its own, as `readKept`: a disk that hangs occupies it. */
export function writeKept(file: string, kept: KeptFeed): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * @param mostBytes largest content of the feed; JSON needs at most two bytes for one of them
 * @returns undefined if nothing was kept
 * @throws Error if the file is damaged or too large
 */
export function readKept(file: string, mostBytes: number): KeptFeed | undefined {
  let text: string;
  try {
    text = readWithinSync(file, 2 * mostBytes + envelopeBytes).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const kept = JSON.parse(text) as Partial<KeptFeed> | null;
  const isWhole =
    kept?.version === 1 &&
    Number.isFinite(kept.readAt) &&
    Array.isArray(kept.files) &&
    kept.files.every((one) => typeof one?.name === 'string' && typeof one.content === 'string');
  if (!isWhole) throw new Error('it is not what scadawatch wrote');
  return kept as KeptFeed;
}

/** Removes what is kept of feeds that the configuration does not state any more. Only at the start. */
export function removeKeptOfOthers(folder: string, feeds: readonly FeedSettings[]): void {
  const own = new Set(feeds.map(keptName));
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (const name of names) if (!own.has(name)) rmSync(join(folder, name), { force: true });
}
