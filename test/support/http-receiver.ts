import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on loopback that keeps the JSON of each request and answers all with one status. */
export interface HttpReceiver extends AsyncDisposable {
  readonly url: string;
  readonly bodies: readonly unknown[];
}

export async function openHttpReceiver(status: number | (() => number) = 202): Promise<HttpReceiver> {
  const bodies: unknown[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    request.on('end', () => {
      bodies.push(JSON.parse(text));
      response.writeHead(typeof status === 'number' ? status : status()).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=hidden`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
