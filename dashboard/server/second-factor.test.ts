import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { requirePeer } from '../../test/support/peers.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { sha256 } from '../accounts/secrets.ts';
import { Sealer } from '../accounts/sealed.ts';
import { SecondFactors } from '../accounts/second-factors.ts';
import { Browser } from './testing/browser.ts';
import { FakeUsers } from './testing/fake-accounts.ts';
import { aBench, type Bench, passphrase } from './testing/setup.ts';

let bench: Bench;
const secret = Buffer.alloc(32, 5);
beforeEach(async () => {
  bench = await aBench({ config: { secondFactor: ['engineer'] }, secret });
});
afterEach(async () => bench[Symbol.asyncDispose]());

/** The code that oathtool computes for a key at the bench's time, some steps later. */
function codeOf(key: string, test: Pick<TestContext, 'skip'>, steps = 0): string {
  const now = Math.floor(bench.wall.now() / 1000) + 30 * steps;
  const { path } = requirePeer('oathtool', test);
  return execFileSync(path, ['--totp', '--base32', `--now=@${now}`, key], { encoding: 'utf8' }).trim();
}
const aBrowser = (): Browser => new Browser(bench.dashboard.address);
async function login(name: string, code?: string, phrase = passphrase) {
  const browser = aBrowser();
  const { status, body } = await browser.call('POST /api/login', {
    name,
    passphrase: phrase,
    ...(code === undefined ? {} : { code }),
  });
  return { browser, status, body };
}
async function enrol(browser: Browser, test: Pick<TestContext, 'skip'>) {
  const { body: key } = await browser.call('POST /api/account/second-factor/begin', { passphrase });
  const code = codeOf(key.key, test);
  const { status, body } = await browser.call('POST /api/account/second-factor/confirm', { code });
  expect(status).toBe(200);
  return { ...key, code, recoveryCodes: body.recoveryCodes };
}

describe('a second factor', () => {
  it('is set up with a key that oathtool understands, and is needed from then on', async (test) => {
    const operator = await bench.as('operator');
    const other = await bench.as('operator');
    const { uri, key, code, recoveryCodes } = await enrol(operator, test);
    expect(uri).toBe(
      `otpauth://totp/scadawatch%20Toy%20works:operator?issuer=scadawatch%20Toy%20works&secret=${key}&algorithm=SHA1&digits=6&period=30`,
    );
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const one of recoveryCodes) expect(one).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
    expect((await other.call('GET /api/account', {})).status).toBe(401);
    expect((await operator.call('GET /api/account', {})).body.account.secondFactor).toEqual({
      isSet: true,
      isRequired: false,
      recoveryCodes: 10,
    });
    // the code of the set-up is used
    expect((await login('operator', code)).status).toBe(401);
    await bench.wall.advance(30_000);
    const next = codeOf(key, test);
    expect((await login('operator', next)).status).toBe(200);
    expect((await login('operator', next)).status).toBe(401);
    // one step of a clock that is ahead, and one that is behind
    await bench.wall.advance(60_000);
    expect((await login('operator', codeOf(key, test, 1))).status).toBe(200);
    expect((await login('operator', codeOf(key, test))).status).toBe(401);
    expect((await login('operator', codeOf(key, test, 3))).status).toBe(401);
  });

  it('fails as a wrong passphrase does, and is throttled with it', async (test) => {
    await enrol(await bench.as('operator'), test);
    const failed = [
      await login('operator'),
      await login('operator', '000000'),
      await login('operator', '000000', 'not the passphrase'),
      await login('nobody', '000000'),
      await login('viewer', '000000', 'not the passphrase'),
    ];
    expect(new Set(failed.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    for (let i = 0; i < 2; i++) await login('operator', '000000');
    expect((await login('operator', '000000')).status).toBe(429);
    // a user without one needs no code
    expect((await login('admin')).status).toBe(200);
  });

  it('is replaced by a recovery code once, in any case and without hyphens', async (test) => {
    const { recoveryCodes } = await enrol(await bench.as('operator'), test);
    const [first = '', second = ''] = recoveryCodes;
    expect((await login('operator', first)).status).toBe(200);
    expect((await login('operator', first)).status).toBe(401);
    const { browser, status } = await login('operator', second.toLowerCase().replaceAll('-', ''));
    expect(status).toBe(200);
    expect((await browser.call('GET /api/account', {})).body.account.secondFactor.recoveryCodes).toBe(8);
    const opened = bench.audit.entries.filter(({ after }) => after === 'with a recovery code');
    expect(opened).toMatchObject([{ action: 'session.opened' }, { action: 'session.opened' }]);
    const stored = JSON.stringify([bench.users.list(), bench.audit.entries]);
    for (const one of recoveryCodes) expect(stored).not.toContain(one);
  });

  it('is set up before anything else if the role needs it', async (test) => {
    const { browser, body } = await login('engineer');
    expect(body.mustEnrol).toBe(true);
    expect((await browser.call('GET /api/site', {})).status).toBe(403);
    expect((await browser.call('GET /api/alerts', {})).status).toBe(403);
    await expect(browser.open()).rejects.toThrow('refused with 403');
    expect((await browser.call('POST /api/account/second-factor/begin', { passphrase: 'not it' })).status).toBe(401);
    await enrol(browser, test);
    expect((await browser.call('GET /api/site', {})).status).toBe(200);
    expect((await aBrowser().call('GET /api/door', {})).body.codes).toBe(true);
  });

  it('is changed only with the present code, and reset by an administrator', async (test) => {
    const operator = await bench.as('operator');
    const { key, recoveryCodes } = await enrol(operator, test);
    const again = (code?: string) =>
      operator.call('POST /api/account/second-factor/begin', { passphrase, ...(code === undefined ? {} : { code }) });
    expect((await again()).status).toBe(401);
    await bench.wall.advance(30_000);
    const replaced = await again(codeOf(key, test));
    expect(replaced.status).toBe(200);
    // not confirmed: the old key stays
    expect((await operator.call('POST /api/account/second-factor/confirm', { code: '000000' })).status).toBe(409);
    expect((await login('operator', recoveryCodes[0])).status).toBe(200);
    const admin = await bench.as('admin');
    expect((await admin.call('GET /api/users', {})).body.users.filter(({ secondFactor }) => secondFactor)).toHaveLength(1);
    const reset = { name: 'operator', reason: 'lost telephone' };
    expect((await admin.call('POST /api/users/reset-second-factor', reset)).status).toBe(200);
    expect((await operator.call('GET /api/account', {})).status).toBe(401);
    expect((await login('operator')).status).toBe(200);
    expect(bench.audit.entries.map(({ action, user, reason }) => [action, user, reason])).toEqual(
      expect.arrayContaining([
        ['user.second-factor-added', 'operator', undefined],
        ['user.second-factor-refused', 'operator', undefined],
        ['user.second-factor-reset', 'admin', 'lost telephone'],
      ]),
    );
  });
});

it('guesses of others never delay the right second factor, and it has a limit of its own', async () => {
  const recovery = Array.from({ length: 8 }, (_, n) => `AAAA-BBBB-CCCC-DDD${'ABCDEFGH'[n]}`);
  const key = new Sealer(secret, 'second factors').seal('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  const hashes = recovery.map((one) => sha256(one.replaceAll('-', '')).toString('base64'));
  bench.users.change('operator', { secondFactor: { key, lastStep: 0, recovery: hashes } });
  // from the same address: name and address are locked
  for (let n = 0; n < 30; n++) await login('operator', '000000', 'a guess of somebody');
  expect((await login('operator', '000000')).status).toBe(429);
  expect((await login('operator', recovery[0])).status).toBe(200);
  // the right code does not help to guess the passphrase
  const statuses = [];
  for (let n = 0; n < 7; n++) statuses.push((await login('operator', recovery[1], 'a guess of somebody')).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  // a wrong passphrase uses no code up
  bench.wall.set(bench.wall.now() + 10_000);
  await bench.wall.advance(10_000);
  expect((await login('operator', recovery[1])).status).toBe(200);
});

it('accepts the codes of RFC 6238, appendix B, with its last six digits', () => {
  const clock = new VirtualClock(0);
  const users = new FakeUsers();
  const key = new Sealer(secret, 'second factors').seal('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  const stored = { name: 'u', role: 'viewer', passphraseHash: '', createdAt: 0, disabled: false } as const;
  users.add({ ...stored, secondFactor: { key, lastStep: 0, recovery: [] } });
  const factors = new SecondFactors(users, secret, clock, [], 'site');
  const prove = (code: string) => factors.prove(users.find('u') ?? stored, code);
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const) {
    clock.set(seconds * 1000);
    expect([prove('123456'), prove(code), prove(code)]).toEqual([undefined, 'code', undefined]);
  }
  // a key that another data directory has sealed proves nothing
  const foreign = new SecondFactors(users, Buffer.alloc(32, 6), clock, [], 'site');
  expect(foreign.prove(users.find('u') ?? stored, '353130')).toBeUndefined();
});
