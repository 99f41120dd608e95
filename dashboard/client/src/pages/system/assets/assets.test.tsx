import { expect, it } from 'vitest';
import { openPage } from '../../../testing/open-page.tsx';
import { siteTime, TestServer } from '../../../testing/server.ts';

const asset = {
  name: 'plc1',
  type: 'modbus',
  address: '10.0.0.2:502',
  state: 'up',
  tags: 12,
  identity: { vendor: 'Acme', build: '', revision: '2.1' },
  connection: { transport: 'tcp', units: '1, 3', access: 'read only' },
  changes: [{ at: siteTime, text: 'Identity changed: revision 2.0 → 2.1.' }],
};
const conversation = {
  client: '10.0.0.66',
  server: '10.0.0.2',
  port: 502,
  protocol: 'modbus',
  device: 'plc1',
  units: [3],
  operations: ['FC3', 'FC16'],
  packets: 9,
  bytes: 900,
  writes: 2,
  firstAt: siteTime,
  lastAt: siteTime,
};

it('shows identity, connection, clients and the last change of a device, and the conversations', async () => {
  const server = new TestServer('viewer');
  server.answer('GET /api/assets', { body: { assets: [asset], conversations: [conversation], unlisted: 0 } });
  using page = await openPage(server, '#/system/assets', []);
  const row = page.find('main tr', '10.0.0.2:502').textContent;
  for (const text of ['plc1', 'Acme, 2.1', 'tcp, units 1, 3, read only', '10.0.0.66', 'revision 2.0 → 2.1'])
    expect(row).toContain(text);
  expect(page.find('main tr', 'FC3, FC16').textContent).toContain('10.0.0.66');
});

it('states that nobody is seen without a tap, rather than that nobody talks to a device', async () => {
  const server = new TestServer('viewer');
  server.answer('GET /api/assets', { body: { assets: [asset], conversations: [], unlisted: 0 } });
  using page = await openPage(server, '#/system/assets', []);
  expect(page.find('main tr', '10.0.0.2:502').textContent).toContain('not seen');
  expect(page.text()).toContain('No conversation has been seen.');
});
