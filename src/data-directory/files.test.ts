import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ChildProcesses } from '../../test/support/child-processes.ts';
import { VirtualClock } from '../core/clock.ts';
import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat, truncate, useFileProcess, writeFile } from './files.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-files-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Some operations, and what they leave and return. */
async function work(folder: string): Promise<unknown> {
  const at = (name: string): string => join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(at('a'), 'one');
  await appendFile(at('a'), ' two', { mode: 0o600 });
  await rename(at('a'), at('b'));
  const file = await open(at('c'), 'wx+', 0o600);
  await file.write(Buffer.from('..three..'), 2, 5, 0);
  await file.datasync();
  const bytes = Buffer.alloc(10);
  const { bytesRead } = await file.read(bytes, 0, 10, 1);
  const { size } = await file.stat();
  await file.close();
  await truncate(at('c'), 2);
  const missing = await stat(at('d')).catch(({ code }: NodeJS.ErrnoException) => code);
  await rm(at('d'), { force: true });
  const texts = ['b', 'c'].map((name) => readFileSync(at(name), 'utf8'));
  const names = (await readdir(folder)).toSorted();
  const large = Buffer.alloc(600_000, 'ab');
  await writeFile(at('large'), large);
  const isWhole = (await readFile(at('large'))).equals(large);
  const unread = await readFile(at('d')).catch(({ code }: NodeJS.ErrnoException) => code);
  return {
    texts,
    names,
    isWhole,
    unread,
    size,
    missing,
    read: bytes.toString('utf8', 0, bytesRead),
    left: (await stat(at('c'))).size,
  };
}

it('does the same in a process of its own as without it', async () => {
  const direct = await work(join(dir, 'direct'));
  using _process = useFileProcess(new VirtualClock(0));
  expect(await work(join(dir, 'remote'))).toEqual(direct);
  expect(direct).toEqual({
    texts: ['one two', 'th'],
    names: ['b', 'c'],
    isWhole: true,
    unread: 'ENOENT',
    size: 5,
    missing: 'ENOENT',
    read: 'hree',
    left: 2,
  });
});

it('refuses an operation whose process has not answered for 20 s, and goes on with another process, also in an open file', async () => {
  using children = new ChildProcesses();
  const clock = new VirtualClock(0);
  using _process = useFileProcess(clock);
  const file = await open(join(dir, 'a'), 'w');
  await file.write(Buffer.from('one'), 0, 3, 0);
  children.of('file-process').at(-1)?.kill('SIGSTOP');
  const late = expect(file.write(Buffer.from('two'), 0, 3, 3)).rejects.toThrow('the disk has not answered for 20 s');
  await clock.advance(25_000);
  await late;
  // the killed one ends, and the next operation starts another
  await expect
    .poll(async () => file.write(Buffer.from('two'), 0, 3, 3).then(() => 'written', String), { timeout: 60_000 })
    .toBe('written');
  expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('onetwo');
  await file.close();
});
