import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from './testing/browser.ts';
import { FakeIssuer } from './testing/fake-issuer.ts';
import { aBench, type Bench, passphrase } from './testing/setup.ts';

const clientSecret = 'a secret of the client';
const roles = [
  { group: 'plant-admins', role: 'admin' },
  { group: 'plant-operators', role: 'operator' },
] as const;

let issuer: FakeIssuer;
let bench: Bench;
let logged: unknown[];
beforeEach(async () => {
  logged = [];
  const log = (...line: unknown[]): void => void logged.push(line);
  issuer = await FakeIssuer.start();
  const identity = { issuer: issuer.url, clientId: 'scadawatch', clientSecret, name: 'Plant login', roles: [...roles] };
  bench = await aBench({ config: { identity }, logger: { debug: log, info: log, warn: log, error: log } });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const aBrowser = (): Browser => new Browser(bench.dashboard.address);
/** Opens the page of the issuer, and returns with the query that it sends. */
async function begin(browser: Browser): Promise<string> {
  const { status, body } = await browser.call('POST /api/identity/begin', {});
  expect(status).toBe(200);
  return issuer.authorise(body.location);
}
const finish = async (browser: Browser, query: string) => {
  const { status, body } = await browser.call('POST /api/identity/finish', { query });
  return { status, message: 'message' in body ? body.message : undefined, role: 'role' in body ? body.role : undefined };
};
const refusals = () => bench.audit.entries.filter(({ action }) => action === 'session.refused');

describe('sign-in by an identity provider', () => {
  it('asks for a code with PKCE, state and nonce, and gives the role of the first configured group', async () => {
    const browser = aBrowser();
    const { location } = (await browser.call('POST /api/identity/begin', {})).body;
    const asked = new URL(location).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: 'scadawatch',
      scope: 'openid profile',
      redirect_uri: `${bench.dashboard.address}/`,
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)?.length).toBeGreaterThanOrEqual(43);
    expect((await aBrowser().call('GET /api/door', {})).body).toMatchObject({ identity: 'Plant login' });
    issuer.claims = { ...issuer.claims, groups: ['others', 'plant-operators', 'plant-admins'] };
    expect(await finish(browser, issuer.authorise(location))).toMatchObject({ status: 200, role: 'admin' });
    expect((await browser.call('GET /api/users', {})).status).toBe(200);
  });

  it('names subject and issuer in each row of the audit trail, and keeps local accounts', async () => {
    const browser = aBrowser();
    expect(await finish(browser, await begin(browser))).toMatchObject({ status: 200, role: 'operator' });
    const user = `kim (u-17 of ${issuer.url})`;
    expect((await browser.call('GET /api/account', {})).body.account).toMatchObject({ name: user, federated: true });
    const admin = await bench.as('admin');
    const { federated } = (await admin.call('GET /api/users', {})).body;
    expect(federated).toMatchObject([{ name: user, role: 'operator', sessions: [{ own: false }] }]);
    const own = { current: passphrase, passphrase: 'another long passphrase' };
    expect((await browser.call('POST /api/account/passphrase', own)).status).toBe(409);
    const { body } = await browser.call('POST /api/logout', {});
    expect(new URL(body.leaveAt ?? '').pathname).toBe('/end');
    expect(new URL(body.leaveAt ?? '').searchParams.get('post_logout_redirect_uri')).toBe(`${bench.dashboard.address}/`);
    expect((await browser.call('GET /api/account', {})).status).toBe(401);
    expect(bench.audit.entries.filter((entry) => entry.user === user)).toMatchObject([
      { action: 'session.opened', user, object: user, role: 'operator', after: `by ${issuer.url}` },
      { action: 'session.closed', user, object: user },
    ]);
    const again = aBrowser();
    await finish(again, await begin(again));
    const [listed] = (await admin.call('GET /api/users', {})).body.federated;
    await admin.call('POST /api/users/end-session', { session: listed?.sessions[0]?.number ?? 0 });
    expect((await again.call('GET /api/account', {})).status).toBe(401);
  });

  it('refuses a user without a configured group, and states the groups to administrators only', async () => {
    for (const groups of [['visitors'], [], undefined, 'plant-operator']) {
      issuer.claims = { ...issuer.claims, groups };
      const browser = aBrowser();
      const answer = await finish(browser, await begin(browser));
      expect(answer).toMatchObject({ status: 409, message: 'None of your groups has a role in scadawatch.' });
    }
    expect(refusals().map(({ reason }) => reason)).toEqual([
      'no role for the groups "visitors"',
      'no role for the groups (none)',
      'no role for the groups (none)',
      'no role for the groups "plant-operator"',
    ]);
  });

  it('refuses an answer of another browser, a second use, a late one, and one that was not asked for', async () => {
    const [first, second] = [aBrowser(), aBrowser()];
    const query = await begin(first);
    await begin(second);
    expect((await finish(second, query)).status).toBe(409);
    expect((await finish(first, query)).status).toBe(200);
    expect((await finish(first, query)).status).toBe(409);
    expect(await finish(aBrowser(), query)).toMatchObject({ status: 409, message: /began in another browser/ });
    const late = await begin(first);
    bench.wall.set(bench.wall.now() + 10 * 60_000);
    expect((await finish(first, late)).status).toBe(409);
  });

  it('uses an answer once, whoever repeats it, also at the same time', async () => {
    const first = aBrowser();
    const query = await begin(first);
    // a copy of the browser's cookies, and an issuer that forgets to refuse a used code
    const copies = Array.from({ length: 5 }, () => {
      const copy = aBrowser();
      copy.cookie = first.cookie;
      return copy;
    });
    issuer.faults.reusesCodes = true;
    const answers = await Promise.all([first, ...copies].map(async (one) => finish(one, query)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(5);
    const late = aBrowser();
    late.cookie = copies.at(-1)?.cookie ?? '';
    expect((await finish(late, query)).status).toBe(409);
    expect(issuer.received).toHaveLength(1);
  });

  it.each([
    ['signed by a foreign key', { signedBy: 'foreign' }],
    ['without a signature', { signedBy: 'nobody' }],
    ['for another client', { audience: 'another' }],
    ['with another nonce', { nonce: 'another' }],
  ] as const)('refuses a token %s', async (_name, faults) => {
    Object.assign(issuer.faults, faults);
    const browser = aBrowser();
    expect(await finish(browser, await begin(browser))).toMatchObject({ status: 409, message: /is not valid/ });
    expect((await browser.call('GET /api/account', {})).status).toBe(401);
  });

  it('states that clocks differ, that the user was refused, and that the provider does not answer', async () => {
    const browser = aBrowser();
    issuer.faults.shiftSeconds = -3600;
    expect((await finish(browser, await begin(browser))).message).toMatch(/^The clocks of this server and of .* differ too much/);
    issuer.faults.shiftSeconds = 20;
    expect((await finish(browser, await begin(browser))).status).toBe(200);
    const state = new URLSearchParams(await begin(browser)).get('state') ?? '';
    const denied = `?${new URLSearchParams({ error: 'access_denied', state, iss: issuer.url }).toString()}`;
    expect((await finish(browser, denied)).message).toMatch(/has refused the sign-in/);
    const query = await begin(browser);
    await issuer[Symbol.asyncDispose]();
    expect(await finish(browser, query)).toMatchObject({ status: 503, message: /does not answer/ });
    expect((await bench.as('admin')).cookie).not.toBe('');
  });

  it('writes no secret, code or token into log, audit trail or answers', async () => {
    const browser = aBrowser();
    const query = await begin(browser);
    await finish(browser, query);
    issuer.faults.signedBy = 'foreign';
    const refused = await finish(browser, await begin(browser));
    const written = JSON.stringify([logged, bench.audit.entries, refused]);
    const secrets = [
      clientSecret,
      ...issuer.received.flatMap((body) => [body.get('code') ?? '', body.get('code_verifier') ?? '']),
    ];
    expect(secrets).toHaveLength(5);
    for (const secret of secrets) expect(written).not.toContain(secret);
  });
});
