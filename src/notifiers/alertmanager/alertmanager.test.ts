import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, type TestContext, vi } from 'vitest';
import { changeOf, intrusion } from '../../../test/support/alert-changes.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { requirePeer } from '../../../test/support/peers.ts';
import { alertmanager } from './index.ts';

const signal = new AbortController().signal;

/** A real Alertmanager on loopback. @returns its address */
async function start(test: Pick<TestContext, 'skip'>, stack: AsyncDisposableStack): Promise<string> {
  const { path } = requirePeer('alertmanager', test);
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-alertmanager-'));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'conf.yml'), 'route: { receiver: none }\nreceivers: [{ name: none }]\n');
  const port = await freePort();
  const child = spawn(
    path,
    [
      `--config.file=${join(dir, 'conf.yml')}`,
      `--storage.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  stack.defer(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/-/ready`)).status).toBe(200), { timeout: 30_000, interval: 50 });
  return url;
}

it('takes a silence that a person sets after the alert as an acknowledgement', async (test) => {
  await using stack = new AsyncDisposableStack();
  const url = await start(test, stack);
  const create = (site: string) =>
    alertmanager.create(alertmanager.schema.parse({ url, labels: { site }, acknowledgements: true }));
  const notifier = create('north');
  const now = Date.now();
  const silence = async (alert: string): Promise<void> => {
    const matchers = [{ name: 'alert', value: alert, isRegex: false, isEqual: true }];
    const times = { startsAt: new Date().toISOString(), endsAt: new Date(now + 3_600_000).toISOString() };
    const body = JSON.stringify({ matchers, ...times, createdBy: 'Ann', comment: 'seen' });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${url}/api/v2/silences`, { method: 'POST', headers, body })).status).toBe(200);
  };
  const alerts = ['ALT-1', 'ALT-2', 'ALT-3'].map((id) => ({ ...intrusion, id, raisedAt: now - 1_000 }));
  await notifier.notifyAll?.(
    alerts.map((alert, i) => changeOf(i + 1, { time: now, alert })),
    signal,
  );
  await silence('ALT-1');
  await silence('ALT-2');
  // that one was raised again after the silence
  const waiting = alerts.map((alert) => (alert.id === 'ALT-2' ? { ...alert, annunciatedAt: Date.now() + 60_000 } : alert));
  await expect.poll(async () => await notifier.acknowledged?.(waiting, signal)).toEqual([{ alert: 'ALT-1', by: 'Ann' }]);
  expect(await create('south').acknowledged?.(waiting, signal)).toEqual([]);
  // canaries are listed under a name of their own
  const canaries = async (): Promise<unknown> =>
    await (await fetch(`${url}/api/v2/alerts?filter=alertname="scadawatchCanary"`)).json();
  await notifier.canary({ id: 'canary-1', time: Date.now() }, signal);
  expect(await canaries()).toEqual([]);
  await notifier.canary({ id: 'canary-2', time: Date.now(), isShown: true }, signal);
  expect(await canaries()).toMatchObject([{ labels: { site: 'north', severity: 'none' } }]);
}, 60_000);

it('keeps the alerts of Alertmanager as they are here', async (test) => {
  await using stack = new AsyncDisposableStack();
  const url = await start(test, stack);
  const settings = { url, labels: { site: 'north' }, dashboard: 'https://scadawatch.example' };
  const notifier = alertmanager.create(alertmanager.schema.parse(settings));
  const listed = async () =>
    (await (await fetch(`${url}/api/v2/alerts`)).json()) as {
      labels: Record<string, string>;
      annotations: Record<string, string>;
      status: { state: string };
      generatorURL: string;
    }[];
  const now = Date.now();
  const alert = { ...intrusion, raisedAt: now };
  const other = { ...alert, id: 'ALT-000018', priority: 'A', response: '' } as const;
  await notifier.notifyAll?.([changeOf(1, { time: now, alert }), changeOf(2, { time: now, alert: other })], signal);
  await expect
    .poll(async () => (await listed()).map(({ labels }) => labels['alert'] ?? '').toSorted((a, b) => a.localeCompare(b)))
    .toEqual([alert.id, other.id]);
  expect((await listed()).find(({ labels }) => labels['alert'] === alert.id)).toMatchObject({
    labels: { alertname: 'scadawatch', site: 'north', severity: 'critical', area: 'disinfection', equipment: 'CL' },
    annotations: {
      summary: alert.title,
      clients: '10.0.0.66',
      techniques: 'T1692.001 (v19)',
      response: 'Restore the set-point; Call the shift engineer',
    },
    generatorURL: 'https://scadawatch.example/#/incident/INC-000017',
  });
  // an alert that is back to normal is resolved there
  await notifier.notify(
    changeOf(3, { time: now + 1, kind: 'returned', alert: { ...alert, state: 'D', returnedAt: now + 1 } }),
    signal,
  );
  await expect.poll(async () => (await listed()).map(({ labels }) => labels['alert'])).toEqual([other.id]);
  // one whose priority has risen is listed once
  const urgent = { ...other, priority: 2 } as const;
  await notifier.notify(changeOf(4, { time: now + 2, kind: 'updated', alert: urgent }), signal);
  await expect.poll(async () => (await listed()).map(({ labels }) => labels['priority'])).toEqual(['2']);
});
