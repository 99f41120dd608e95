import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloseCode, limits } from '../../protocol.ts';
import type { Browser } from '../testing/browser.ts';
import { FakeAlerts } from '../testing/fake-alerts.ts';
import { FakeMonitor } from '../testing/fake-monitor.ts';
import { aTag, plantStart } from '../testing/fake-values.ts';
import { aBench } from '../testing/setup.ts';

/** Masked and empty: keeps a connection alive without a response. */
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/** A websocket that stops reading after it has requested a view. */
async function stuckPage(browser: Browser, text: string): Promise<Socket> {
  const { hostname, port } = new URL(browser.address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: ${browser.address}\r\nCookie: ${browser.cookie}\r\nConnection: Upgrade\r\n` +
      `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
      'Sec-WebSocket-Protocol: scadawatch.1\r\n\r\n',
  );
  await new Promise<void>((resolve) => socket.once('data', () => resolve()));
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const masked = payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  const header = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255]);
  socket.write(Buffer.concat([header, mask, masked]));
  socket.pause();
  return socket;
}

describe('a browser that does not read', () => {
  it('skips frames, uses bounded memory, delays no other browser, and is closed in the end', async () => {
    const tags = Array.from({ length: limits.watchedTags }, (_, i) => aTag(`T${i}`));
    await using bench = await aBench({ view: new FakeMonitor({ tags }) });
    const viewer = await bench.as('viewer');
    const all = tags.map((_tag, index) => index);
    const stuck = await stuckPage(viewer, JSON.stringify({ type: 'watch', watch: 1, tags: all }));
    const page = await viewer.open();
    page.send({ type: 'watch', watch: 1, tags: [0] });
    await page.settled();
    const stats = () => bench.dashboard.stats();
    const before = process.memoryUsage().arrayBuffers;
    let ticks = 0;
    // last tick at which it accepted a frame: before that, only the system's buffers were filling up
    let tookAt = 0;
    for (; stats().closedForSlowness === 0 && ticks < 1500; ticks++) {
      const skipped = stats().framesSkipped;
      for (const tag of all) bench.view.latest.put(tag, ticks, plantStart + ticks);
      stuck.write(pong);
      // the kernel needs real time to read a socket whose other direction is full
      await delay(10);
      await bench.wall.advance(250);
      await page.settled();
      if (stats().framesSkipped === skipped) tookAt = ticks;
    }
    // 20 s at four ticks a second
    expect(stats().framesSkipped).toBeGreaterThanOrEqual(79);
    expect(Math.abs(ticks - tookAt - 81)).toBeLessThanOrEqual(2);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
    expect(stats().connections).toBe(1);
    await page.settled();
    expect(page.frames.at(-1)?.value[0]).toBe(ticks - 1);
    expect(page.frames).toHaveLength(ticks + 1);
    stuck.destroy();
  });

  it('gets all alerts when it reads again', async () => {
    const alerts = new FakeAlerts('epoch-1', 100_000);
    await using bench = await aBench({ view: new FakeMonitor({ alerts }) });
    const page = await (await bench.as('viewer')).open();
    page.send({ type: 'resume' });
    await page.settled();
    page.socket.pause();
    for (let i = 0; i < 200; i++) {
      for (let j = 0; j < 100; j++) alerts.change(`ALT-${j}`, 'B');
      await Promise.resolve();
    }
    await bench.wall.advance(250);
    page.socket.resume();
    const seen = (): number => page.of('alert-changes').at(-1)?.changes.at(-1)?.sequence ?? 0;
    while (seen() < 20_000) {
      await bench.wall.advance(250);
      await page.settled();
    }
    const sequences = page.of('alert-changes').flatMap(({ changes }) => changes.map(({ sequence }) => sequence));
    expect(sequences).toEqual(Array.from({ length: 20_000 }, (_, i) => i + 1));
  });

  it('is closed if it answers no ping', async () => {
    await using bench = await aBench();
    const page = await (await bench.as('viewer')).open();
    page.socket.pause();
    for (let i = 0; i < 84; i++) await bench.wall.advance(250);
    expect(bench.dashboard.stats().connections).toBe(0);
    page.socket.terminate();
  });
});

describe('messages of a browser', () => {
  it.each([
    ['no JSON', 'hello'],
    ['an unknown type', '{"type":"write","tag":1}'],
    ['one key too many', '{"type":"active","x":1}'],
    ['a wrong type of value', '{"type":"watch","watch":1,"tags":"all"}'],
    ['too many tags', JSON.stringify({ type: 'watch', watch: 1, tags: Array(2001).fill(0) })],
    ['an inherited name', '{"type":"constructor"}'],
    ['a list', '[]'],
    ['bytes', Buffer.from([1, 2, 3])],
  ])('is refused as %s', async (_what, data) => {
    await using bench = await aBench();
    const page = await (await bench.as('admin')).open();
    page.socket.send(data);
    expect(await page.closed).toBe(CloseCode.InvalidMessage);
  });

  it('are limited to 64 KiB', async () => {
    await using bench = await aBench();
    const page = await (await bench.as('admin')).open();
    page.socket.send(' '.repeat(limits.inboundBytes + 1));
    expect(await page.closed).toBe(1009);
  });

  it('are limited in number', async () => {
    await using bench = await aBench();
    const page = await (await bench.as('admin')).open();
    for (let i = 0; i < 40; i++) page.send({ type: 'active' });
    expect(await page.closed).toBe(CloseCode.TooManyMessages);
  });

  it('never crash the server', async () => {
    await using bench = await aBench();
    const viewer = await bench.as('viewer');
    const messages = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json(),
      fc
        .record({
          type: fc.constantFrom('watch', 'resume', 'watch-lab', 'active', '__proto__'),
          watch: fc.anything(),
          tags: fc.anything(),
        })
        .map((value) => JSON.stringify(value)),
      fc
        .record({ type: fc.constant('watch'), watch: fc.nat(), tags: fc.array(fc.nat(), { maxLength: 50 }) })
        .map((value) => JSON.stringify(value)),
      fc
        .record({ type: fc.constant('resume'), epoch: fc.string({ minLength: 1 }), sequence: fc.maxSafeNat() })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(messages, { minLength: 1, maxLength: 10 }), async (sent) => {
        await bench.wall.advance(1000);
        const page = await viewer.open();
        for (const message of sent) page.socket.send(message);
        const code = await Promise.race([page.closed, page.settled().then(() => 'open' as const)]);
        expect(['open', CloseCode.InvalidMessage]).toContain(code);
        page.socket.terminate();
        await page.closed;
      }),
      { numRuns: 150, seed: 4800 },
    );
    const last = await viewer.open();
    last.send({ type: 'watch', watch: 1, tags: [0] });
    await last.settled();
    expect(last.frames).toHaveLength(1);
  });

  it('may be raw bytes after the upgrade', async () => {
    await using bench = await aBench();
    const viewer = await bench.as('viewer');
    for (let i = 0; i < 20; i++) {
      const socket = await stuckPage(viewer, '{"type":"active"}');
      socket.write(randomBytes(300));
      socket.resume();
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.end();
      });
    }
    expect((await viewer.call('GET /api/site', {})).status).toBe(200);
  });
});

describe('an upgrade', () => {
  it('is refused on another path', async () => {
    await using bench = await aBench();
    const viewer = await bench.as('viewer');
    const headers = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'x'.repeat(22),
    };
    const answer = await viewer.raw({ method: 'GET', path: '/api/tags', headers: { ...headers, origin: viewer.address } });
    expect(answer.status).toBe(404);
  });

  it('of a page of another version is closed with its own code', async () => {
    await using bench = await aBench();
    const page = await (await bench.as('viewer')).open({ protocol: 'scadawatch.0' });
    expect(await page.closed).toBe(CloseCode.WrongVersion);
  });

  it('is accepted eight times from one session, and from all up to the configured limit', async () => {
    await using bench = await aBench({ config: { maxConnections: 10 } });
    const viewer = await bench.as('viewer');
    const pages = [];
    for (let i = 0; i < 9; i++) pages.push(await viewer.open());
    expect(await pages[8]?.closed).toBe(CloseCode.TooManyConnections);
    const operator = await bench.as('operator');
    const others = [await operator.open(), await operator.open(), await operator.open()];
    expect(await others[2]?.closed).toBe(CloseCode.TooManyConnections);
    expect(bench.dashboard.stats().connections).toBe(10);
  });
});
