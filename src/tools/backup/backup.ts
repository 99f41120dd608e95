import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { type FileHandle, link, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import { ScadaError } from '../../core/errors.ts';
import { lockDataDirectory } from '../../data-directory/index.ts';
import { copyDatabase } from '../../state/backup.ts';
import { openState } from '../../state/state.ts';
import { historyFolder } from '../../data-directory/folders.ts';
import type { HistorianPlugin } from '../../core/historian.ts';
import { contentsOf } from './contents.ts';
import { formatVersion, type Manifest, manifestName } from './manifest.ts';

export interface BackupOptions {
  readonly dataDir: string;
  /** All kinds of historians. Each copies its data in this directory. */
  readonly historians: readonly HistorianPlugin[];
  /** File to write; must not exist. */
  readonly out: string;
  /** ms UTC */
  readonly now: number;
  /** Version of scadawatch. */
  readonly version: string;
}

export interface Backup {
  readonly manifest: Manifest;
  /** Reason why the current day of the historian is not included; undefined if it is, or if there is none. */
  readonly leftOut: string | undefined;
}

/**
 * Writes a data directory to one tar.gz file with the SHA-256 of each file, also while a monitor runs on it. When this resolves,
 * the file is complete on disk. On failure there is no file.
 * @throws ScadaError INPUT_INVALID
 */
export async function writeBackup({ dataDir, historians, out, now, version }: BackupOptions): Promise<Backup> {
  if (!existsSync(join(dataDir, 'state.db'))) throw refused(`${dataDir} holds no state.db`, 'Give the --data of a monitor.');
  if (existsSync(out)) throw refused(`${out} is there already`, 'Give --out another name: a backup never overwrites a file.');
  using held = tryLock(dataDir, now);
  const whileRunning = held === undefined;
  const work = await mkdtemp(join(dirname(out), '.scadawatch-backup-')).catch((cause: unknown) => {
    throw refused(`${dirname(out)} cannot be written: ${(cause as Error).message}`, 'Give --out a folder that can be written.');
  });
  try {
    await copyDatabase(dataDir, join(work, 'state.db'));
    // before finished days are listed: a day that ends meanwhile is in both copies and counts once
    const copied = whileRunning ? await copyHistory(dataDir, work, historians) : { files: [], leftOut: undefined };
    const files = contentsOf(dataDir, whileRunning).map((path) => ({ path, file: join(dataDir, path) }));
    const archive = pack();
    const part = join(work, 'backup');
    const written = pipeline(archive, createGzip(), createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }));
    const filled = fill(archive, [{ path: 'state.db', file: join(work, 'state.db') }, ...copied.files, ...files], {
      format: 'scadawatch-backup',
      version: formatVersion,
      createdAt: new Date(now).toISOString(),
      scadawatch: version,
      whileRunning,
      ...configurationIn(work),
    }).catch((thrown: unknown) => {
      archive.destroy(thrown as Error);
      throw thrown;
    });
    const [manifest] = await Promise.all([filled, written]);
    // unlike a rename, a link never overwrites a file
    await link(part, out);
    return { manifest, leftOut: copied.leftOut };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Source {
  /** Path in the backup. */
  readonly path: string;
  readonly file: string;
}

/** Copies the files that the historian of a running monitor writes to. If it fails, the rest of the backup is still written. */
async function copyHistory(
  dataDir: string,
  work: string,
  historians: readonly HistorianPlugin[],
): Promise<{ readonly files: Source[]; readonly leftOut: string | undefined }> {
  const into = join(work, historyFolder);
  const files: Source[] = [];
  for (const historian of historians) {
    const folder = join(into, historian.type);
    await mkdir(folder, { recursive: true });
    try {
      if ((await historian.copyRunning?.(join(dataDir, historyFolder), folder)) !== true) continue;
    } catch (thrown) {
      return { files, leftOut: (thrown as Error).message.split('\n')[0] };
    }
    for (const path of contentsOf(folder, false)) files.push({ path: `${historyFolder}/${path}`, file: join(folder, path) });
  }
  return { files, leftOut: undefined };
}

/** Undefined while a monitor runs. */
function tryLock(dataDir: string, now: number): Disposable | undefined {
  try {
    return lockDataDirectory(dataDir, 'backup', now);
  } catch (thrown) {
    if (thrown instanceof ScadaError && thrown.code === 'DATA_IN_USE') return undefined;
    throw thrown;
  }
}

async function fill(archive: Pack, sources: readonly Source[], head: Omit<Manifest, 'files'>): Promise<Manifest> {
  const files: Manifest['files'] = [];
  for (const { path, file } of sources) {
    const handle = await open(file, 'r').catch((thrown: NodeJS.ErrnoException) => {
      // an expired day, or a record that was delivered meanwhile
      if (thrown.code === 'ENOENT') return undefined;
      throw thrown;
    });
    if (handle === undefined) continue;
    await using source = handle;
    files.push({ path, ...(await add(archive, path, source)) });
  }
  const manifest: Manifest = { ...head, files };
  const text = `${JSON.stringify(manifest, undefined, 1)}\n`;
  await new Promise<void>((resolve, reject) => {
    archive.entry({ name: manifestName, mode: 0o600 }, text, (error) => (error ? reject(error) : resolve()));
  });
  archive.finalize();
  return manifest;
}

/** Adds the present bytes of a file that may grow meanwhile. */
async function add(archive: Pack, name: string, handle: FileHandle): Promise<{ readonly size: number; readonly sha256: string }> {
  const { size, mtime } = await handle.stat();
  const hash = createHash('sha256');
  async function* bytes(): AsyncGenerator<Buffer> {
    if (size === 0) return;
    for await (const chunk of handle.createReadStream({ start: 0, end: size - 1, autoClose: false })) {
      hash.update(chunk as Buffer);
      yield chunk as Buffer;
    }
  }
  await pipeline(bytes(), archive.entry({ name, size, mtime, mode: 0o600 }));
  return { size, sha256: hash.digest('hex') };
}

function configurationIn(dir: string): { readonly configuration?: string } {
  using state = openState(dir);
  const [last] = state.audit.read({ action: 'config.loaded', limit: 1 });
  return last?.after === undefined ? {} : { configuration: last.after };
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
