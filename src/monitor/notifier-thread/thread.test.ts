import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changeOf } from '../../../test/support/alert-changes.ts';
import { blockThread } from '../../../test/support/inspector.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { Notifier } from '../../core/notifier.ts';
import { Metrics, silentLogger } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { Supervisor } from '../../core/supervisor.ts';
import { stix } from '../../notifiers/stix/index.ts';
import { webhook } from '../../notifiers/webhook/index.ts';
import { Delivery } from '../../notify/delivery.ts';
import { SelfWatch } from '../self-watch.ts';
import { NotifierThread } from './thread.ts';

const stack = new AsyncDisposableStack();
const { signal } = new AbortController();
let folder = '';
/** Ends the thread as a fault would. */
let kill: () => Promise<unknown>;
let thread: NotifierThread;
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
  const all = [undefined, { type: 'stix', config: toFiles }, { type: 'webhook', config: toHook }];
  thread = stack.use(new NotifierThread(all));
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
  await files.canary?.({ id: 'c-3', time: 0 }, signal);
});

it('that hangs is an alarm, is ended and started again, and its unconfirmed message is sent by the next one', async () => {
  const wall = new VirtualClock(0);
  const context = { logger: silentLogger, clock: wall, random: new Random(1), metrics: new Metrics() };
  const supervisor = new Supervisor(context);
  const alarms: string[] = [];
  const selfWatch = new SelfWatch(wall, ({ change, finding }) => alarms.push(`${change} ${finding.explanation.sentence}`));
  supervisor.subscribe((status) => selfWatch.notePart(status));
  const stop = new AbortController();
  const watching = supervisor.run('notifiers', (until) => thread.watch(wall, supervisor.part('notifiers'), until), stop.signal);
  await files.canary?.({ id: 'c-4', time: 0 }, signal);
  await blockThread('/notifier-thread/worker.ts', 3_600_000);
  const urgent = changeOf(8);
  const sent = new Delivery({ name: 'files', context, clock: wall, perMinute: 60 }).send(
    (until) => files.notify({ ...urgent, alert: { ...urgent.alert, priority: 1 } }, until),
    signal,
  );
  await wall.advance(9_000);
  expect(alarms).toEqual([]);
  await wall.advance(2_000);
  expect(alarms).toEqual([expect.stringMatching(/^begin .* unconfirmed alerts .*: the thread .* has not answered for 10 s\.$/)]);
  // a receiver that takes its time is no hang
  const slow = hook.canary?.({ id: 'c-5', time: 0 }, stop.signal);
  await wall.advance(10_000);
  await sent;
  expect(readdirSync(folder).filter((name) => /^0+8-/.test(name))).toHaveLength(1);
  expect(alarms.slice(1)).toEqual([expect.stringMatching(/^end /)]);
  for (let second = 0; second < 40; second++) {
    await wall.advance(1_000);
    await files.canary?.({ id: `c-${second}`, time: 0 }, signal);
  }
  expect(alarms).toHaveLength(2);
  stop.abort();
  await expect(slow).rejects.toThrow('aborted');
  await watching;
});
