import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { ScadaError } from '../../src/core/errors.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { CloseCode } from '../protocol.ts';
import { dashboardSchema, startDashboard } from './index.ts';
import { Browser } from './testing/browser.ts';
import { Passphrases } from '../accounts/passphrases.ts';
import { selfSigned } from './testing/certificate.ts';
import { FakeAudit, FakeDisplays, FakePens, FakeSessions, FakeTokens, FakeUsers } from './testing/fake-accounts.ts';
import { FakeMonitor } from './testing/fake-monitor.ts';
import { memoryApprovals } from './testing/fake-operation.ts';
import { aBench, aClientDir, cheap, passphrase } from './testing/setup.ts';

const start = async (config: object, view = new FakeMonitor(), audit = new FakeAudit()) =>
  startDashboard({
    view,
    users: new FakeUsers(),
    sessions: new FakeSessions(),
    displays: new FakeDisplays(),
    apiTokens: new FakeTokens(),
    pens: new FakePens(),
    audit,
    approvals: memoryApprovals(audit, view.clock),
    config: dashboardSchema.parse({ port: 0, ...config }),
    clientDir: aClientDir(),
    wallClock: new VirtualClock(0),
    logger: silentLogger,
    passphrases: new Passphrases(cheap),
  });

async function refusalOf(config: object): Promise<ScadaError> {
  const thrown: unknown = await start(config).then(
    async (dashboard) => dashboard[Symbol.asyncDispose](),
    (error: unknown) => error,
  );
  if (!(thrown instanceof ScadaError)) throw new Error('was not refused');
  return thrown;
}

describe('binding', () => {
  it.each(['0.0.0.0', '::', '192.168.1.5', 'scada.example'])('refuses %s without TLS, with a hint', async (host) => {
    const { kind, message, hint } = await refusalOf({ host });
    expect([kind, message]).toEqual(['config', `dashboard.host is ${host}, but dashboard.tls is not set`]);
    expect(hint).toMatch(/dashboard\.tls.*127\.0\.0\.1/);
  });

  it('refuses a certificate that cannot be read, a wildcard without origins, and a port in use', async () => {
    expect((await refusalOf({ tls: { cert: '/nowhere/c.pem', key: '/nowhere/k.pem' } })).message).toMatch(/tls\.cert: \/nowhere/);
    const { cert, key } = selfSigned(aClientDir());
    expect((await refusalOf({ host: '0.0.0.0', tls: { cert, key } })).message).toMatch(/origins is empty/);
    const garbage = join(aClientDir(), 'garbage.pem');
    writeFileSync(garbage, 'garbage');
    expect((await refusalOf({ tls: { cert: garbage, key } })).message).toMatch(/cannot be used/);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const inUse = await refusalOf({ port });
    expect([inUse.message, inUse.hint]).toEqual([expect.stringContaining('EADDRINUSE'), expect.stringContaining('free port')]);
    other.close();
  });

  it('serves TLS with a Secure __Host- cookie, HSTS, and its fingerprint', async () => {
    const { cert, key, pem } = selfSigned(aClientDir());
    await using dashboard = await start({ tls: { cert, key } });
    expect(dashboard.address).toBe(`https://127.0.0.1:${dashboard.port}`);
    const token = new URL(dashboard.setupLink ?? '').hash.replace('#setup=', '');
    const { promise, resolve, reject } = Promise.withResolvers<{ headers: Record<string, unknown>; fingerprint: string }>();
    const sent = request(
      `${dashboard.address}/api/setup`,
      {
        method: 'POST',
        ca: pem,
        checkServerIdentity: () => undefined,
        headers: { origin: dashboard.address, 'content-type': 'application/json' },
        agent: false,
      },
      (response) => {
        const { fingerprint256 } = (response.socket as import('node:tls').TLSSocket).getPeerCertificate();
        resolve({ headers: response.headers, fingerprint: fingerprint256 });
        response.resume();
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ token, name: 'ada', passphrase }));
    const { headers, fingerprint } = await promise;
    expect(String(headers['set-cookie'])).toMatch(/^__Host-scadawatch-\d+=.*; HttpOnly; SameSite=Strict; Secure$/);
    expect(headers['strict-transport-security']).toMatch(/max-age=/);
    expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}/);
  });
});

describe('a base path', () => {
  it('contains pages, routes, websocket, cookies and links; nothing is served beside it', async () => {
    await using bench = await aBench({ config: { basePath: '/plant/scada' } });
    const { address, port } = bench.dashboard;
    expect(address).toBe(`http://127.0.0.1:${port}/plant/scada`);
    const browser = new Browser(address);
    expect((await browser.raw({ method: 'GET', path: '/' })).text).toContain('<title>page');
    const { status, headers } = await browser.call('POST /api/login', { name: 'viewer', passphrase });
    expect(status).toBe(200);
    expect(headers['set-cookie']).toHaveLength(2);
    for (const cookie of headers['set-cookie'] ?? []) expect(cookie).toContain('; Path=/plant/scada; ');
    expect((await browser.call('GET /api/site', {})).status).toBe(200);
    const page = await browser.open();
    await page.until(() => page.of('hello')[0]);
    const root = new Browser(`http://127.0.0.1:${port}`);
    const answers = await Promise.all(
      ['/', '/api/door', '/api/site', '/plant', '/plant/scada', '/plant/scadax', '/plant/scada/alarms'].map(async (path) => {
        const answer = await root.raw({ method: 'GET', path });
        return [path, answer.status, answer.headers.location];
      }),
    );
    expect(answers).toEqual([
      ['/', 404, undefined],
      ['/api/door', 404, undefined],
      ['/api/site', 404, undefined],
      ['/plant', 404, undefined],
      ['/plant/scada', 308, '/plant/scada/'],
      ['/plant/scadax', 404, undefined],
      ['/plant/scada/alarms', 302, '/plant/scada/'],
    ]);
    await expect(root.open()).rejects.toThrow('404');
  });

  it('is part of the setup link', async () => {
    await using dashboard = await start({ basePath: '/scada' });
    expect(dashboard.setupLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/scada\/#setup=/);
  });

  it.each(['scada', '/scada/', '//x', '/../x', '/a b', '/a;Path=/'])('cannot be "%s"', (basePath) => {
    expect(dashboardSchema.safeParse({ basePath }).success).toBe(false);
  });
});

describe('requests', () => {
  it('get a strict content policy on pages and on answers', async () => {
    await using bench = await aBench();
    const browser = new Browser(bench.dashboard.address);
    for (const path of ['/', '/alarms', '/api/door', '/api/site']) {
      const { headers } = await browser.raw({ method: 'GET', path });
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';connect-src 'self';" +
          "manifest-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'",
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('lead to the page from every address without a file, and never outside its folder', async () => {
    await using bench = await aBench();
    const browser = new Browser(bench.dashboard.address);
    expect((await browser.raw({ method: 'GET', path: '/' })).text).toContain('<title>page');
    const elsewhere = await browser.raw({ method: 'GET', path: '/tag/CW.LT01' });
    expect([elsewhere.status, elsewhere.headers.location]).toEqual([302, '/']);
    expect((await browser.raw({ method: 'GET', path: '/assets/none.js' })).status).toBe(404);
    for (const path of ['/../../etc/passwd', '/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%5c..%5cx']) {
      expect((await browser.raw({ method: 'GET', path })).text).not.toContain('root:');
    }
  });

  it('get the files of the pages from memory, so that a disk that hangs does not stop them', async () => {
    const clientDir = aClientDir();
    mkdirSync(join(clientDir, 'assets'));
    writeFileSync(join(clientDir, 'assets', 'a-1.js'), 'export {};');
    await using bench = await aBench({ clientDir });
    rmSync(clientDir, { recursive: true });
    const browser = new Browser(bench.dashboard.address);
    const got = async (path: string): Promise<unknown[]> => {
      const { status, headers } = await browser.raw({ method: 'GET', path });
      return [status, headers['content-type'], headers['cache-control']];
    };
    expect(await got('/')).toEqual([200, 'text/html; charset=utf-8', 'no-store']);
    const kept = 'public, max-age=31536000, immutable';
    expect(await got('/assets/a-1.js')).toEqual([200, 'text/javascript; charset=utf-8', kept]);
  });

  it('are refused for another host name (DNS rebinding)', async () => {
    await using bench = await aBench();
    const viewer = await bench.as('viewer');
    const headers = { host: `evil.example:${bench.dashboard.port}` };
    expect((await viewer.raw({ method: 'GET', path: '/api/site', headers })).status).toBe(421);
    expect((await viewer.raw({ method: 'GET', path: '/', headers })).status).toBe(421);
    await expect(viewer.open({ headers })).rejects.toThrow('421');
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', ''])(
    'with an action are refused from origin "%s"',
    async (origin) => {
      await using bench = await aBench();
      const operator = await bench.as('operator');
      bench.view.alerts.change('ALT-1', 'B', 'raised');
      const answer = await operator.raw({
        method: 'POST',
        path: '/api/alerts/acknowledge',
        body: '{"ids":["ALT-1"]}',
        headers: { 'content-type': 'application/json', ...(origin === '' ? {} : { origin }) },
      });
      expect(answer.status).toBe(403);
      expect(bench.view.alerts.acts).toEqual([]);
      await expect(operator.open({ headers: { origin } })).rejects.toThrow('403');
    },
  );

  it('are accepted from a configured tunnel', async () => {
    await using bench = await aBench({ config: { origins: ['http://localhost:9000'] } });
    const viewer = await bench.as('viewer');
    const page = await viewer.open({ headers: { host: 'localhost:9000', origin: 'http://localhost:9000' } });
    await page.until(() => page.of('hello')[0]);
  });

  it('with a body that is not JSON, too long or of another type are refused before the handler', async () => {
    await using bench = await aBench();
    const operator = await bench.as('operator');
    const origin = operator.address;
    for (const [body, type] of [
      ['{"ids":', 'application/json'],
      [JSON.stringify({ ids: ['x'.repeat(20_000)] }), 'application/json'],
      ['ids=ALT-1', 'application/x-www-form-urlencoded'],
      ['{"ids":["ALT-1"],"__proto__":{"x":1}}', 'application/json'],
    ] as const) {
      const headers = { origin, 'content-type': type };
      expect((await operator.raw({ method: 'POST', path: '/api/alerts/acknowledge', body, headers })).status).toBe(400);
    }
  });

  it('are limited per user, over all sessions', async () => {
    await using bench = await aBench();
    const viewers = [await bench.as('viewer'), await bench.as('viewer')];
    const operator = await bench.as('operator');
    const ask = async (i: number) => (await viewers[i % 2]?.call('GET /api/site', {}))?.status;
    const statuses: unknown[] = [];
    for (let i = 0; i < 420; i++) statuses.push(await ask(i));
    expect(statuses.slice(0, 400).every((status) => status === 200)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect((await operator.call('GET /api/site', {})).status).toBe(200);
    await bench.wall.advance(1000);
    expect(await ask(0)).toBe(200);
  });

  it('reveal no detail of an internal failure', async () => {
    await using bench = await aBench();
    bench.view.onHistory = async () => Promise.reject(new Error('secret path /var/lib'));
    const viewer = await bench.as('viewer');
    const { status, text } = await viewer.call('GET /api/history', { tags: ['LT-1'], from: 0, to: 1 });
    expect(status).toBe(500);
    expect(text).not.toContain('secret path');
  });
});

describe('stopping', () => {
  it('notifies open pages, cancels requests, frees the port, and can be repeated', async () => {
    const bench = await aBench();
    const viewer = await bench.as('viewer');
    const page = await viewer.open();
    let aborted = false;
    const asked = Promise.withResolvers<void>();
    bench.view.onHistory = async (_range, signal) => {
      asked.resolve();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
      signal.throwIfAborted();
      return [];
    };
    const answer = viewer.call('GET /api/history', { tags: ['LT-1'], from: 0, to: 1 }).catch(() => 'cut');
    await asked.promise;
    await Promise.all([bench.dashboard[Symbol.asyncDispose](), bench.dashboard[Symbol.asyncDispose]()]);
    expect(await page.closed).toBe(CloseCode.ServerStopped);
    expect(aborted).toBe(true);
    await answer;
    expect(bench.view.alerts.listeners).toBe(0);
    await expect(viewer.call('GET /api/door', {})).rejects.toThrow('ECONNREFUSED');
    await bench.dashboard[Symbol.asyncDispose]();
  });

  it('cancels the request of a browser that disconnects', async () => {
    await using bench = await aBench();
    const viewer = await bench.as('viewer');
    const aborted = Promise.withResolvers<void>();
    bench.view.onHistory = async (_range, signal) => {
      signal.addEventListener('abort', () => aborted.resolve());
      await aborted.promise;
      return [];
    };
    const controller = new AbortController();
    const path = '/api/history?tags=LT-1&from=0&to=1';
    const asked = fetch(viewer.address + path, { headers: { cookie: viewer.cookie }, signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(asked).rejects.toThrow();
    await aborted.promise;
  });
});

describe('an address that cannot be decoded', () => {
  it.each(['/%ff', '/assets/%ff', '/api/%ff', '/%', '/api/history?tags=%ff'])('%s gets no stack trace', async (path) => {
    await using bench = await aBench();
    const { status, text } = await new Browser(bench.dashboard.address).raw({ method: 'GET', path });
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    expect(text).not.toMatch(/URIError|node_modules| at |\.ts|\.js:/);
  });
});
