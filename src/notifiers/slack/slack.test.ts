import { expect, it } from 'vitest';
import { changeOf, digestOf, intrusion } from '../../../test/support/alert-changes.ts';
import { openHttpReceiver } from '../../../test/support/http-receiver.ts';
import { slack } from './index.ts';

const signal = new AbortController().signal;
const create = (settings: object) => slack.create(slack.schema.parse(settings));

it('writes what, where, since when, who, how sure and what to do, as text and not as markup', async () => {
  await using receiver = await openHttpReceiver(200);
  const headline = { title: 'CL.SP <0.5 & falling', sentence: 's', at: 1 };
  const change = changeOf(1, { alert: { ...intrusion, headline } });
  await create({ url: receiver.url, dashboard: 'https://scadawatch.example' }).notify(change, signal);
  const [body] = receiver.bodies as { text: string; blocks: { text: { text: string } }[] }[];
  expect(body?.text).toBe('Raised, priority 1: CL.SP &lt;0.5 &amp; falling');
  const text = body?.blocks.map((block) => block.text.text).join('\n');
  for (const part of [
    '10.0.0.66 writes CL.SP 1.00 → 0.30 mg/L. Only 10.0.0.5',
    'Where: disinfection, CL',
    'Since: 2026-11-24 03:12:00 UTC',
    'Client: 10.0.0.66',
    'Techniques: T1692.001 Command Message (seen)',
    'Response: Restore the set-point',
    '<https://scadawatch.example/#/incident/INC-000017|Open in scadawatch>',
  ])
    expect(text).toContain(part);
});

it('sends the wanted changes alone, and lists the alerts of a flood in one message', async () => {
  await using receiver = await openHttpReceiver(200);
  const notifier = create({ url: receiver.url });
  await notifier.notify(changeOf(1, { kind: 'updated' }), signal);
  await notifier.notify(changeOf(1, { alert: { ...intrusion, priority: 'A' } }), signal);
  await notifier.notifyDigest(digestOf([changeOf(1, { kind: 'updated' })]), signal);
  expect(receiver.bodies).toEqual([]);
  await notifier.notifyDigest(digestOf([changeOf(1), changeOf(2, { kind: 'returned' })]), signal);
  expect(receiver.bodies).toHaveLength(1);
  const text = JSON.stringify(receiver.bodies[0]);
  expect(text).toContain('2 alerts raised');
  expect(text).toContain('Back to normal, priority 1: 10.0.0.66 writes CL.SP');
});
