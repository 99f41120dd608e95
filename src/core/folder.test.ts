import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from './folder.ts';

it('creates a folder and its parents with a mode, and accepts one that exists', () => {
  const root = mkdtempSync(join(tmpdir(), 'scadawatch-folder-'));
  const path = join(root, 'a', 'b', 'c');
  makeFolder(path, 0o700);
  makeFolder(path, 0o700);
  expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file', 'd'))).toThrow('ENOTDIR');
  expect(() => makeFolder(join(root, 'file'))).toThrow('EEXIST');
  rmSync(root, { recursive: true });
});

it.runIf(process.platform === 'linux')('ends where the system accepts no new entry', () => {
  expect(() => makeFolder('/proc/x')).toThrow('ENOENT');
  expect(() => makeFolder('/proc/x/y')).toThrow('ENOENT');
});
