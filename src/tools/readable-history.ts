import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { MonitorConfig } from '../config/resolve.ts';
import { systemClock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import { historyFolder } from '../data-directory/folders.ts';
import { lockDataDirectory } from '../data-directory/index.ts';

/** Folder of a historian that this process can open until disposal. */
export interface ReadableHistory extends AsyncDisposable {
  readonly dir: string;
  /** True if a monitor runs, and the folder is a copy of its history as it is now. */
  readonly isCopy: boolean;
}

/**
 * Makes the history of a data directory readable. Only one process can open an embedded historian: without a running monitor, this process
 * locks the data directory; beside one, it reads a copy of the files that the monitor writes to, with links to the others, and
 * reports that on stderr.
 * @param command name of this process for one that wants the lock
 * @param report receives one line if the history is a copy; for stderr
 * @throws ScadaError DATA_IN_USE if the history of a running monitor cannot be copied
 */
export async function readableHistory(
  { historian: { plugin } }: MonitorConfig,
  dataDir: string,
  command: string,
  report: (line: string) => void,
): Promise<ReadableHistory> {
  const dir = join(dataDir, historyFolder);
  if (plugin.copyRunning === undefined) return { dir, isCopy: false, [Symbol.asyncDispose]: async () => {} };
  try {
    const lock = lockDataDirectory(dataDir, command, systemClock.now());
    return { dir, isCopy: false, [Symbol.asyncDispose]: async () => lock[Symbol.dispose]() };
  } catch (thrown) {
    if (!(thrown instanceof ScadaError) || thrown.code !== 'DATA_IN_USE') throw thrown;
    report('A monitor runs on this data directory: a copy of its history is read.');
    return await copyOf(dir, (into) => plugin.copyRunning?.(dir, into) ?? Promise.resolve(false), thrown);
  }
}

async function copyOf(dir: string, copyTo: (into: string) => Promise<boolean>, inUse: ScadaError): Promise<ReadableHistory> {
  let copy: string | undefined;
  const remove = async (): Promise<void> => {
    if (copy !== undefined) await rm(copy, { recursive: true, force: true });
  };
  try {
    copy = await mkdtemp(join(tmpdir(), 'scadawatch-history-'));
    await copyTo(copy);
    const copied = await readdir(copy);
    for (const entry of await readdir(dir, { withFileTypes: true })) {
      const { name } = entry;
      // what a historian removes from its folder is a link here
      if (!entry.isFile() || name.endsWith('.part') || copied.some((own) => name.startsWith(own))) continue;
      await symlink(join(resolve(dir), name), join(copy, name));
    }
    return { dir: copy, isCopy: true, [Symbol.asyncDispose]: remove };
  } catch (cause) {
    await remove();
    const reason = (cause as Error).message.split('\n')[0];
    throw new ScadaError('config', 'DATA_IN_USE', `${inUse.message}; its history cannot be copied to ${tmpdir()}: ${reason}`, {
      hint: 'Set TMPDIR to a folder with more space, or stop that process first.',
      cause,
    });
  }
}
