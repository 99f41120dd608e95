import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { sendEvents } from './send-events.ts';

it('disconnects a client that reads nothing, and ends its stream', async () => {
  let made = 0;
  const ended = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<string> {
    try {
      for (;;) {
        made++;
        yield `data: ${'x'.repeat(1024 * 1024)}\n\n`;
      }
    } finally {
      ended.resolve();
    }
  }
  const server = createServer((_request, response) => void sendEvents(response, endless(), new AbortController().signal, 50));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const request = get({ port: (server.address() as AddressInfo).port }, (response) => response.pause().on('error', () => {}));
  request.on('error', () => {});
  await ended.promise;
  // the buffers of both sockets, and no queue of its own
  expect(made).toBeLessThan(32);
  request.destroy();
  server.closeAllConnections();
  server.close();
});
