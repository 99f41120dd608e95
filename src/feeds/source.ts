import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FeedSettings } from '../core/feed.ts';
import { readWithinSync, TooLarge } from '../core/read-within.ts';
import { checkAddress } from '../notifier-kit/receiver.ts';

/** Most files of a folder. */
const mostFiles = 1_000;
/** Largest file that states a hash, bytes. */
const mostHashBytes = 4_096;
/** Longest wait for a server, ms. */
const timeoutMs = 30_000;

/** Content of a feed as it was read. */
export interface FeedContent {
  readonly files: readonly { readonly name: string; readonly content: string }[];
  /** Time of the newest file, or as the server states it; undefined if it states none. ms UTC. */
  readonly at: number | undefined;
}

/**
 * Reads the file, the `.json` files of the folder, or the URL of a feed. Must be called in a thread of its own: a disk that hangs
 * occupies it.
 * @throws Error if it is missing, larger than its bound, or not the expected one
 */
export async function readFeed(feed: FeedSettings, signal: AbortSignal): Promise<FeedContent> {
  return feed.url === undefined ? readFiles(feed, feed.path ?? '') : await download(feed, feed.url, signal);
}

function readFiles({ mostBytes, sha256 }: FeedSettings, path: string): FeedContent {
  const paths = statSync(path).isDirectory() ? filesIn(path) : [path];
  const files: { name: string; content: string }[] = [];
  let left = mostBytes;
  let newest: number | undefined;
  for (const one of paths) {
    const content = contentOf(one, left, mostBytes);
    left -= content.byteLength;
    const expected = paths.length === 1 && sha256 !== undefined ? sha256 : statedHash(one);
    checkHash(content, expected);
    files.push({ name: basename(one), content: content.toString('utf8') });
    newest = Math.max(newest ?? 0, statSync(one).mtimeMs);
  }
  return { files, at: newest };
}

function contentOf(path: string, left: number, mostBytes: number): Buffer {
  try {
    return readWithinSync(path, left);
  } catch (thrown) {
    throw thrown instanceof TooLarge ? new TooLarge(mostBytes) : thrown;
  }
}

function filesIn(folder: string): readonly string[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted();
  if (names.length > mostFiles) throw new Error(`it has more than ${mostFiles} files`);
  return names.map((name) => join(folder, name));
}

/** Hash in a file beside the content, as `sha256sum` writes it; undefined if there is none. */
function statedHash(path: string): string | undefined {
  try {
    return readWithinSync(`${path}.sha256`, mostHashBytes).toString('utf8').trim().split(/\s/)[0];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function checkHash(content: Buffer, expected: string | undefined): void {
  if (expected === undefined) return;
  const actual = createHash('sha256').update(content).digest('hex');
  if (actual !== expected.toLowerCase()) throw new Error('its SHA-256 differs from the stated one');
}

/** Redirects are not followed, since the configured server must not be replaced by another one. */
async function download({ headers, mostBytes, sha256 }: FeedSettings, url: string, signal: AbortSignal): Promise<FeedContent> {
  await checkAddress('feed', new URL(url).hostname, false);
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json', 'user-agent': 'scadawatch', ...headers },
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the server answers HTTP ${response.status}`);
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    // leaving the loop ends the download
    if (bytes > mostBytes) throw new TooLarge(mostBytes);
    parts.push(part);
  }
  const content = Buffer.concat(parts);
  checkHash(content, sha256);
  const at = Date.parse(response.headers.get('last-modified') ?? '');
  return { files: [{ name: '', content: content.toString('utf8') }], at: Number.isNaN(at) ? undefined : at };
}

/** Reason of a failed read without the address, whose path and query may be secret. */
export function reasonOf(thrown: unknown): string {
  const { message, cause, name, code } = thrown as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return 'the server does not answer';
  if (code === 'ENOENT') return 'it does not exist';
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
