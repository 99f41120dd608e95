import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiToken } from '../../src/core/state.ts';
import type { Api } from '../api/index.ts';
import { sha256 } from '../accounts/secrets.ts';
import { Browser } from './testing/browser.ts';
import { FakeIssuer } from './testing/fake-issuer.ts';
import { memoryApprovals } from './testing/fake-operation.ts';
import { aBench, type Bench, passphrase } from './testing/setup.ts';

const roles = [
  { group: 'plant-admins', role: 'admin' },
  { group: 'plant-engineers', role: 'engineer' },
  { group: 'plant-operators', role: 'operator' },
] as const;
const days30 = 30 * 86_400_000;

let issuer: FakeIssuer;
let bench: Bench;
beforeEach(async () => {
  issuer = await FakeIssuer.start();
  bench = await aBench({ config: configured(), secondPerson: true });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

function configured(mapped: readonly { readonly group: string; readonly role: string }[] = roles) {
  return { identity: { issuer: issuer.url, clientId: 'scadawatch', clientSecret: 's', roles: mapped } };
}
/** Starts the dashboard again on the same accounts. */
async function restart(config = configured()): Promise<void> {
  await bench[Symbol.asyncDispose]();
  bench = await aBench({ config, secondPerson: true, after: bench });
}
/** The browser of a user on the present dashboard, with its cookies. */
function moved(browser: Browser): Browser {
  const next = new Browser(bench.dashboard.address);
  // cookies contain the port of the test's dashboard
  next.cookie = browser.cookie.replaceAll(/(scadawatch(?:-device|-pending)?)-\d+/g, `$1-${bench.dashboard.port}`);
  return next;
}
async function federated(claims: object): Promise<Browser> {
  issuer.claims = { sub: 'u-17', preferred_username: 'kim', groups: ['plant-engineers'], ...claims };
  const browser = new Browser(bench.dashboard.address);
  const { body } = await browser.call('POST /api/identity/begin', {});
  expect((await browser.call('POST /api/identity/finish', { query: issuer.authorise(body.location) })).status).toBe(200);
  return browser;
}
const statusOf = async (browser: Browser): Promise<number> => (await browser.call('GET /api/account', {})).status;
const withToken = (token: string): Browser =>
  new Browser(bench.dashboard.address, { headers: { authorization: `Bearer ${token}` } });
type TokenInput = Api['POST /api/tokens/add']['input'];
const act = { detector: 'range', channel: 'LT-1', name: '' };
async function requestOf(browser: Browser): Promise<string> {
  const { body } = await browser.call('POST /api/baseline/unlearn', { line: act, reason: 'replaced' });
  expect(body).toMatchObject({ waiting: true });
  const approver = await bench.as('admin');
  return (await approver.call('GET /api/approvals', {})).body.requests.at(-1)?.id ?? '';
}
const approve = async (browser: Browser, id: string) =>
  (await browser.call('POST /api/approvals/decide', { id, accept: true, reason: 'agreed' })).status;

describe('a session', () => {
  it('continues after a restart, and stays in force as it was', async () => {
    const browsers = [await bench.as('operator'), await federated({})];
    bench.wall.set(bench.wall.now() + 60_000);
    await restart();
    for (const browser of browsers) expect(await statusOf(moved(browser))).toBe(200);
    const stored = JSON.stringify(bench.sessions.list());
    for (const browser of browsers) expect(stored).not.toContain(browser.cookie.split('=').at(-1));
    // the idle limit counts from the last act, not from the restart
    bench.wall.set(bench.wall.now() + 239 * 60_000);
    await restart();
    expect(await statusOf(moved(browsers[0] as Browser))).toBe(401);
    expect(bench.sessions.list()).toEqual([]);
  });

  it('does not continue if it was ended, or the account is not as it was', async () => {
    const admin = await bench.as('admin');
    const [left, disabled, changed, removed] = [
      await bench.as('viewer'),
      await bench.as('operator'),
      await bench.as('engineer'),
      await bench.as('analyst'),
    ];
    await left.call('POST /api/logout', {});
    await bench[Symbol.asyncDispose]();
    bench.users.change('operator', { disabled: true });
    bench.users.change('engineer', { role: 'viewer' });
    const analyst = bench.users.find('analyst');
    bench.users.remove('analyst');
    if (analyst !== undefined) bench.users.add({ ...analyst, id: 'another' });
    bench = await aBench({ config: configured(), after: bench });
    for (const browser of [left, disabled, changed, removed]) expect(await statusOf(moved(browser))).toBe(401);
    expect(await statusOf(moved(admin))).toBe(200);
  });

  it('of an identity provider does not continue under other roles of the groups', async () => {
    const browser = await federated({});
    await restart(configured([{ group: 'plant-engineers', role: 'viewer' }]));
    expect(await statusOf(moved(browser))).toBe(401);
  });
});

describe('a second person', () => {
  it('is another subject, whatever the name', async () => {
    const kim = await federated({});
    const id = await requestOf(kim);
    const renamed = await federated({ preferred_username: 'lee' });
    expect((await renamed.call('GET /api/approvals', {})).body.requests[0]?.own).toBe(true);
    expect(await approve(renamed, id)).toBe(409);
    // another subject with the name of the first
    expect(await approve(await federated({ sub: 'u-18' }), id)).toBe(200);
    expect(bench.audit.entries.map(({ action, person }) => [action, person])).toEqual(
      expect.arrayContaining([
        ['approval.requested', `u-17 of ${issuer.url}`],
        ['approval.approved', `u-18 of ${issuer.url}`],
      ]),
    );
  });

  it('is another account, also if it has the name of a removed one', async () => {
    const admin = await bench.as('admin');
    const id = await requestOf(await bench.as('engineer'));
    await admin.call('POST /api/users/remove', { name: 'engineer' });
    await admin.call('POST /api/users/add', { name: 'engineer', role: 'engineer', passphrase });
    expect(await approve(await bench.as('engineer'), id)).toBe(200);
  });

  it('is not the person who created the token of the program', async () => {
    const admin = await bench.as('admin');
    const robot = { name: 'robot', role: 'engineer', groups: ['baseline'], days: 30 } satisfies TokenInput;
    const { token } = (await admin.call('POST /api/tokens/add', robot)).body;
    const id = await requestOf(withToken(token));
    expect(await approve(admin, id)).toBe(409);
    expect(await approve(await bench.as('engineer'), id)).toBe(200);
  });

  it('is compared by name with a request of an earlier version, and a program of one is anybody', async () => {
    const old = { at: 0, expiresAt: Infinity, reason: 'r', act: { kind: 'unlearn', line: act } } as const;
    const requests = ['engineer', `kim (u-17 of ${issuer.url})`, 'token robot'].map((user) => ({
      ...old,
      id: user,
      by: { role: 'engineer', user, session: 's' },
    }));
    const approvals = memoryApprovals(bench.audit, bench.wall, true, requests);
    const perform = async (): Promise<void> => {};
    const by = (user: string, person: string) => ({ role: 'engineer', user, person, session: 't' });
    for (const [id, user, person] of [
      ['engineer', 'engineer', 'account 1'],
      [`kim (u-17 of ${issuer.url})`, `lee (u-17 of ${issuer.url})`, `u-17 of ${issuer.url}`],
      ['token robot', 'admin', 'account 2'],
    ] as const)
      await expect(approvals.approve(id, by(user, person), 'r', perform)).rejects.toThrow('your own');
    await approvals.approve('engineer', by('admin', 'account 2'), 'r', perform);
  });
});

describe('a token', () => {
  const create = async (browser: Browser, days = 30) =>
    browser.call('POST /api/tokens/add', { name: 'soc', role: 'auditor', groups: ['audit'], days });
  const reads = async (token: string): Promise<number> => (await withToken(token).call('GET /api/audit', {})).status;

  it.each(['remove', 'disable', 'role'] as const)('ends with the account of its creator: %s', async (what) => {
    const first = await bench.as('admin');
    await first.call('POST /api/users/add', { name: 'second', role: 'admin', passphrase });
    const second = new Browser(bench.dashboard.address);
    await second.call('POST /api/login', { name: 'second', passphrase });
    const { token } = (await create(second, 366)).body;
    expect(await reads(token)).toBe(200);
    if (what === 'role') await first.call('POST /api/users/role', { name: 'second', role: 'engineer' });
    else await first.call(`POST /api/users/${what}`, { name: 'second' });
    expect(await reads(token)).toBe(401);
    expect(bench.audit.entries.at(-1)).toMatchObject({ action: 'token.revoked', object: 'soc', user: 'admin' });
    // neither a new account of this name nor the right that returns makes it valid again
    if (what === 'remove') await first.call('POST /api/users/add', { name: 'second', role: 'admin', passphrase });
    if (what === 'disable') await first.call('POST /api/users/enable', { name: 'second' });
    if (what === 'role') await first.call('POST /api/users/role', { name: 'second', role: 'admin' });
    expect(await reads(token)).toBe(401);
  });

  it('of a user of the identity provider lasts 30 days, and ends when a sign-in shows another role', async () => {
    const admin = await federated({ groups: ['plant-admins'] });
    expect((await create(admin, 31)).status).toBe(400);
    const { token } = (await create(admin)).body;
    expect(await reads(token)).toBe(200);
    await federated({ preferred_username: 'lee' });
    expect(await reads(token)).toBe(401);
  });

  it('of an earlier version works while an administrator has the name of its creator', async () => {
    const old = (name: string, createdBy: string): ApiToken => ({
      name,
      tokenHash: sha256(`scw_${name}`).toString('base64'),
      role: 'auditor',
      groups: ['audit'],
      createdAt: bench.wall.now(),
      createdBy,
      expiresAt: bench.wall.now() + 12 * days30,
    });
    for (const [name, by] of [
      ['a', 'admin'],
      ['b', 'gone'],
      ['c', 'engineer'],
      ['d', `kim (u-17 of ${issuer.url})`],
    ] as const)
      bench.apiTokens.add(old(name, by));
    expect([await reads('scw_a'), await reads('scw_b'), await reads('scw_c'), await reads('scw_d')]).toEqual([
      200, 401, 401, 200,
    ]);
    bench.wall.set(bench.wall.now() + days30);
    expect(await reads('scw_d')).toBe(401);
  });
});
