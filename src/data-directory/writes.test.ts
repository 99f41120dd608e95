import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import { FileWrites, ReplacedFile } from './writes.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-writes-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('a hanging disk blocks no caller, and the file has its newest content when the disk responds', async () => {
  const file = join(dir, 'position.json');
  // opening a pipe without a reader blocks, like a hanging disk
  execFileSync('mkfifo', [`${file}.new`]);
  const position = new ReplacedFile(file, () => {});
  for (let i = 0; i < 100; i++) position.put(String(i));
  expect(position.fault()).toBeUndefined();
  const { stdout } = await promisify(execFile)('cat', [`${file}.new`]);
  expect(stdout).toBe('0');
  await position.settled();
  expect(readFileSync(file, 'utf8')).toBe('99');
});

it('a failed write is repeated with the newest content', async () => {
  const file = join(dir, 'folder', 'position.json');
  rmSync(dir, { recursive: true });
  execFileSync('touch', [dir]);
  const reasons: string[] = [];
  const position = new ReplacedFile(file, (reason) => reasons.push(reason));
  position.put('1');
  await position.settled();
  position.put('2');
  await position.settled();
  expect(position.fault()).toMatch(/ENOTDIR/);
  expect(reasons).toHaveLength(1);
  rmSync(dir);
  position.fault();
  await position.settled();
  expect(position.fault()).toBeUndefined();
  expect(readFileSync(file, 'utf8')).toBe('2');
});

it('writes run one at a time, and one that takes more than 8 s is a fault until it ends', async () => {
  const clock = new VirtualClock(0);
  const writes = new FileWrites(clock);
  const first = Promise.withResolvers<void>();
  const order: string[] = [];
  const done = [
    writes.run(async () => {
      order.push('first begins');
      await first.promise;
      order.push('first ends');
    }),
    writes.run(async () => void order.push('second')),
  ];
  const faults: (string | undefined)[] = [];
  for (let second = 0; second < 9; second++) {
    faults.push(writes.fault());
    await clock.advance(1_000);
  }
  expect(faults).toEqual(Array.from({ length: 9 }));
  expect(writes.fault()).toBe('the disk has not answered for 8 s');
  first.resolve();
  await Promise.all(done);
  expect(writes.fault()).toBeUndefined();
  expect(order).toEqual(['first begins', 'first ends', 'second']);
});

it('a blocked main thread does not make a write a fault', async () => {
  const clock = new VirtualClock(0);
  const writes = new FileWrites(clock);
  const first = Promise.withResolvers<void>();
  const done = writes.run(() => first.promise);
  await clock.advance(1);
  expect(writes.fault()).toBeUndefined();
  await clock.advance(60_000);
  expect(writes.fault()).toBeUndefined();
  first.resolve();
  await done;
});
