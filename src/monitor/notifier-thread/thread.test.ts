import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changeOf } from '../../../test/support/alert-changes.ts';
import type { Notifier } from '../../core/notifier.ts';
import { stix } from '../../notifiers/stix/index.ts';
import { webhook } from '../../notifiers/webhook/index.ts';
import { NotifierThread } from './thread.ts';

const stack = new AsyncDisposableStack();
const states: string[] = [];
const { signal } = new AbortController();
let folder = '';
/** Ends the thread as a fault would. */
let kill: () => Promise<unknown>;
let files: Notifier;
let hook: Notifier;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scadawatch-notifier-thread-'));
  stack.defer(() => rmSync(folder, { recursive: true }));
  const server = createServer((request, response) => {
    // never answers the canary
    if (!String(request.headers['x-scadawatch-delivery']).startsWith('c-'))
      response.writeHead(429, { 'retry-after': '30' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const toFiles = stix.schema.parse({ folder, site: 'North', minimumPriority: 1 });
  const toHook = webhook.schema.parse({ url: `http://127.0.0.1:${port}`, secret: 'a secret that is long enough for it' });
  process.once('worker', (worker: Worker) => (kill = () => worker.terminate()));
  const part = { failed: () => void states.push('failed'), recovered: () => void states.push('recovered') };
  const all = [undefined, { type: 'stix', config: toFiles }, { type: 'webhook', config: toHook }];
  const thread = stack.use(new NotifierThread(all, part));
  files = thread.notifier(1, stix.create(toFiles));
  hook = thread.notifier(2, webhook.create(toHook));
});
afterAll(() => stack.disposeAsync());

it('has what the notifier has, and sends in its thread', async () => {
  const { priority } = changeOf().alert;
  expect(files.wants?.(changeOf())).toBe(priority === 1);
  expect(Object.keys(files)).toEqual(['wants', 'notify', 'notifyDigest', 'notifyAll', 'canary']);
  const urgent = changeOf(7);
  await files.notifyAll?.([{ ...urgent, alert: { ...urgent.alert, priority: 1 } }], signal);
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^0+7-.*\.stix\.json$/)]);
});

it.runIf(process.platform === 'linux')('has less priority than the rest of the process', () => {
  // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the 19th field, the 17th after the name in brackets
  const priorities = readdirSync('/proc/self/task').map((thread) =>
    Number(
      readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[16],
    ),
  );
  expect(priorities).toContain(Math.min(getPriority() + 5, 19));
});

it('passes on why a receiver refuses, and for how long', async () => {
  const error = await hook.notify(changeOf(), signal).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'retryable', code: 'NOTIFY_FAILED', retryAfterMs: 30_000 });
  expect((error as Error).message).toMatch(/^webhook http:\/\/127.0.0.1:\d+: HTTP 429$/);
});

it('starts again after a fault, and what was on its way is repeated by the caller', async () => {
  const stop = new AbortController();
  const aborted = hook.canary?.({ id: 'c-1', time: 0 }, stop.signal);
  stop.abort();
  await expect(aborted).rejects.toThrow('aborted');
  const lost = hook.canary?.({ id: 'c-2', time: 0 }, signal);
  const [error] = await Promise.all([lost?.catch((thrown: unknown) => thrown), kill()]);
  expect(error).toMatchObject({ kind: 'retryable', code: 'NOTIFY_FAILED' });
  expect(states).toEqual(['failed']);
  await files.canary?.({ id: 'c-3', time: 0 }, signal);
  expect(states).toEqual(['failed', 'recovered']);
});
