import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ended, endText, readEnd } from './run-record.ts';
import { afterAll, describe, expect, it, vi } from 'vitest';

const script = fileURLToPath(new URL('../../test/support/service-process.ts', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'scadawatch-service-'));
const children: ChildProcess[] = [];
afterAll(() => {
  // those of failed tests
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly output: () => { readonly out: string; readonly err: string };
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly printed: (text: string) => Promise<void>;
}

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...environment } });
  children.push(child);
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()));
  return {
    child,
    output: () => texts,
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal }))),
    printed: async (text) => {
      await vi.waitFor(() => expect(texts.out + texts.err).toContain(text), { timeout: 60_000 });
    },
  };
}

// each waits for deadlines of its own process
describe.concurrent('the process of a monitor', () => {
  it.each([
    ['throw', 'a socket that nobody listens to'],
    ['fail', 'no part is left'],
  ])(
    'closes its parts, ends with code 3 and one line on stderr after %s, and keeps the reason',
    async (mode, message) => {
      const data = mkdtempSync(join(dir, 'data-'));
      const { ended, output } = run([mode], { RUN_DIR: data });
      expect(await ended).toEqual({ code: 3, signal: null });
      expect(output().out).toBe('up\nclosed\n');
      expect(output().err).toBe(`scadawatch: ended by an unexpected error: ${message}\n`);
      expect(JSON.parse(readFileSync(join(data, 'run-end.json'), 'utf8'))).toMatchObject({
        reason: `unexpected error: ${message}`,
        stack: expect.stringContaining('service-process.ts') as string,
      });
    },
    120_000,
  );

  it('continues after a rejected promise that nobody awaits, and raises an alarm', async () => {
    const { child, ended, output, printed } = run(['reject']);
    await printed('unexpected-error: Error: a promise that nobody awaits.');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(output().err).toBe('');
  }, 120_000);

  it('ends after SIGTERM although a part does not, and names that part', async () => {
    const { child, ended, output, printed } = run(['hang']);
    await printed('up');
    child.kill('SIGTERM');
    // by SIGKILL: process.exit would wait for a thread that hangs
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
    expect(output().err).toBe('scadawatch: not finished within 8.5 s: historian (not ended)\n');
  }, 120_000);

  it('reports on stderr that its main thread is blocked, and afterwards for how long', async () => {
    const { child, ended, output, printed } = run(['block', '8000']);
    await printed('on');
    await printed('monitor-blocked: It was blocked for');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(output().err).toMatch(/^scadawatch: the main thread has not run for 3 s: .*\n$/);
  }, 120_000);

  it('is ended when its main thread stays blocked, and reports to systemd only while the thread runs', async () => {
    const record = join(dir, 'notified');
    writeFileSync(join(dir, 'systemd-notify'), `#!/bin/sh\necho "$1" >> ${record}\n`);
    chmodSync(join(dir, 'systemd-notify'), 0o755);
    const path = `${dir}${delimiter}${process.env['PATH']}`;
    const notified = (): string => {
      try {
        return readFileSync(record, 'utf8');
      } catch {
        return '';
      }
    };
    const data = mkdtempSync(join(dir, 'data-'));
    const blocked = run(['block', '60000'], { RUN_DIR: data });
    const { child, ended, printed } = run(['idle'], { PATH: path, NOTIFY_SOCKET: '/run/none', WATCHDOG_USEC: '3000000' });
    await printed('up');
    await vi.waitFor(() => expect(notified()).toMatch(/^READY=1\nWATCHDOG=1\n/), { timeout: 60_000 });
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);

    await blocked.printed('up');
    blocked.child.kill('SIGTERM');
    expect(await blocked.ended).toEqual({ code: null, signal: 'SIGKILL' });
    expect(blocked.output().err).toMatch(/has not run for 3 s.*\n.*has not run for 9 s: the process is ended/);
    const end = await readEnd(data, 'SIGKILL');
    expect(end).toMatchObject({ reason: 'the main thread had not run for 9 s' });
    expect(end?.stack).toMatch(/^at block \(\S*service-process\.ts:\d+:\d+\)\nat main \(/);
    expect(endText(end as Ended, (end?.aliveAt ?? 0) + 14_000)).toMatch(
      /^It ended at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: the main thread had not run for 9 s, at block \(.*\)\. The plant was not watched for 14 s\.$/,
    );
  }, 120_000);

  it('keeps no end if it is stopped, and one without a reason if it is killed', async () => {
    const data = mkdtempSync(join(dir, 'data-'));
    const alive = (): boolean => existsSync(join(data, 'run.json'));
    const stopped = run(['idle'], { RUN_DIR: data });
    await vi.waitFor(() => expect(alive()).toBe(true), { timeout: 60_000 });
    stopped.child.kill('SIGTERM');
    expect((await stopped.ended).code).toBe(0);
    expect(await readEnd(data, undefined)).toBeUndefined();
    const killed = run(['idle'], { RUN_DIR: data });
    await vi.waitFor(() => expect(alive()).toBe(true), { timeout: 60_000 });
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(await readEnd(data, 'SIGKILL')).toMatchObject({ reason: 'it was ended by SIGKILL', stack: undefined });
    expect(await readEnd(data, undefined)).toMatchObject({ reason: 'it was killed, or the machine failed' });
  }, 120_000);

  it('is not ended while its start blocks the main thread', async () => {
    const { child, ended, output, printed } = run(['slow-start', '12000']);
    await printed('up');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(output().err).toBe('');
  }, 120_000);

  it('is killed 9.5 s after SIGTERM if its main thread is blocked while the parts close', async () => {
    const { child, ended, output, printed } = run(['block-stop', '60000']);
    await printed('up');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
    expect(output().err).toContain('the process has not ended within 9.5 s of the signal and is killed');
  }, 120_000);
});
