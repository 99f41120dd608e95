import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataDirectory } from '../../src/data-directory/index.ts';
import { type DiskFault, FaultyDisk } from '../support/faulty-disk.ts';
import { mountTmpfs } from '../support/mounted-disk.ts';
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

describe('a first start on a mounted disk', () => {
  it.for(['run', 'lab'])('that is read-only ends %s with one sentence', async (command, context) => {
    const disks = join(root, 'disk');
    using disk = mountTmpfs(disks);
    if (disk === undefined) return context.skip('this user cannot mount a file system');
    disk.makeReadOnly();
    const data = join(disks, 'data');
    const argv = command === 'run' ? [command, tankConfig(root, 9)] : [command, '--any-port'];
    expect(await run([...argv, '--data', data], {})).toEqual({
      code: 2,
      lines: [
        `the data directory ${data} cannot be written: its file system is read-only (EROFS)`,
        'Make it writable, or give another --data.',
      ],
    });
  });

  it('that becomes full in the process of the plant ends the lab with one sentence', async (context) => {
    const disks = join(root, 'disk');
    // enough for the folder and its lock, and for none of the certificates of the plant
    using disk = mountTmpfs(disks, 'size=64k');
    if (disk === undefined) return context.skip('this user cannot mount a file system');
    const data = join(disks, 'data');
    const { code, lines } = await run(['lab', '--any-port', '--data', data], {});
    expect(code).toBe(3);
    // the process of the plant ends on its own, before or after the sentence of the lab
    expect(lines.filter((line) => !line.startsWith('the simulated plant is not kept for the next run: ENOSPC'))).toEqual([
      `the data directory ${data} cannot be written: the disk is full (ENOSPC)`,
      expect.stringMatching(/--data\.$/),
    ]);
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
