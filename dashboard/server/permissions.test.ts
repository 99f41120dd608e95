import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAllowed, permissions, roles, rolesText } from '../../src/core/access.ts';
import type { ClientMessage, ErrorBody } from '../protocol.ts';
import { type RouteName, routes as table } from '../api/index.ts';
import { Browser } from './testing/browser.ts';
import { FakeLab } from './testing/fake-lab.ts';
import { FakeMonitor } from './testing/fake-monitor.ts';
import { aBench, type Bench } from './testing/setup.ts';

const routes = Object.keys(table) as RouteName[];
const everybody = ['anonymous', ...roles] as const;

const apiPage = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');

let bench: Bench;
const browsers = new Map<string, Browser>();

beforeAll(async () => {
  bench = await aBench({ view: new FakeMonitor({ lab: new FakeLab() }), config: { maxConnections: 100 } });
  browsers.set('anonymous', new Browser(bench.dashboard.address));
  for (const role of roles) browsers.set(role, await bench.as(role));
});
afterAll(async () => bench[Symbol.asyncDispose]());

/** Everybody who may use a route or send a message, by `docs/api.md`: a route that is missing there, or has other roles, fails. */
function documented(route: RouteName | ClientMessage['type']): readonly string[] {
  const row = apiPage.split('\n').find((line) => line.startsWith(`| \`${route}\` |`));
  const [, , needs = '', named = ''] = row?.split('|').map((cell) => cell.trim()) ?? [];
  if (needs === '') throw new Error(`${route} is missing in docs/api.md: run npm run docs`);
  if (needs === 'no sign-in') return everybody;
  return named === 'all' ? roles : named.split(', ');
}

/** Status of a request: from the route's own validation, or from the permissions table. */
async function tryRoute(who: string, route: RouteName): Promise<number> {
  const [method = '', path = ''] = route.split(' ');
  const browser = browsers.get(who);
  if (browser === undefined) throw new Error(who);
  const isPost = method === 'POST';
  // an input that every schema refuses: after the table it gives 400, so that nothing is executed
  const answer = await browser.raw<ErrorBody>({
    method,
    path: isPost ? path : `${path}?nonsense=1`,
    body: isPost ? '{"nonsense":1}' : undefined,
    headers: isPost ? { origin: browser.address, 'content-type': 'application/json' } : {},
  });
  return answer.status;
}

describe('permissions of routes', () => {
  for (const who of everybody) {
    it.each(routes)(`${who}: %s`, async (route) => {
      const may = documented(route).includes(who);
      expect(await tryRoute(who, route)).toBe(may ? 400 : who === 'anonymous' ? 401 : 403);
    });
  }

  it('are documented for routes that exist', () => {
    const rows = [...apiPage.matchAll(/^\| `((?:GET|POST) [^`]+)`/gm)].map(([, route = '']) => route);
    expect(rows.toSorted()).toEqual([...routes].toSorted());
  });

  it('follow one table of permissions and roles', () => {
    const table = Object.fromEntries(
      roles.map((role) => [role, Object.keys(permissions).filter((one) => isAllowed(role, one as never))]),
    );
    expect(table).toEqual({
      viewer: ['view'],
      operator: ['view', 'acknowledge', 'shelve', 'judge', 'hand-over', 'annotate', 'maintain'],
      engineer: [
        'view',
        'acknowledge',
        'shelve',
        'judge',
        'triage',
        'export-case',
        'hand-over',
        'annotate',
        'view-minor',
        'view-coverage',
        'maintain',
        'decide-baseline',
        'change-alarms',
        'approve-reference',
        'confirm-configuration',
        'approve',
        'run-lab',
        'read-audit',
      ],
      analyst: ['view', 'reset', 'judge', 'triage', 'export-case', 'annotate', 'view-minor', 'view-coverage'],
      instructor: ['view', 'view-coverage', 'run-lab'],
      auditor: ['view', 'export-case', 'view-coverage', 'read-audit'],
      admin: Object.keys(permissions),
    });
    expect(isAllowed('root' as never, 'view')).toBe(false);
    expect(rolesText('acknowledge')).toBe('operator, engineer or admin');
  });

  it('are not given by a forged, truncated or foreign session cookie', async () => {
    const admin = await bench.as('admin');
    const [, name = '', secret = ''] = /(scadawatch-\d+)=([\w-]{43})/.exec(admin.cookie) ?? [];
    expect(secret).toHaveLength(43);
    const wrong = [
      '',
      'x',
      secret.slice(0, -1),
      `${secret}A`,
      secret.toUpperCase(),
      secret.split('').toReversed().join(''),
      'A'.repeat(43),
    ];
    for (const forged of wrong) {
      const browser = new Browser(bench.dashboard.address);
      browser.cookie = `${name}=${forged}`;
      expect([forged, (await browser.call('GET /api/users', {})).status]).toEqual([forged, 401]);
      await expect(browser.open()).rejects.toThrow('refused with 401');
    }
    const device = new Browser(bench.dashboard.address);
    device.cookie = admin.cookie.replaceAll(/(scadawatch-device-\d+)=([^;]*)/g, `${name}=$2`).replace(`${name}=${secret}; `, '');
    expect((await device.call('GET /api/users', {})).status).toBe(401);
    expect((await admin.call('GET /api/users', {})).status).toBe(200);
  });

  it('allow only set-up and sign-in without a session', () => {
    const open = routes.filter((route) => table[route].permission === 'anybody');
    expect(open).toEqual([
      'GET /api/door',
      'POST /api/setup',
      'POST /api/login',
      'POST /api/identity/begin',
      'POST /api/identity/finish',
      'POST /api/display',
    ]);
  });

  it('refuse every other route and method', async () => {
    for (const [who, unknown] of [
      ['anonymous', 401],
      ['admin', 404],
    ] as const) {
      const browser = browsers.get(who);
      for (const path of ['/api', '/api/', '/api/secret', '/api/tags/', '/api/Tags', '/api/users/add/../list', '/api/%75sers']) {
        expect([path, (await browser?.raw({ method: 'GET', path }))?.status]).toEqual([path, unknown]);
      }
      for (const method of ['PUT', 'DELETE', 'PATCH', 'POST']) {
        expect((await browser?.raw({ method, path: '/api/users' }))?.status).toBe(unknown);
      }
    }
  });

  it('reveal nothing of the plant before sign-in', async () => {
    const { body, headers } = await new Browser(bench.dashboard.address).call('GET /api/door', {});
    expect(body).toEqual({ site: 'Toy works', transport: 'loopback', setup: false });
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('permissions of websocket messages', () => {
  const samples: { readonly [Type in ClientMessage['type']]: Extract<ClientMessage, { type: Type }> } = {
    watch: { type: 'watch', watch: 1, tags: [0] },
    resume: { type: 'resume' },
    'watch-lab': { type: 'watch-lab', on: true },
    active: { type: 'active' },
  };

  it('refuse a websocket without a session', async () => {
    await expect(new Browser(bench.dashboard.address).open()).rejects.toThrow('refused with 401');
  });

  for (const role of roles) {
    it.each(Object.values(samples))(`${role}: $type`, async (message) => {
      const page = await browsers.get(role)?.open();
      if (page === undefined) throw new Error(role);
      page.send(message);
      await page.settled();
      const may = documented(message.type).includes(role);
      expect(page.of('refused')).toEqual(
        may ? [] : [{ type: 'refused', of: message.type, code: 'forbidden', message: expect.any(String) }],
      );
      page.socket.terminate();
      await page.closed;
    });
  }

  it('reveal to participants only that there is an exercise', async () => {
    const page = await browsers.get('operator')?.open();
    if (page === undefined) throw new Error('operator');
    page.send({ type: 'watch-lab', on: true });
    await bench.view.lab?.start('overfill');
    for (let i = 0; i < 8; i++) await bench.wall.advance(250);
    await page.until(() => page.of('heartbeat').find(({ lab }) => lab?.exercise === true));
    expect(page.of('lab')).toEqual([]);
    expect(JSON.stringify(page.messages)).not.toMatch(/overfill|secret inject|tank\.level/);
    page.socket.terminate();
  });
});
