import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { changeOf } from '../../../test/support/alert-changes.ts';
import { mispEventRules } from '../../../test/support/misp.ts';
import { misp } from './index.ts';

const signal = new AbortController().signal;
const key = 'only-for-this-test-0123456789';

/** An automation API with the events that it was given: an edit of an unknown event is refused. */
async function openMisp(stack: AsyncDisposableStack) {
  const events = new Map<string, unknown>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (bytes: Buffer) => (text += bytes.toString()));
    request.on('end', () => {
      const { url = '', headers } = request;
      requests.push(url.replace(/[0-9a-f-]{36}/, 'UUID'));
      const { Event: event } = mispEventRules.parse(JSON.parse(text));
      const isKnown = events.has(event.uuid);
      const status = headers.authorization !== key ? 403 : url === '/events/add' ? (isKnown ? 409 : 200) : isKnown ? 200 : 404;
      if (status === 200) events.set(event.uuid, event);
      response.writeHead(status).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const create = (more: object = {}) => misp.create(misp.schema.parse({ url, key, site: 'North', ...more }));
  return { create, events, requests };
}

it('adds an event for an incident, and updates it afterwards', async () => {
  await using stack = new AsyncDisposableStack();
  const { create, events, requests } = await openMisp(stack);
  const notifier = create();
  await notifier.notify(changeOf(1), signal);
  await notifier.notifyAll?.([changeOf(2, { kind: 'updated' }), changeOf(3, { kind: 'returned' })], signal);
  expect(requests).toEqual(['/events/edit/UUID', '/events/add', '/events/edit/UUID']);
  expect(events.size).toBe(1);
});

it('gives up on a wrong key, and does not name it', async () => {
  await using stack = new AsyncDisposableStack();
  const { create } = await openMisp(stack);
  const error = await create({ key: 'wrong-key' })
    .notify(changeOf(), signal)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    kind: 'fatal',
    message: expect.stringMatching(/^misp http:\/\/127.0.0.1:\d+: HTTP 403$/) as string,
  });
});

it('writes files instead of requests', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scadawatch-misp-'));
  try {
    await misp.create(misp.schema.parse({ folder, site: 'North' })).notify(changeOf(), signal);
    const [name = ''] = readdirSync(folder);
    expect(name).toBe('0000000000000001-ALT-000017.misp.json');
    expect(mispEventRules.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8'))).error).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  [{ site: 'North' }, 'url: either url or folder is required'],
  [{ site: 'North', folder: '/x', url: 'https://misp.example', key: 'k' }, 'url: either url or folder is required'],
  [{ site: 'North', url: 'https://misp.example' }, 'key: url and key are given together'],
  [{ site: 'North', url: 'http://misp.example', key: 'k' }, 'url: alerts would cross the network in clear text'],
])('the configuration %o is refused', (settings, problem) => {
  const { error } = misp.schema.safeParse(settings);
  expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([expect.stringContaining(problem)]);
});
