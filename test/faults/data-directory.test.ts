import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../../src/start.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'scadawatch-directory-'));
const data = join(root, 'data');
const file = join(root, 'plant.yaml');
const key = join(root, 'key.pem');
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(root, { recursive: true, force: true });
});

/** A plant whose device does not answer, and a historian that two processes could share. */
const plantWith = (dashboard: string): string => `
site: {name: Test works}
areas: [{id: a, name: A, equipment: [{id: T, name: Tank}]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: 9, unit: 1}}
workers: 1
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0}, area: a, equipment: T, description: Level, unit: m, range: [0, 10]}
historian: {type: influxdb, url: 'http://127.0.0.1:9'}
dashboard: ${dashboard}
`;

/** Runs `scadawatch run` with the widest umask. */
function run(): {
  readonly child: ChildProcess;
  readonly ready: Promise<string>;
  readonly ended: Promise<{ code: unknown; output: string }>;
} {
  const child = spawn('sh', ['-c', 'umask 0; exec "$0" "$@"', process.execPath, entry, 'run', file, '--data', data], {
    // with a channel the process has no parent that starts it again
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  let output = '';
  const ready = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (/http:\/\/\S+/.test(output)) ready.resolve(output);
    });
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    ready.reject(new Error(`ended with ${String(code)}: ${output}`));
    return { code, output };
  });
  ready.promise.catch(() => undefined);
  return { child, ready: ready.promise, ended };
}

const readable = (): string[] =>
  ['.', ...readdirSync(data, { recursive: true, encoding: 'utf8' })].filter(
    (name) => (statSync(join(data, name)).mode & 0o077) !== 0,
  );

it('is for its owner alone whatever the umask, and for one monitor alone until that has ended, also by kill -9', async () => {
  // files of an earlier version
  mkdirSync(join(data, 'devices/plc1'), { recursive: true, mode: 0o755 });
  writeFileSync(join(data, 'devices/plc1/refused.json'), '{}');
  chmodSync(join(data, 'devices/plc1/refused.json'), 0o644);
  chmodSync(data, 0o777);
  writeFileSync(file, plantWith('{port: 0}'));
  const first = run();
  await first.ready;
  expect(readable()).toEqual([]);

  const refused = await run().ended;
  expect([refused.code, refused.output]).toEqual([
    2,
    expect.stringContaining(`in use by process ${first.child.pid} (scadawatch run, since`),
  ]);

  first.child.kill('SIGKILL');
  await first.ended;
  const next = run();
  await next.ready;
  expect(readable()).toEqual([]);
  next.child.kill('SIGTERM');
  expect((await next.ended).code).toBe(0);

  writeFileSync(key, 'a key');
  chmodSync(key, 0o640);
  writeFileSync(file, plantWith(`{port: 0, tls: {cert: ${key}, key: ${key}}}`));
  const open = await run().ended;
  expect([open.code, open.output]).toEqual([2, expect.stringContaining(`chmod 600 ${key}`)]);
}, 180_000);
