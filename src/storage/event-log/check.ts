import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Damage } from '../../core/damage.ts';
import { moveAside } from '../../data-directory/index.ts';
import { segmentsIn } from './segment.ts';

const gzipHead = Buffer.from([0x1f, 0x8b]);
const action = 'Check the disk. `scadawatch restore` brings back a backup';

/**
 * Checks the files of an event log before it is opened: the first bytes of each, and all of the newest, which was in progress when the
 * last run ended. An unreadable file is moved aside. One that is intact up to some point stays and is read up to there.
 * @param now ms UTC
 */
export async function checkEventLog(dir: string, now: number): Promise<Damage[]> {
  const segments = await segmentsIn(dir);
  const damages: Damage[] = [];
  for (const { name } of segments) {
    const file = join(dir, name);
    if (!(await hasGzipHead(file))) {
      const reason = statSync(file).size === 0 ? 'is empty' : 'is not a gzip file';
      damages.push({ file, reason, lost: 'The events in it are lost as evidence.', movedTo: moveAside(file, now), action });
    } else if (name === segments.at(-1)?.name) {
      const reason = await failureOf(file);
      if (reason !== undefined)
        damages.push({
          file,
          reason,
          lost: 'Events after the damage are lost as evidence; those before it can be read.',
          action,
        });
    }
  }
  return damages;
}

async function hasGzipHead(file: string): Promise<boolean> {
  await using handle = await open(file, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(gzipHead.length), 0, gzipHead.length, 0);
  return bytesRead === gzipHead.length && buffer.equals(gzipHead);
}

async function failureOf(file: string): Promise<string | undefined> {
  try {
    await pipeline(createReadStream(file), createGunzip(), new Writable({ write: (_chunk, _encoding, done) => done() }));
    return undefined;
  } catch (thrown) {
    return `is damaged: ${(thrown as Error).message}`;
  }
}
