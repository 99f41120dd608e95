import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataDirectory } from '../../src/data-directory/index.ts';
import { type DiskFault, FaultyDisk } from '../support/faulty-disk.ts';
import { findPeer } from '../support/peers.ts';
import { tankConfig } from '../support/run-process.ts';

const entry = fileURLToPath(new URL('../../src/start.js', import.meta.url));
const compiler = findPeer('cc')?.path;

let root = '';
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'scadawatch-first-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function run(argv: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [entry, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: output.trimEnd().split('\n') };
}

describe.skipIf(compiler === undefined)('a first start', () => {
  it.each<readonly [DiskFault, number, string]>([
    ['read-only', 2, 'its file system is read-only (EROFS)'],
    ['full', 3, 'the disk is full (ENOSPC)'],
    ['broken', 3, 'the disk reports errors (EIO)'],
  ])('on a disk that is %s ends with status %i and one sentence', async (fault, code, reason) => {
    const disks = join(root, 'disk');
    mkdirSync(disks);
    using disk = new FaultyDisk(disks, root, compiler ?? '');
    disk.set(fault);
    const data = join(disks, 'new', 'data');
    const ran = await run(['run', tankConfig(root, 9), '--data', data], disk.environment);
    expect(ran).toEqual({
      code,
      lines: [`the data directory ${data} cannot be written: ${reason}`, expect.stringMatching(/--data\.$/)],
    });
  });
});

it.runIf(process.platform === 'linux').each(['run', 'lab'])(
  '%s in a folder that accepts no new entries ends at once',
  async (command) => {
    const data = '/proc/scadawatch/data';
    const argv = command === 'run' ? [command, tankConfig(root, 9)] : [command];
    expect(await run([...argv, '--data', data], {})).toEqual({
      code: 2,
      lines: [`the data directory ${data} cannot be written: its folder accepts no new entries (ENOENT)`, 'Give another --data.'],
    });
  },
);

it('a data directory below a file is refused with the reason', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(() => openDataDirectory(join(file, 'data'), 'run', 0)).toThrow(
    `the data directory ${join(file, 'data')} cannot be written: a part of its path is a file (ENOTDIR)`,
  );
});
