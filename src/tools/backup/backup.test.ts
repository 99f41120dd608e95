import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockDataDirectory } from '../../data-directory/index.ts';
import { main } from '../../main.ts';
import { prepareState } from '../../state/recovery.ts';
import { openState } from '../../state/state.ts';

let dir: string;
let data: string;
let out: string;
let printed: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-backup-'));
  data = join(dir, 'data');
  out = join(dir, 'backup.tar.gz');
  printed = [];
  const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
  vi.spyOn(console, 'log').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
  for (const folder of ['history', 'events', 'spool', 'notify/webhook-1']) mkdirSync(join(data, folder), { recursive: true });
  using state = openState(data);
  state.users.add({ name: 'chief', role: 'admin', passphraseHash: 'hash', createdAt: 0, disabled: false });
  const times = { openedAt: 0, endsAt: 1e15, activeAt: 0 };
  state.sessions.add({
    secretHash: 'x',
    id: 's',
    user: 'chief',
    person: 'account chief 0',
    role: 'admin',
    address: '::1',
    ...times,
  });
  state.baselines.add({ name: 'site', createdAt: 0, source: 'a test', content: { learned: 1 } });
  state.audit.append({ time: 1, role: 'console', session: 'console', action: 'config.loaded', object: 'p', after: 'sha256:ab' });
  writeFileSync(join(data, 'history/samples-2026-11-24.parquet'), 'x'.repeat(300_000));
  writeFileSync(join(data, 'history/hot.duckdb'), 'running day');
  writeFileSync(join(data, 'events/events-00000001-20261124T060000000Z.jsonl.gz'), gzipSync('{}\n'));
  writeFileSync(join(data, 'spool/cursor'), '');
  writeFileSync(join(data, 'notify/webhook-1/told.json'), '{"epoch":"e","sequence":3}');
  writeFileSync(join(data, 'state.db.damaged-20260101T000000Z'), 'old');
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  rmSync(dir, { recursive: true, force: true });
});

async function scadawatch(...words: string[]): Promise<{ readonly code: unknown; readonly output: string }> {
  printed.length = 0;
  process.exitCode = 0;
  await main(['node', 'scadawatch', ...words, '--data', data]);
  return { code: process.exitCode, output: printed.join('\n') };
}
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted();

describe('a backup', () => {
  it('of a stopped monitor restores everything and keeps the replaced data', async () => {
    expect((await scadawatch('backup', '--out', out)).code).toBe(0);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir).toSorted()).toEqual(['backup.tar.gz', 'data']);
    const parquet = readFileSync(join(data, 'history/samples-2026-11-24.parquet'));
    {
      using state = openState(data);
      state.users.remove('chief');
    }
    rmSync(join(data, 'history'), { recursive: true });
    writeFileSync(join(data, 'later'), 'written after the backup');

    const { code, output } = await scadawatch('restore', out);
    expect([code, output]).toEqual([0, expect.stringContaining('before-restore-')]);
    {
      using state = openState(data);
      expect(state.users.list().map(({ name }) => name)).toEqual(['chief']);
      expect(state.baselines.latest('site')?.content).toEqual({ learned: 1 });
      expect(state.sessions.list()).toEqual([]);
      expect(state.audit.read({ limit: 1 })).toMatchObject([{ action: 'data.restored', object: out }]);
    }
    expect(readFileSync(join(data, 'history/samples-2026-11-24.parquet')).equals(parquet)).toBe(true);
    expect(readFileSync(join(data, 'history/hot.duckdb'), 'utf8')).toBe('running day');
    const aside = readdirSync(data).find((name) => name.startsWith('before-restore-')) ?? '';
    expect(readFileSync(join(data, aside, 'later'), 'utf8')).toBe('written after the backup');
    expect(existsSync(join(data, 'later'))).toBe(false);
    expect(prepareState(data, 0)).toEqual({ damages: [], signInClosed: undefined });
    // only the owner can read the files
    for (const name of filesIn(data)) expect(statSync(join(data, name)).mode & 0o077, name).toBe(0);
  });

  it('of a running monitor is consistent and names what it leaves out; a restore is refused meanwhile', async () => {
    using state = openState(data);
    {
      using running = lockDataDirectory(data, 'run', 0);
      expect(running).toBeDefined();
      state.users.add({ name: 'second', role: 'viewer', passphraseHash: 'hash', createdAt: 0, disabled: false });
      const { code, output } = await scadawatch('backup', '--out', out);
      // the file in this test is no database
      expect([code, output]).toEqual([1, expect.stringMatching(/running day of the historian could not be copied/)]);
      const before = filesIn(data);
      const refused = await scadawatch('restore', out);
      expect([refused.code, refused.output]).toEqual([2, expect.stringMatching(/in use by process \d+ \(scadawatch run/)]);
      expect(filesIn(data)).toEqual(before);
    }
    state[Symbol.dispose]();
    data = join(dir, 'elsewhere');
    expect((await scadawatch('restore', out)).code).toBe(0);
    expect(filesIn(data)).toEqual(
      [
        'accounts.json',
        'events/events-00000001-20261124T060000000Z.jsonl.gz',
        'history/samples-2026-11-24.parquet',
        'notify/webhook-1/told.json',
        'state.db',
      ]
        .toSorted()
        .concat(filesIn(data).filter((name) => name.startsWith('lock.')))
        .toSorted(),
    );
    using restored = openState(data);
    expect(restored.users.list().map(({ name }) => name)).toEqual(['chief', 'second']);
  });

  it('never overwrites a file', async () => {
    writeFileSync(out, 'mine');
    expect(await scadawatch('backup', '--out', out)).toMatchObject({
      code: 2,
      output: expect.stringContaining('is there already'),
    });
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });

  it.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['zeroed', (bytes: Buffer) => Buffer.alloc(bytes.length)],
    ['empty', () => Buffer.alloc(0)],
    ['garbage', (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (byte * 31 + i * 7) & 255))],
    [
      'changed in one byte of a file',
      (bytes: Buffer) => {
        const tar = gunzipSync(bytes);
        tar[tar.indexOf('xxxxxxxx') + 70_000] = 0x79;
        return gzipSync(tar);
      },
    ],
    ['without its end', (bytes: Buffer) => gzipSync(gunzipSync(bytes).subarray(0, 512 * 20))],
    [
      'with a path that leads out of the data directory',
      (bytes: Buffer) => {
        const tar = gunzipSync(bytes);
        const header = tar.subarray(0, 512);
        header.fill(0, 0, 100).write('../state.db', 0);
        header.fill(0x20, 148, 156);
        const sum = header.reduce((total, byte) => total + byte, 0);
        header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
        return gzipSync(tar);
      },
    ],
  ])('that is %s is refused and changes nothing', async (_, damage) => {
    await scadawatch('backup', '--out', out);
    writeFileSync(out, damage(readFileSync(out)));
    const before = join(dir, 'before');
    cpSync(data, before, { recursive: true });
    const { code, output } = await scadawatch('restore', out);
    expect([code, output]).toEqual([2, expect.stringMatching(/backup\.tar\.gz is damaged: [^]*Nothing was changed/)]);
    const kept = (folder: string): string[] => filesIn(folder).filter((name) => !name.startsWith('lock.'));
    expect(kept(data)).toEqual(kept(before));
    for (const name of kept(data))
      expect(readFileSync(join(data, name)).equals(readFileSync(join(before, name))), name).toBe(true);
    expect(readdirSync(dir).toSorted()).toEqual(['backup.tar.gz', 'before', 'data']);
  });
});
