import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { Browser } from '../../dashboard/server/testing/browser.ts';
import { freePort } from '../support/free-port.ts';
import { administrator, processLives } from '../support/lab-process.ts';
import { startReadModbusServer } from '../support/modbus-simulator.ts';
import { tankConfig } from '../support/run-process.ts';
import { TinyPlant } from '../support/tiny-plant.ts';

const entry = fileURLToPath(new URL('../../src/start.js', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'scadawatch-parent-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const waits = { timeout: 60_000, interval: 100 };

/** Starts `scadawatch run` as a user does, without a service manager. */
function start(file: string, data: string) {
  const { NOTIFY_SOCKET: _, SYSTEMD_EXEC_PID: __, ...env } = process.env;
  const child = spawn(process.execPath, [entry, 'run', file, '--data', data], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  const links = (): string[] => [...output.matchAll(/(http:\S+)\n/g)].map(([, link]) => link as string);
  return {
    child,
    output: () => output,
    ended: new Promise<number | null>((resolve) => child.once('exit', resolve)),
    /** Address of the page after a number of starts. */
    started: async (count: number): Promise<string> => {
      await vi.waitFor(() => expect(links().length, output).toBeGreaterThanOrEqual(count), waits);
      return links().at(-1) as string;
    },
    monitor: (): number => Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0]),
  };
}

it.runIf(process.platform === 'linux')(
  'a killed monitor is started again, and says so; it ends with its parent process and by a signal to it',
  async () => {
    await using server = await startReadModbusServer({ plant: new TinyPlant() });
    const file = tankConfig(dir, server.port);
    // the session belongs to the address of the page
    writeFileSync(file, readFileSync(file, 'utf8').replace('dashboard: {port: 0}', `dashboard: {port: ${await freePort()}}`));
    const data = join(dir, 'data');
    const run = start(file, data);
    const link = await run.started(1);
    const token = link.split('#setup=')[1] ?? '';
    const browser = new Browser(new URL(link).origin);
    expect((await browser.call('POST /api/setup', { ...administrator, token })).status).toBe(200);
    await vi.waitFor(() => expect(readFileSync(join(data, 'run.json'), 'utf8')).toContain('aliveAt'), waits);
    const killed = run.monitor();
    process.kill(killed, 'SIGKILL');
    const next = new Browser(new URL(await run.started(2)).origin);
    expect(run.output()).toContain('the monitor has ended (SIGKILL) and is started again in');
    // who was signed in stays so
    next.cookie = browser.cookie;
    await vi.waitFor(async () => {
      const { text } = await next.call('GET /api/alerts', {});
      expect(text).toMatch(/It ended at .* UTC: it was ended by SIGKILL\. The plant was not watched for /);
    }, waits);
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);

    const orphaned = start(file, data);
    await orphaned.started(1);
    const monitor = orphaned.monitor();
    orphaned.child.kill('SIGKILL');
    await vi.waitFor(() => expect(processLives(monitor)).toBe(false), waits);
  },
  180_000,
);

it('a configuration with an error is not tried again', async () => {
  const run = start(join(dir, 'missing.yaml'), join(dir, 'none'));
  expect(await run.ended).toBe(2);
  expect(run.output()).not.toContain('started again');
}, 60_000);
