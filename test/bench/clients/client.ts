import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { parseMessage, readValueFrame, subprotocol } from '../../../dashboard/protocol.ts';
import { PageWatch } from './page-watch.ts';
import type { ClientPage } from './pages.ts';
import { type ClientReport, Tally } from './tally.ts';

/**
 * Some open pages in a process of their own: `client.ts ADDRESS FILE`, the file with `ClientPage`s as JSON. Each has a websocket, and
 * requests the health of the monitor as often as the page does. Prints `open` when all are open, and then a `ClientReport` each second.
 */
const healthEveryMs = 3_000;
const [address = '', file = ''] = process.argv.slice(2);
const pages = JSON.parse(readFileSync(file, 'utf8')) as readonly ClientPage[];
const tally = new Tally();
let closed = 0;

async function openPage({ cookie, tags }: ClientPage, number: number): Promise<void> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/ws`, subprotocol, { headers: { cookie, origin: address } });
  socket.binaryType = 'arraybuffer';
  const watch = new PageWatch(tags, tally);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject);
  socket.once('open', () => {
    socket.send(JSON.stringify({ type: 'watch', watch: 1, tags }));
    socket.send(JSON.stringify({ type: 'resume' }));
    resolve();
  });
  socket.on('message', (data, isBinary) => {
    if (isBinary) watch.values(readValueFrame(data as ArrayBuffer), Date.now());
    else watch.message(parseMessage(Buffer.from(data as ArrayBuffer).toString('utf8')));
  });
  socket.on('close', () => closed++);
  await promise;
  socket.on('error', () => {});
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  // pages were not opened all at once
  setTimeout(() => setInterval(() => askHealth(cookie, agent), healthEveryMs), (number * healthEveryMs) / pages.length);
}

function askHealth(cookie: string, agent: Agent): void {
  const began = performance.now();
  const request = get(
    `${address}/api/health`,
    { agent, headers: { cookie, 'accept-encoding': 'gzip, deflate, br' } },
    (response) => {
      if (response.statusCode !== 200) tally.failedRequests++;
      response.on('end', () => tally.answered(performance.now() - began)).resume();
    },
  );
  request.on('error', () => tally.failedRequests++);
}

for (const [number, page] of pages.entries()) await openPage(page, number);
console.log('open');
setInterval(() => {
  const report: ClientReport = { ...tally.take(), open: pages.length - closed };
  console.log(JSON.stringify(report));
}, 1_000);
createInterface(process.stdin).on('close', () => process.exit(0));
