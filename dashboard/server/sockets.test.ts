import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { CloseCode } from '../protocol.ts';
import { socketLimitsFor } from './socket-limits.ts';
import { Browser } from './testing/browser.ts';
import { selfSigned } from './testing/certificate.ts';
import { aBench, aClientDir, passphrase } from './testing/setup.ts';

/** Sockets that send nothing. */
async function silent(port: number, count: number, from: (i: number) => string): Promise<Socket[]> {
  const opened = Array.from({ length: count }, async (_, i) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from(i) });
    socket.on('error', () => {});
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    return socket;
  });
  return Promise.all(opened);
}

const closed = async (socket: Socket): Promise<void> =>
  socket.closed ? undefined : new Promise((resolve) => socket.once('close', () => resolve()).resume());

describe('sockets', () => {
  it('that stay silent block nobody, from one address or from many', async () => {
    await using bench = await aBench({ socketLimits: { total: 200, perAddress: 50, perUser: 10 } });
    const { address, port } = bench.dashboard;
    const sockets = await silent(port, 300, (i) => `127.0.${i % 20}.1`);
    const mine = await silent(port, 60, () => '127.0.0.1');
    for (let i = 0; i < 5; i++) expect((await new Browser(address).call('GET /api/door', {})).status).toBe(200);
    const viewer = new Browser(address, { from: '127.0.3.1' });
    expect((await viewer.call('POST /api/login', { name: 'viewer', passphrase })).status).toBe(200);
    const page = await viewer.open();
    // a socket with a session is not replaced by later silent ones
    sockets.push(...(await silent(port, 250, (i) => `127.0.${i % 20}.1`)));
    await page.settled();
    for (const socket of [...sockets, ...mine]) socket.destroy();
  });

  it.each(['http', 'https'])('that send no request are closed, with %s', async (scheme) => {
    const tls = selfSigned(aClientDir());
    await using bench = await aBench({
      silentMs: 200,
      config: scheme === 'http' ? {} : { tls: { cert: tls.cert, key: tls.key } },
    });
    const { port } = bench.dashboard;
    const sockets = await silent(port, 20, () => '127.0.0.1');
    const slow = await silent(port, 5, () => '127.0.0.1');
    if (scheme === 'http') for (const socket of slow) socket.write('GET /api/door HTTP/1.1\r\nHost: ');
    else {
      const shaken = connectTls({ port, host: '127.0.0.1', ca: tls.pem, checkServerIdentity: () => undefined });
      shaken.on('error', () => {});
      await new Promise<void>((resolve) => shaken.once('secureConnect', () => resolve()));
      slow.push(shaken);
    }
    await Promise.all([...sockets, ...slow].map(closed));
  });

  it('are as many as the configured pages need', () => {
    const usual = { total: 1024, perAddress: 128, perUser: 64 };
    expect(socketLimitsFor({ total: 64, perAddress: 48, perUser: 16 })).toEqual(usual);
    expect(socketLimitsFor({ total: 500, perAddress: 400, perUser: 100 })).toEqual({
      total: 1250,
      perAddress: 1000,
      perUser: 250,
    });
  });

  it('of one user beyond the limit are closed after their answer', async () => {
    await using bench = await aBench({ socketLimits: { total: 200, perAddress: 100, perUser: 3 } });
    const viewer = await bench.as('viewer');
    const pages = [await viewer.open(), await viewer.open(), await viewer.open()];
    const answer = await viewer.raw({ method: 'GET', path: '/api/site', headers: { connection: 'keep-alive' } });
    expect([answer.status, answer.headers.connection]).toEqual([200, 'close']);
    const operator = await (await bench.as('operator')).raw({
      method: 'GET',
      path: '/api/site',
      headers: { connection: 'keep-alive' },
    });
    expect(operator.headers.connection).toBe('keep-alive');
    for (const page of pages) page.socket.terminate();
  });
});

describe('open pages', () => {
  it('of one user leave places for others, in any number of sessions', async () => {
    await using bench = await aBench();
    const viewers = [];
    for (let i = 0; i < 8; i++) viewers.push(await bench.as('viewer'));
    const pages = [];
    for (let i = 0; i < 64; i++) pages.push(await viewers[i % 8]?.open());
    expect(bench.dashboard.stats().connections).toBe(16);
    expect(await pages[16]?.closed).toBe(CloseCode.TooManyConnections);
    const page = await (await bench.as('operator')).open();
    await page.until(() => page.of('hello')[0]);
  });

  it('from one address leave places for others', async () => {
    await using bench = await aBench({ config: { maxConnectionsPerAddress: 3 } });
    const { address } = bench.dashboard;
    const pages = [];
    for (const role of ['viewer', 'operator', 'engineer', 'admin'] as const) pages.push(await (await bench.as(role)).open());
    expect(await pages[3]?.closed).toBe(CloseCode.TooManyConnections);
    const elsewhere = new Browser(address, { from: '127.0.0.9' });
    await elsewhere.call('POST /api/login', { name: 'admin', passphrase });
    const page = await elsewhere.open();
    await page.until(() => page.of('hello')[0]);
  });
});
