// Receives signed alerts of scadawatch and posts them to a chat room by its incoming webhook (Slack, Mattermost, Rocket.Chat).
// Usage: WEBHOOK_SECRET=… CHAT_URL=https://… node bridge.mjs [PORT]
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { WEBHOOK_SECRET: secret, CHAT_URL: chat } = process.env;
if (!secret || !chat) throw new Error('set WEBHOOK_SECRET and CHAT_URL');
const mostBytes = 1_000_000;
const seen = new Set();

const server = createServer((request, response) => void take(request, response));
server.listen(Number(process.argv[2] ?? 8099), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));

async function take(request, response) {
  try {
    const body = await read(request);
    if (!isSigned(String(request.headers['x-scadawatch-signature']), body)) return void response.writeHead(401).end();
    const delivery = request.headers['x-scadawatch-delivery'];
    if (!seen.has(delivery)) {
      const posted = await fetch(chat, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: textOf(JSON.parse(body.toString())) }),
      });
      // any other status than 2xx makes scadawatch send the alert again later
      if (!posted.ok) return void response.writeHead(503).end();
      seen.add(delivery);
      if (seen.size > 1_000) seen.delete(seen.values().next().value);
    }
    response.writeHead(204).end();
  } catch {
    response.writeHead(503).end();
  }
}

async function read(request) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > mostBytes) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function isSigned(header, body) {
  const [, time = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (Math.abs(Date.now() / 1_000 - Number(time)) > 300) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}

function textOf(message) {
  if (message.type === 'digest') return `${message.raised} new alerts, ${message.changes} changes. Open scadawatch for details.`;
  const { priority, id, title, explanation, response } = message.alert;
  const name = priority === 'A' ? 'Anomaly' : `Alarm, priority ${priority}`;
  return `${name} ${message.kind}: ${title} (${id})\n${explanation.sentence}${response ? `\nResponse: ${response}` : ''}`;
}
