import { expect, it } from 'vitest';
import { changeOf, digestOf, intrusion } from '../../../test/support/alert-changes.ts';
import { openHttpReceiver } from '../../../test/support/http-receiver.ts';
import { teams } from './index.ts';

const signal = new AbortController().signal;
const create = (settings: object) => teams.create(teams.schema.parse(settings));

it('posts an adaptive card', async () => {
  await using receiver = await openHttpReceiver(202);
  await create({ url: receiver.url, dashboard: 'https://scadawatch.example' }).notify(changeOf(), signal);
  expect(receiver.bodies).toMatchObject([
    {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            type: 'AdaptiveCard',
            body: [
              { inlines: [{ text: 'Raised, priority 1: 10.0.0.66 writes CL.SP 1.00 → 0.30 mg/L', color: 'Attention' }] },
              { type: 'RichTextBlock' },
              ...['Where', 'Since', 'Tags'].map((name) => ({ inlines: [{ text: `${name}: ` }, {}] })),
              { inlines: [{ text: 'Client: ' }, { text: '10.0.0.66' }] },
              ...['Certainty', 'Techniques', 'Response', 'Alert'].map((name) => ({ inlines: [{ text: `${name}: ` }, {}] })),
            ],
            actions: [{ url: 'https://scadawatch.example/#/incident/INC-000017' }],
          },
        },
      ],
    },
  ]);
});

it('stays below 28 kB for the longest texts and digests', async () => {
  await using receiver = await openHttpReceiver(202);
  const long = 'x'.repeat(5_000);
  const alert = { ...intrusion, headline: { title: long, sentence: long, at: 1 }, response: long, tags: [long] };
  const notifier = create({ url: receiver.url });
  await notifier.notify(changeOf(1, { alert: { ...alert, explanation: { ...alert.explanation, sentence: long } } }), signal);
  await notifier.notifyDigest(digestOf(Array.from({ length: 60 }, (_, i) => changeOf(i, { alert }))), signal);
  expect(receiver.bodies).toHaveLength(2);
  for (const body of receiver.bodies) expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(28_000);
});
