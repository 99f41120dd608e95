import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../core/folder.ts';
import { copyEntries } from './copy.ts';
import type { DiskRequest } from './slow-disk.ts';

/** Process that accesses a disk which may not answer. It sends the name of each copied entry. */
const request = JSON.parse(process.argv[2] ?? '{}') as DiskRequest;

/** Writes to a directory. An error is an answer of the disk as well: the start finds its reason. */
function probe(path: string): void {
  try {
    makeFolder(path, 0o700);
    const file = join(path, `.probe-${process.pid}`);
    const handle = openSync(file, 'w', 0o600);
    writeSync(handle, 'x');
    fsyncSync(handle);
    closeSync(handle);
    rmSync(file);
  } catch {
    // see above
  }
}

if (request.act === 'probe') probe(request.path);
else for (const name of copyEntries(request.path, request.to)) process.send?.(name);
process.disconnect();
