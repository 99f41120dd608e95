import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownCertificate } from '../../collectors/opcua/certificates/pki.ts';
import { opcua } from '../../collectors/opcua/index.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { Random } from '../../src/core/random.ts';
import { TagTable } from '../../src/core/tag.ts';
import { opcuaDevice, opcuaTag } from '../support/opcua.ts';
import { askedBy, ChunkReader } from '../support/opcua-wire.ts';
import { assertReadServices } from '../support/read-only.ts';
import { testContext } from '../support/tiny-plant.ts';

/** Answers each chunk of a client; `turn` counts them. */
type Script = (socket: Socket, turn: number) => void;

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'scadawatch-garbage-'));
  await ownCertificate(dataDir);
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

const chunk = (kind: string, body: Buffer, length = body.length + 8): Buffer => {
  const header = Buffer.alloc(8);
  header.write(`${kind}F`, 0, 'latin1');
  header.writeUInt32LE(length >>> 0, 4);
  return Buffer.concat([header, body]);
};
const numbers = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32LE(value >>> 0, i * 4));
  return bytes;
};
const acknowledge = chunk('ACK', numbers(0, 65_536, 65_536, 0, 0));

const empty = Buffer.concat(Array.from({ length: 1_000 }, () => chunk('ERR', Buffer.alloc(0))));

/** Connects to a scripted server and returns the outcome. @throws if the server received anything but reads */
async function outcomeOf(script: Script, config: Readonly<Record<string, unknown>> = {}): Promise<ScadaError> {
  const sockets = new Set<Socket>();
  const asked = new Set<string | undefined>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const reader = new ChunkReader();
    let turn = 0;
    socket.on('data', (data: Buffer) => {
      for (const chunk of reader.feed(data)) asked.add(askedBy(chunk));
      script(socket, turn++);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const parsed = opcua.schema.parse({ endpoint: `opc.tcp://127.0.0.1:${port}`, ...config });
  const target = { device: opcuaDevice, tags: new TagTable([opcuaTag('A')]), dataDir, devices: [] };
  try {
    const thrown: unknown = await opcua
      .create(parsed, target, testContext())
      .connect(new AbortController().signal)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    if (thrown instanceof ScadaError) return thrown;
    throw new Error(`expected a ScadaError, got ${String(thrown)}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    assertReadServices('the server', asked);
  }
}

const random = new Random(20_261_124);
const garbage = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random.integer(0, 255)));

const scripts: readonly (readonly [string, Script])[] = [
  ['closes at once', (socket) => socket.destroy()],
  ['answers with garbage', (socket) => socket.write(garbage(200))],
  ['speaks another protocol', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')],
  ['refuses by ERR', (socket) => socket.write(chunk('ERR', Buffer.concat([numbers(0x80010000, 3), Buffer.from('no!')])))],
  ['acknowledges with sizes that cannot be', (socket) => socket.write(chunk('ACK', numbers(0, 0, 0xffffffff, 1, 1)))],
  ['announces a chunk of 4 GB', (socket) => socket.write(chunk('ACK', numbers(0), 0xffffffff))],
  ['announces a chunk of no bytes', (socket) => socket.write(chunk('ACK', numbers(0), 0))],
  ['sends garbage after its ACK', (socket, turn) => socket.write(turn === 0 ? acknowledge : garbage(300))],
  [
    'sends a right frame of garbage after its ACK',
    (socket, turn) => socket.write(turn === 0 ? acknowledge : chunk('OPN', garbage(300))),
  ],
  ['sends a message before it was opened', (socket, turn) => socket.write(turn === 0 ? acknowledge : chunk('MSG', garbage(100)))],
  [
    'announces 4 GB after its ACK',
    (socket, turn) => socket.write(turn === 0 ? acknowledge : chunk('OPN', garbage(64), 0xfffffff0)),
  ],
  [
    'sends a chunk of 5000 bytes in one segment with its ACK',
    (socket) => socket.write(Buffer.concat([acknowledge, chunk('OPN', garbage(4_992))])),
  ],
  [
    'announces a chunk of 7 bytes in one segment with its ACK',
    (socket) => socket.write(Buffer.concat([acknowledge, chunk('OPN', garbage(16), 7)])),
  ],
  [
    'sends an ERR without a body in one segment with its ACK',
    (socket) => socket.write(Buffer.concat([acknowledge, chunk('ERR', garbage(0))])),
  ],
  ['sends a thousand empty messages after its ACK', (socket, turn) => socket.write(turn === 0 ? acknowledge : empty)],
  ['breaks off in its ACK', (socket) => socket.end(acknowledge.subarray(0, 11))],
  ['says nothing', () => {}],
];

describe.concurrent.each([
  ['without security', { securityMode: 'None', securityPolicy: 'None' }],
  ['with security', {}],
] as const)('a peer that is no server, %s,', (_, security) => {
  it.each(scripts)('%s: that is an error which may pass, and nothing else', async (_name, script) => {
    const error = await outcomeOf(script, security);
    expect(error.kind).toBe('retryable');
    expect(error.message).toContain('ua1');
  });
});

it('sends without end, and fills no memory', async () => {
  const flood: Script = (socket, turn) => {
    if (turn > 0) return;
    const block = chunk('ACK', numbers(0), 0x7fffffff);
    const more = (): void => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.on('drain', more);
    more();
  };
  await outcomeOf(flood);
  const before = process.memoryUsage();
  for (let i = 0; i < 3; i++) await outcomeOf(flood);
  const after = process.memoryUsage();
  const grown = after.heapUsed + after.external - before.heapUsed - before.external;
  expect(grown).toBeLessThan(100_000_000);
}, 120_000);
