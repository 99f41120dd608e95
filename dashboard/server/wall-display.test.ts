import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RouteName, routes } from '../api/index.ts';
import { CloseCode } from '../protocol.ts';
import { Browser } from './testing/browser.ts';
import { aBench, type Bench } from './testing/setup.ts';

let bench: Bench;
let admin: Browser;
beforeEach(async () => {
  bench = await aBench();
  admin = await bench.as('admin');
});
afterEach(async () => bench[Symbol.asyncDispose]());

async function aDisplay(name = 'wall-1'): Promise<{ readonly token: string; readonly screen: Browser }> {
  const { token } = (await admin.call('POST /api/displays/add', { name })).body;
  const screen = new Browser(bench.dashboard.address);
  expect((await screen.call('POST /api/display', { token })).status).toBe(200);
  return { token, screen };
}

it('opens a session by its token that has no idle end and can do nothing but view', async () => {
  const { screen } = await aDisplay();
  bench.wall.set(bench.wall.now() + 30 * 86_400_000);
  expect((await screen.call('GET /api/site', {})).status).toBe(200);
  const allowed = (Object.keys(routes) as RouteName[]).filter((route) => ['view', 'anybody'].includes(routes[route].permission));
  for (const route of Object.keys(routes) as RouteName[]) {
    const [method = '', path = ''] = route.split(' ');
    const headers = { origin: screen.address, 'content-type': 'application/json' };
    const asked = method === 'POST' ? { method, path, headers, body: '{"nonsense":1}' } : { method, path: `${path}?nonsense=1` };
    expect([route, (await screen.raw(asked)).status]).toEqual([route, allowed.includes(route) ? 400 : 403]);
  }
  // the session of a user ends meanwhile
  expect((await admin.call('GET /api/site', {})).status).toBe(401);
});

it('is revoked at once, with its websocket, and its token then opens nothing', async () => {
  const { token, screen } = await aDisplay();
  const page = await screen.open();
  expect((await admin.call('GET /api/displays', {})).body.displays).toMatchObject([
    { name: 'wall-1', sessions: [{ own: false }] },
  ]);
  expect((await admin.call('POST /api/displays/revoke', { name: 'wall-1', reason: 'screen was stolen' })).status).toBe(200);
  expect(await page.closed).toBe(CloseCode.SessionEnded);
  expect((await screen.call('GET /api/site', {})).status).toBe(401);
  const again = await screen.call('POST /api/display', { token });
  expect([again.status, again.body]).toMatchObject([401, { code: 'credentials', hint: 'Ask an administrator for a new one.' }]);
  expect((await admin.call('POST /api/displays/revoke', { name: 'wall-1' })).status).toBe(404);
  expect(bench.audit.entries.map(({ action, user, object, reason }) => [action, user, object, reason]).slice(-4)).toEqual([
    ['display.created', 'admin', 'wall-1', undefined],
    ['session.opened', 'display wall-1', 'display wall-1', undefined],
    ['display.revoked', 'admin', 'wall-1', 'screen was stolen'],
    ['display.refused', undefined, '', undefined],
  ]);
});

it('keeps only a hash of the token, answers it once, and refuses a taken name', async () => {
  const { token } = await aDisplay();
  const [stored] = bench.displays.list();
  expect(JSON.stringify(stored)).not.toContain(token);
  expect(Buffer.from(stored?.tokenHash ?? '', 'base64')).toHaveLength(32);
  expect((await admin.call('GET /api/displays', {})).text).not.toContain(token);
  expect(JSON.stringify(bench.audit.entries)).not.toContain(token);
  expect((await admin.call('POST /api/displays/add', { name: 'wall-1' })).status).toBe(409);
});

it('slows down guessing like every sign-in', async () => {
  const stranger = new Browser(bench.dashboard.address);
  const answers: number[] = [];
  for (let i = 0; i < 25; i++) answers.push((await stranger.call('POST /api/display', { token: `guess-${i}` })).status);
  expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
  expect(answers.at(-1)).toBe(429);
});

it('keeps at most 50 displays', async () => {
  for (let i = 0; i < 50; i++) bench.displays.add({ name: `wall-${i}`, tokenHash: '', createdAt: 0 });
  const refused = await admin.call('POST /api/displays/add', { name: 'one-more' });
  expect([refused.status, refused.body]).toMatchObject([409, { hint: 'Revoke one that is no longer used.' }]);
});
