import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Role, roles } from '../../src/core/access.ts';
import { byPseudonym, pseudonymsOf, shownChange } from '../../src/core/shown.ts';
import { Browser } from './testing/browser.ts';
import { FakeLab } from './testing/fake-lab.ts';
import { FakeMonitor } from './testing/fake-monitor.ts';
import { aBench, type Bench, passphrase } from './testing/setup.ts';

const wrong = 'not the passphrase';
const secret = Buffer.alloc(32, 7);
let bench: Bench;
let reported: boolean[];
beforeEach(async () => {
  reported = [];
  const view = new FakeMonitor({ lab: new FakeLab() });
  bench = await aBench({ view, secret, onRepeatedFailures: (repeated) => reported.push(repeated) });
});
afterEach(async () => bench[Symbol.asyncDispose]());

const login = async (name: string, phrase: string, from = '127.0.0.1') => {
  const browser = new Browser(bench.dashboard.address, { from });
  await browser.call('POST /api/login', { name, passphrase: phrase });
  return browser;
};
const linesOf = (prefix: string) =>
  bench.audit.entries
    .filter(({ action }) => action.startsWith(prefix))
    .map(({ action, user, role, address, object }) => [action, user, role, address, object]);

describe('the audit trail', () => {
  it('names the user of each sign-in and sign-out, and the tried name and address of each failure', async () => {
    await login('viewer', wrong, '127.0.0.5');
    const browser = await login('viewer', passphrase, '127.0.0.5');
    await browser.call('POST /api/logout', {});
    expect(linesOf('session.')).toEqual([
      ['session.refused', undefined, 'nobody', '127.0.0.5', 'viewer'],
      ['session.opened', 'viewer', 'viewer', '127.0.0.5', 'viewer'],
      ['session.closed', 'viewer', 'viewer', undefined, 'viewer'],
    ]);
  });

  it('states when further attempts are refused, and has no entries for these', async () => {
    for (let i = 0; i < 8; i++) await login('viewer', wrong, '127.0.0.5');
    const refused = bench.audit.entries.filter(({ action }) => action === 'session.refused').map(({ after }) => after);
    expect(refused).toEqual([undefined, undefined, undefined, undefined, 'further attempts refused for 1 s']);
  });

  it('keeps no passphrase typed into the name field, but shows repeated attempts', async () => {
    const typed = 'my secret passphrase\u0000\n';
    await login(typed, wrong);
    await login(typed, wrong);
    await login('root', wrong);
    const objects = linesOf('session.refused').map((line) => line[4]);
    expect(objects[0]).toMatch(/^unknown user-[0-9a-f]{12}$/);
    expect(objects[1]).toBe(objects[0]);
    expect(objects[2]).not.toBe(objects[0]);
    expect(JSON.stringify(bench.audit.entries)).not.toContain('secret passphrase');
  });

  it('names the user of each action', async () => {
    const engineer = await bench.as('engineer');
    const admin = await bench.as('admin');
    bench.audit.entries.length = 0;
    bench.view.alerts.change('ALT-1', 'B', 'raised');
    await engineer.call('POST /api/alerts/acknowledge', { ids: ['ALT-1'] });
    await engineer.call('POST /api/lab/speed', { speed: 4 });
    await admin.call('POST /api/users/add', { name: 'kim', passphrase, role: 'viewer' });
    await admin.call('POST /api/users/role', { name: 'kim', role: 'analyst' });
    expect(bench.view.alerts.acts).toMatchObject([{ by: { role: 'engineer', user: 'engineer' } }]);
    expect(bench.audit.entries.map(({ action, user }) => [action, user])).toEqual([
      ['lab.speed', 'engineer'],
      ['user.created', 'admin'],
      ['user.role-changed', 'admin'],
    ]);
  });

  it('is readable with names and pseudonyms only by engineer, auditor and admin', async () => {
    await login('operator', passphrase);
    for (const role of roles) {
      const { status, body } = await (await bench.as(role)).call('GET /api/audit', {});
      const may = (['engineer', 'auditor', 'admin'] as Role[]).includes(role);
      expect([role, status]).toEqual([role, may ? 200 : 403]);
      if (!may) continue;
      const pseudonym = pseudonymsOf(secret)('operator');
      expect(body.entries).toContainEqual(
        expect.objectContaining({
          action: 'session.opened',
          user: 'operator',
          pseudonym,
          object: 'operator',
          objectPseudonym: pseudonym,
        }),
      );
    }
  });

  it('shows entries of earlier versions unchanged, but without ids of sessions', async () => {
    const old = { time: 1, role: 'operator', session: 's-0123456789ab', action: 'session.opened', object: 's-0123456789ab' };
    bench.audit.append(old);
    const { body } = await (await bench.as('auditor')).call('GET /api/audit', { action: 'session.opened' });
    expect(body.entries).toContainEqual({ time: 1, role: 'operator', action: 'session.opened', object: '' });
  });
});

describe('names and sessions', () => {
  it('appear only in the answers of audit, users, account and incidents', async () => {
    const { alerts } = bench.view;
    alerts.change('ALT-1', 'B', 'raised');
    const secretive = await login('operator', passphrase);
    const by = { role: 'operator', session: 's-0123456789ab', user: 'operator-by-name' };
    alerts.change('ALT-1', 'C', 'acknowledged', {}, by);
    alerts.change('ALT-1', 'C', 'judged', { verdict: { word: 'true', at: 1, by } }, by);
    alerts.change('ALT-2', 'B', 'raised');
    const incident = alerts.get('ALT-1')?.incident ?? '';
    const page = await secretive.open();
    page.send({ type: 'resume' });
    await page.until(() => page.of('alert-snapshot')[0]);
    alerts.change('ALT-1', 'C', 'judged', { verdict: { word: 'true', at: 1, by } }, by);
    await page.until(() => page.of('alert-changes')[0]);
    const texts = [JSON.stringify(page.messages)];
    for (const path of [
      '/api/door',
      '/api/site',
      '/api/alerts',
      '/api/alert?id=ALT-1',
      '/api/alerts/similar?id=ALT-2',
      '/api/health',
      '/api/detection',
    ]) {
      texts.push((await secretive.raw({ method: 'GET', path })).text);
    }
    for (const text of texts) expect(text).not.toMatch(/s-[0-9a-f]{12}|operator-by-name/);
    expect(texts.join()).toContain('"by":{"role":"operator"}');
    const history = (await secretive.raw({ method: 'GET', path: `/api/incident?id=${incident}` })).text;
    expect(history).toContain('"by":{"role":"operator","user":"operator-by-name"}');
    const admin = await bench.as('admin');
    for (const path of ['/api/audit', '/api/users', '/api/account', `/api/incident?id=${incident}`]) {
      expect((await admin.raw({ method: 'GET', path })).text).not.toMatch(/s-[0-9a-f]{12}/);
    }
  });

  it('are pseudonyms in exports, equal for one secret and meaningless without it', () => {
    const { alerts } = bench.view;
    alerts.change('ALT-1', 'C', 'acknowledged', {}, { role: 'operator', session: 's-0123456789ab', user: 'kim' });
    const [change] = alerts.changesOf('ALT-1', { before: undefined, limit: 1 });
    if (change === undefined) throw new Error('no change');
    const exported = shownChange(change, byPseudonym(pseudonymsOf(secret)));
    expect(exported.by).toEqual({ role: 'operator', user: pseudonymsOf(secret)('kim') });
    expect(pseudonymsOf(secret)('kim')).toMatch(/^user-[0-9a-f]{12}$/);
    expect(pseudonymsOf(secret)('kim')).not.toBe(pseudonymsOf(secret)('lee'));
    expect(pseudonymsOf(secret)('kim')).not.toBe(pseudonymsOf(Buffer.alloc(32))('kim'));
    expect(exported.by).not.toHaveProperty('session');
  });
});

describe('repeated failed sign-ins', () => {
  it('are reported once, and end when all of them are ten minutes old', async () => {
    for (let i = 0; i < 9; i++) await login(`name${i}`, wrong);
    expect(reported).toEqual([]);
    await login('name9', wrong);
    await login('name10', wrong);
    expect(reported).toEqual([true]);
    for (let i = 0; i < 599 * 4; i++) await bench.wall.advance(250);
    expect(reported).toEqual([true]);
    for (let i = 0; i < 8; i++) await bench.wall.advance(250);
    expect(reported).toEqual([true, false]);
  });
});
