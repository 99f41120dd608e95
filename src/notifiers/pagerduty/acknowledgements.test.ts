import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { intrusion } from '../../../test/support/alert-changes.ts';
import { pagerduty } from './index.ts';

const signal = new AbortController().signal;
const routingKey = 'only-for-this-test-0123456789abcdef';
const token = 'key-of-the-rest-api-0123';

/** Incidents as the REST API answers them, two pages. */
const pages = [
  {
    more: true,
    incidents: [
      {
        incident_key: 'ALT-1',
        status: 'acknowledged',
        acknowledgements: [
          { at: '2026-11-24T03:13:00Z', acknowledger: { type: 'user_reference', summary: 'Ann' } },
          { at: '2026-11-24T03:14:00Z', acknowledger: { type: 'user_reference', summary: 'Bob' } },
        ],
      },
      { incident_key: null, acknowledgements: [] },
      { incident_key: 'ALT-9', acknowledgements: [{ at: '2026-11-24T03:13:00Z' }] },
    ],
  },
  { more: false, incidents: [{ incident_key: 'ALT-2', acknowledgements: [{ at: '2026-11-24T03:13:00Z', acknowledger: null }] }] },
];

async function openApi(status: number, stack: AsyncDisposableStack): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const offset = Number(new URL(request.url ?? '', 'http://x').searchParams.get('offset'));
    requests.push(request);
    response.writeHead(status).end(JSON.stringify(pages[offset / 100] ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const create = (url: string) =>
  pagerduty.create(pagerduty.schema.parse({ routingKey, url, acknowledgements: { token, service: 'PABC123', url } }));
const waiting = ['ALT-1', 'ALT-2', 'ALT-3'].map((id) => ({ ...intrusion, id }));

it('takes acknowledgements of its own service from PagerDuty, with the last person', async () => {
  await using stack = new AsyncDisposableStack();
  const { url, requests } = await openApi(200, stack);
  expect(await create(url).acknowledged?.(waiting, signal)).toEqual([
    { alert: 'ALT-1', by: 'Bob' },
    { alert: 'ALT-2', by: '' },
  ]);
  expect(requests).toHaveLength(2);
  const [first] = requests;
  expect(first?.headers).toMatchObject({ authorization: `Token token=${token}` });
  const query = new URL(first?.url ?? '', url).searchParams;
  expect([query.get('service_ids[]'), query.get('statuses[]')]).toEqual(['PABC123', 'acknowledged']);
});

it('takes no acknowledgement of before an alert was raised again', async () => {
  await using stack = new AsyncDisposableStack();
  const { url } = await openApi(200, stack);
  const again = waiting.map((alert) => ({ ...alert, annunciatedAt: Date.parse('2026-11-24T03:13:30Z') }));
  expect(await create(url).acknowledged?.(again, signal)).toEqual([{ alert: 'ALT-1', by: 'Bob' }]);
});

it('fails without its key in the error, and can be repeated', async () => {
  await using stack = new AsyncDisposableStack();
  const { url } = await openApi(503, stack);
  const error: unknown = await create(url)
    .acknowledged?.(waiting, signal)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'retryable' });
  expect(JSON.stringify(error) + String(error)).not.toContain(token);
});

it('asks nothing without a key', () => {
  const notifier = pagerduty.create(pagerduty.schema.parse({ routingKey }));
  expect('acknowledged' in notifier).toBe(false);
});

it('names both of its destinations', () => {
  const config = pagerduty.schema.parse({ routingKey, acknowledgements: { token, service: 'P1' } });
  expect(pagerduty.destinations?.(config)).toEqual([
    { host: 'events.pagerduty.com', port: 443 },
    { host: 'api.pagerduty.com', port: 443 },
  ]);
});
