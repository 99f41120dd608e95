import { expect, it } from 'vitest';
import { changeOf, digestOf, intrusion } from '../../../test/support/alert-changes.ts';
import { openHttpReceiver } from '../../../test/support/http-receiver.ts';
import type { AlertChangeKind } from '../../core/alert.ts';
import { pagerduty } from './index.ts';

const signal = new AbortController().signal;
const routingKey = 'only-for-this-test-0123456789abcdef';
const create = (settings: object) => pagerduty.create(pagerduty.schema.parse({ routingKey, ...settings }));

it('triggers, acknowledges and resolves one incident for each alert', async () => {
  await using receiver = await openHttpReceiver();
  const notifier = create({ url: receiver.url, dashboard: 'https://scadawatch.example' });
  const kinds: readonly AlertChangeKind[] = ['raised', 'updated', 'acknowledged', 'commented', 'returned', 'shelved'];
  for (const kind of kinds) await notifier.notify(changeOf(1, { kind }), signal);
  expect(receiver.bodies.map((body) => (body as { event_action: string }).event_action)).toEqual([
    'trigger',
    'acknowledge',
    'resolve',
    'resolve',
  ]);
  expect(receiver.bodies[0]).toMatchObject({
    routing_key: routingKey,
    dedup_key: 'ALT-000017',
    payload: {
      summary: expect.stringContaining('CL.SP 1.00 → 0.30 mg/L') as string,
      source: 'plc1',
      severity: 'critical',
      timestamp: '2026-11-24T03:12:02.000Z',
      component: 'CL',
      custom_details: { clients: ['10.0.0.66'], techniques: ['T1692.001 (v19)'] },
    },
    links: [{ href: 'https://scadawatch.example/#/incident/INC-000017' }],
  });
});

it('calls again for an alert that is raised again after an acknowledgement: PagerDuty is silent about an acknowledged incident', async () => {
  await using receiver = await openHttpReceiver();
  const notifier = create({ url: receiver.url });
  for (const kind of ['raised', 'acknowledged', 'recurred', 'acknowledged', 'realarmed'] as const)
    await notifier.notify(changeOf(1, { kind }), signal);
  const open = new Map<string, string>();
  const calls: string[] = [];
  for (const body of receiver.bodies as { event_action: string; dedup_key: string }[]) {
    const { event_action: action, dedup_key: key } = body;
    if (action === 'trigger' && !open.has(key)) calls.push(key);
    if (action === 'resolve') open.delete(key);
    else open.set(key, action);
  }
  expect(calls).toEqual(['ALT-000017', 'ALT-000017', 'ALT-000017']);
});

it('calls nobody for an anomaly, unless minimumPriority is A', async () => {
  await using receiver = await openHttpReceiver();
  const anomaly = changeOf(1, { alert: { ...intrusion, priority: 'A' } });
  await create({ url: receiver.url }).notifyDigest(digestOf([anomaly]), signal);
  expect(receiver.bodies).toEqual([]);
  await create({ url: receiver.url, minimumPriority: 'A' }).notifyDigest(digestOf([anomaly]), signal);
  expect(receiver.bodies).toMatchObject([{ event_action: 'trigger', payload: { severity: 'info' } }]);
});

it('continues a batch where the rate limit of PagerDuty has ended it', async () => {
  let left = 7;
  await using receiver = await openHttpReceiver(() => (left-- > 0 ? 202 : 429));
  const changes = Array.from({ length: 10 }, (_, i) => changeOf(i, { alert: { ...intrusion, id: `ALT-${i}` } }));
  const notifier = create({ url: receiver.url });
  await expect(notifier.notifyAll?.(changes, signal)).rejects.toMatchObject({ kind: 'retryable' });
  left = 100;
  await notifier.notifyAll?.(changes, signal);
  expect(receiver.bodies).toHaveLength(7 + 1 + 3);
});

it('has a canary that calls nobody: the end of an incident that does not exist, or a change event', async () => {
  await using receiver = await openHttpReceiver();
  await create({ url: receiver.url }).canary({ id: 'canary-1', time: 1 }, signal);
  expect(receiver.bodies).toEqual([{ routing_key: routingKey, event_action: 'resolve', dedup_key: 'scadawatch-canary' }]);
  await create({ url: receiver.url }).canary({ id: 'canary-2', time: 1, isShown: true }, signal);
  expect(receiver.bodies[1]).toMatchObject({ routing_key: routingKey, payload: { custom_details: { canary: 'canary-2' } } });
  expect(receiver.bodies[1]).not.toHaveProperty('event_action');
});

it('calls for every alert of a flood', async () => {
  await using receiver = await openHttpReceiver();
  const changes = Array.from({ length: 30 }, (_, i) => changeOf(i, { alert: { ...intrusion, id: `ALT-${i}` } }));
  await create({ url: receiver.url }).notifyAll?.(changes, signal);
  expect(receiver.bodies.map((body) => (body as { dedup_key: string }).dedup_key)).toEqual(changes.map(({ alert }) => alert.id));
});
