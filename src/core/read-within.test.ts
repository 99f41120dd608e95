import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readWithin, readWithinSync } from './read-within.ts';

let dir = '';
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'scadawatch-read-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('reads files up to a bound, also those that state no size', async () => {
  const file = join(dir, 'a');
  const content = Buffer.alloc(600_000, 'ab');
  writeFileSync(file, content);
  for (const read of [readWithin, async (path: string, most: number) => readWithinSync(path, most)]) {
    expect((await read(file, content.length)).equals(content)).toBe(true);
    await expect(read(file, content.length - 1)).rejects.toThrow('it is larger than 599999 bytes');
    await expect(read('/dev/zero', 1_000_000)).rejects.toThrow('it is larger than 1000000 bytes');
    await expect(read(dir, 10)).rejects.toThrow('it is a folder');
    await expect(read(join(dir, 'missing'), 10)).rejects.toThrow('ENOENT');
  }
});
