import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collect, type OpcuaBench, opcuaTag, openOpcuaBench } from '../../../test/support/opcua.ts';

let bench: OpcuaBench;
beforeAll(async () => {
  bench = await openOpcuaBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const message = (kind: string, body: Buffer, length = body.length + 8): Buffer => {
  const header = Buffer.alloc(8);
  header.write(`${kind}F`, 0, 'latin1');
  header.writeUInt32LE(length, 4);
  return Buffer.concat([header, body]);
};

function hello(): Buffer {
  const endpoint = Buffer.from(bench.server.endpoint);
  const sizes = Buffer.alloc(24);
  [0, 65_536, 65_536, 0, 0, endpoint.length].forEach((value, i) => sizes.writeUInt32LE(value, 4 * i));
  return message('HEL', Buffer.concat([sizes, endpoint]));
}

it.each([
  ['a message of 5000 bytes', message('OPN', Buffer.alloc(4_992))],
  ['a message that announces 7 bytes', message('OPN', Buffer.alloc(16), 7)],
  ['a message that announces 4 GB', message('OPN', Buffer.alloc(16), 0xffffffff)],
  ['an error message without a body', message('ERR', Buffer.alloc(0))],
  ['a message without a channel', message('MSG', Buffer.alloc(0))],
  ['a thousand empty messages', Buffer.concat(Array.from({ length: 1_000 }, () => message('MSG', Buffer.alloc(0))))],
])('closes the connection of a client that sends %s in one segment with its Hello', async (_name, bytes) => {
  const socket = connect(bench.server.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  socket.write(Buffer.concat([hello(), bytes]));
  socket.resume();
  await closed;
});

it('continues to serve after that', async () => {
  await using session = await bench.collector([opcuaTag('CL.AT01')]).connect(new AbortController().signal);
  const { samples } = await collect(session, ({ samples: all }) => all.length > 0);
  expect(samples[0]?.quality).toBe(0);
});
