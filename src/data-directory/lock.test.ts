import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDirectory } from './lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const lock = () => lockDataDirectory(dir, 'run', 0);

/** Starts a process that holds the lock until it is killed. */
async function holdElsewhere(): Promise<AsyncDisposable & { readonly pid: number }> {
  const source = `
    import { lockDataDirectory } from ${JSON.stringify(fileURLToPath(new URL('lock.ts', import.meta.url)))};
    lockDataDirectory(${JSON.stringify(dir)}, 'lab', 0);
    console.log('held');
    setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    pid: child.pid as number,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('the lock of a data directory', () => {
  it('refuses a second process and names the first', async () => {
    await using other = await holdElsewhere();
    expect(lock).toThrow(
      expect.objectContaining({
        code: 'DATA_IN_USE',
        kind: 'config',
        message: expect.stringContaining(`process ${other.pid} (scadawatch lab, since 1970-01-01T00:00:00.000Z)`),
      }),
    );
    await other[Symbol.asyncDispose]();
    // remains of a kill -9, and a process that has the same id today
    expect(existsSync(join(dir, 'lock.json'))).toBe(true);
    writeFileSync(join(dir, 'lock.json'), readFileSync(join(dir, 'lock.json'), 'utf8').replace(String(other.pid), '1'));
    lock()[Symbol.dispose]();
  });

  it('is refused within one process too, until it is released', () => {
    const first = lock();
    expect(lock).toThrow(expect.objectContaining({ code: 'DATA_IN_USE' }));
    first[Symbol.dispose]();
    lock()[Symbol.dispose]();
    expect(existsSync(join(dir, 'lock.json'))).toBe(false);
  });

  it.each([
    ['cut', 'SQLite'],
    ['zeroed', '\0'.repeat(4096)],
    ['garbage', 'garbage'.repeat(1000)],
  ])('can be taken if its file is %s', (_, content) => {
    for (const name of ['lock.db', 'lock.db-journal', 'lock.db-wal', 'lock.json']) writeFileSync(join(dir, name), content);
    using held = lock();
    expect(held).toBeDefined();
    expect(lock).toThrow(expect.objectContaining({ code: 'DATA_IN_USE' }));
  });

  it('stays held when its file is overwritten', async () => {
    await using other = await holdElsewhere();
    writeFileSync(join(dir, 'lock.db'), 'garbage'.repeat(1000));
    writeFileSync(join(dir, 'lock.json'), '');
    expect(lock).toThrow(/is in use by another process/);
    await other[Symbol.asyncDispose]();
    lock()[Symbol.dispose]();
  });
});
