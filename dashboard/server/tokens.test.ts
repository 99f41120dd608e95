import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAllowed, type Role } from '../../src/core/access.ts';
import { mostTokens } from '../accounts/api-tokens.ts';
import { type RouteName, routes } from '../api/index.ts';
import { groupOf, tokenGroupNames, tokenGroups, type TokenGroup } from '../protocol.ts';
import { Browser } from './testing/browser.ts';
import { aBench, type Bench } from './testing/setup.ts';

let bench: Bench;
let admin: Browser;
let failures: boolean[];
beforeEach(async () => {
  failures = [];
  bench = await aBench({ onRepeatedFailures: (repeated) => failures.push(repeated) });
  admin = await bench.as('admin');
});
afterEach(async () => bench[Symbol.asyncDispose]());

async function create(name: string, role: Role, groups: readonly TokenGroup[], days = 30): Promise<string> {
  const { status, body } = await admin.call('POST /api/tokens/add', { name, role, groups: [...groups], days });
  expect(status).toBe(200);
  return body.token;
}
const withToken = (token: string, scheme = 'Bearer'): Browser =>
  new Browser(bench.dashboard.address, { headers: { authorization: `${scheme} ${token}` } });
/** Status of a request that no schema accepts: 400 after all checks of access. */
async function tryRoute(browser: Browser, route: string): Promise<number> {
  const [method = '', path = ''] = route.split(' ');
  const isPost = method === 'POST';
  // a program sends no origin
  const headers: Record<string, string> = isPost ? { 'content-type': 'application/json' } : {};
  const query = isPost ? '' : '?nonsense=1';
  return (await browser.raw({ method, path: path + query, body: isPost ? '{"nonsense":1}' : undefined, headers })).status;
}

describe('API tokens', () => {
  it('open the routes of their groups with the rights of their role, and no other route', async () => {
    for (const [role, groups] of [
      ['admin', tokenGroupNames],
      ['viewer', ['alerts', 'health']],
    ] as const) {
      const program = withToken(await create(`p-${role}`, role, groups));
      for (const [at, route] of (Object.keys(routes) as RouteName[]).entries()) {
        // within the rate of a token
        if (at % 50 === 49) await bench.wall.advance(5_000);
        const group = groupOf(route.split(' ')[1] ?? '');
        const { permission } = routes[route];
        const may = group !== undefined && (groups as readonly string[]).includes(group);
        const isRole = permission === 'anybody' || isAllowed(role, permission);
        expect([route, await tryRoute(program, route)]).toEqual([route, may && isRole ? 400 : 403]);
      }
    }
  });

  it('have a group for each route, unless only people may use it', () => {
    const firsts = new Set(Object.keys(routes).map((route) => route.split('/')[2] ?? ''));
    for (const parts of Object.values(tokenGroups)) for (const part of parts) expect(firsts).toContain(part);
    const people = Object.keys(routes).filter((route) => groupOf(route.split(' ')[1] ?? '') === undefined);
    // a new route is in a group, or is named in `onlyForPeople`
    expect(new Set(people.map((route) => route.split('/')[2]))).toEqual(
      new Set([
        'account',
        'alarm-records',
        'approvals',
        'configuration',
        'display',
        'displays',
        'door',
        'handover',
        'identity',
        'login',
        'logout',
        'reference',
        'setup',
        'tokens',
        'users',
      ]),
    );
  });

  it('are refused if forged, truncated, expired or revoked, and never fall back to a session', async () => {
    const token = await create('historian', 'viewer', ['alerts'], 1);
    const status = async (text: string): Promise<number> => (await withToken(text).call('GET /api/alerts', {})).status;
    expect(await status(token)).toBe(200);
    const wrong = [
      token.slice(0, -1),
      `${token}A`,
      token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      token.replace('scw_', ''),
      token.toLowerCase(),
      'scw_',
      'scw_0',
      'scw_1',
      '',
      bench.apiTokens.list()[0]?.tokenHash ?? '',
    ];
    for (const text of wrong) expect([text, await status(text)]).toEqual([text, 401]);
    const both = withToken(`${token}A`);
    both.cookie = admin.cookie;
    expect((await both.call('GET /api/alerts', {})).status).toBe(401);
    // the header of a proxy in front of the dashboard is none of a program
    const proxied = withToken('dXNlcjpwYXNz', 'Basic');
    proxied.cookie = admin.cookie;
    expect((await proxied.call('GET /api/alerts', {})).status).toBe(200);
    bench.wall.set(bench.wall.now() + 24 * 3_600_000);
    expect(await status(token)).toBe(401);
    admin = await bench.as('admin');
    const next = await create('other', 'viewer', ['alerts']);
    expect(await status(next)).toBe(200);
    await admin.call('POST /api/tokens/revoke', { name: 'other', reason: 'moved' });
    expect(await status(next)).toBe(401);
    expect(failures).toContain(true);
  });

  it('are listed with expiry and last use, shown once, stored as a hash, and are in the audit trail', async () => {
    const token = await create('soc', 'analyst', ['alerts', 'events']);
    await withToken(token).call('GET /api/alerts', {});
    const listed = await admin.call('GET /api/tokens', {});
    expect(listed.body.tokens).toEqual([
      {
        name: 'soc',
        role: 'analyst',
        groups: ['alerts', 'events'],
        createdAtWall: bench.wall.now(),
        createdBy: 'admin',
        expiresAtWall: bench.wall.now() + 30 * 24 * 3_600_000,
        lastUsedAtWall: bench.wall.now(),
        isExpired: false,
      },
    ]);
    await admin.call('POST /api/tokens/revoke', { name: 'soc' });
    const kept = JSON.stringify([listed.text, bench.apiTokens.list(), bench.audit.entries]);
    expect(kept).not.toContain(token.slice(4));
    expect(bench.audit.entries.filter(({ action }) => action.startsWith('token.'))).toMatchObject([
      { action: 'token.created', user: 'admin', object: 'soc', after: 'analyst, alerts, events, 30 days' },
      { action: 'token.revoked', user: 'admin', object: 'soc' },
    ]);
  });

  it('are limited in number, and only administrators manage them', async () => {
    for (let i = 0; i < mostTokens; i++) await create(`t${i}`, 'viewer', ['plant'], 1);
    const more = { name: 'more', role: 'viewer', groups: ['plant'], days: 1 } as const;
    expect((await admin.call('POST /api/tokens/add', { ...more, groups: ['plant'] })).status).toBe(409);
    const engineer = await bench.as('engineer');
    expect((await engineer.call('GET /api/tokens', {})).status).toBe(403);
  });

  it('open no websocket, and name the token as the user of an act', async () => {
    bench.view.alerts.change('a-1', 'B', 'raised');
    const token = await create('robot', 'operator', ['alerts', 'events']);
    await expect(withToken(token).open()).rejects.toThrow('refused with 403');
    expect((await withToken(token).call('POST /api/alerts/acknowledge', { ids: ['a-1'] })).status).toBe(200);
    expect(bench.view.alerts.acts).toMatchObject([{ id: 'a-1', by: { role: 'operator', user: 'token robot' } }]);
  });
});
