import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CloseCode, type ErrorBody } from '../protocol.ts';
import { Browser } from './testing/browser.ts';
import { aBench, type Bench, passphrase } from './testing/setup.ts';

const hour = 3_600_000;
const wrong = 'not the passphrase';

describe('first start', () => {
  let bench: Bench;
  let browser: Browser;
  let token: string;
  beforeEach(async () => {
    bench = await aBench({ noUsers: true });
    browser = new Browser(bench.dashboard.address);
    token = new URL(bench.dashboard.setupLink ?? '').hash.replace('#setup=', '');
  });
  afterEach(async () => bench[Symbol.asyncDispose]());

  it('prints a link with 256 random bits, and has no account', async () => {
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(bench.users.list()).toEqual([]);
    expect((await browser.call('GET /api/door', {})).body.setup).toBe(true);
    for (const name of ['admin', 'root', 'operator', '']) {
      expect((await browser.call('POST /api/login', { name, passphrase: name })).status).toBe(401);
    }
  });

  it('creates the administrator account with the token, signs in, and refuses the token a second time', async () => {
    const made = await browser.call('POST /api/setup', { token, name: 'ada', passphrase });
    expect([made.status, made.body.role]).toEqual([200, 'admin']);
    expect((await browser.call('GET /api/users', {})).body.users).toMatchObject([
      { name: 'ada', role: 'admin', sessions: [{ own: true }] },
    ]);
    expect(bench.users.find('ada')?.passphraseHash).toMatch(/^\$argon2id\$v=19\$/);
    const other = new Browser(bench.dashboard.address);
    expect((await other.call('POST /api/setup', { token, name: 'eve', passphrase })).status).toBe(401);
    expect((await other.call('GET /api/door', {})).body.setup).toBe(false);
    expect(bench.audit.entries.map(({ action, object, role }) => [action, object, role])).toContainEqual([
      'user.created',
      'ada',
      'admin',
    ]);
  });

  it('refuses a wrong token, an expired token, and a second simultaneous use', async () => {
    expect((await browser.call('POST /api/setup', { token: `${token}x`, name: 'eve', passphrase })).status).toBe(401);
    const both = await Promise.all(
      ['eve', 'mallory'].map(async (name) => browser.call('POST /api/setup', { token, name, passphrase })),
    );
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    expect(bench.users.list()).toHaveLength(1);

    await using late = await aBench({ noUsers: true });
    await late.wall.advance(hour);
    const lateToken = new URL(late.dashboard.setupLink ?? '').hash.replace('#setup=', '');
    const answer = await new Browser(late.dashboard.address).call('POST /api/setup', { token: lateToken, name: 'a', passphrase });
    expect(answer.status).toBe(401);
  });

  it('refuses passphrases under 8 characters and names that could break a log, and keeps the token', async () => {
    for (const [name, phrase] of [
      ['ada', 'sevench'],
      ['ada\nbob', passphrase],
      ['', passphrase],
    ] as const) {
      expect((await browser.call('POST /api/setup', { token, name, passphrase: phrase })).status).toBe(400);
    }
    expect((await browser.call('POST /api/setup', { token, name: 'ada', passphrase })).status).toBe(200);
  });

  it('prints no link if there are users', async () => {
    await using other = await aBench();
    expect(other.dashboard.setupLink).toBeUndefined();
  });
});

describe('sign-in', () => {
  let bench: Bench;
  let browser: Browser;
  beforeEach(async () => {
    bench = await aBench();
    browser = new Browser(bench.dashboard.address);
  });
  afterEach(async () => bench[Symbol.asyncDispose]());

  it('sets a cookie with 256 random bits that scripts and other sites cannot use', async () => {
    const { headers, body } = await browser.call('POST /api/login', { name: 'viewer', passphrase });
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^scadawatch-\d+=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    expect(body).toEqual({
      number: 1,
      role: 'viewer',
      endsAtWall: bench.wall.now() + 12 * hour,
      idleMs: 4 * hour,
    });
  });

  it('answers a wrong name and a wrong passphrase with the same text', async () => {
    const answers = [
      await browser.call('POST /api/login', { name: 'nobody', passphrase }),
      await browser.call('POST /api/login', { name: 'viewer', passphrase: wrong }),
    ];
    expect(answers.map(({ status, text }) => [status, text])).toEqual(
      Array(2).fill([401, '{"code":"credentials","message":"The name or the passphrase is wrong."}']),
    );
  });

  it('slows down guessing for existing and unknown names, and returns the remaining wait', async () => {
    for (const name of ['viewer', 'nobody']) {
      for (let i = 0; i < 5; i++) expect((await browser.call('POST /api/login', { name, passphrase: wrong })).status).toBe(401);
      const locked = (await browser.call('POST /api/login', { name, passphrase })) as { status: number; body: unknown };
      expect([locked.status, (locked.body as ErrorBody).code, (locked.body as ErrorBody).retryAfterMs]).toEqual([
        429,
        'locked',
        1000,
      ]);
    }
    await bench.wall.advance(1000);
    expect((await browser.call('POST /api/login', { name: 'viewer', passphrase: wrong })).status).toBe(401);
    const { body } = await browser.call('POST /api/login', { name: 'viewer', passphrase });
    expect((body as unknown as ErrorBody).retryAfterMs).toBe(2000);
    await bench.wall.advance(2000);
    expect((await browser.call('POST /api/login', { name: 'viewer', passphrase })).status).toBe(200);
  });

  it('locks an address after attempts with many names', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 25; i++) {
      statuses.push((await browser.call('POST /api/login', { name: `name${i}`, passphrase: wrong })).status);
    }
    expect(statuses.indexOf(429)).toBe(20);
  });

  it('ends with a sign-out: the secret is invalid and open pages are closed', async () => {
    const signedIn = await bench.as('operator');
    const secret = signedIn.cookie;
    const page = await signedIn.open();
    await signedIn.call('POST /api/logout', {});
    expect(await page.closed).toBe(CloseCode.SessionEnded);
    signedIn.cookie = secret;
    expect((await signedIn.call('GET /api/site', {})).status).toBe(401);
  });

  it('ends after its absolute lifetime, even if it is active', async () => {
    const signedIn = await bench.as('operator');
    const page = await signedIn.open();
    for (let i = 0; i < 11; i++) {
      await bench.wall.advance(hour);
      page.send({ type: 'active' });
      await page.settled();
    }
    expect((await signedIn.call('GET /api/site', {})).status).toBe(200);
    await bench.wall.advance(hour);
    expect(await page.closed).toBe(CloseCode.SessionEnded);
    expect((await signedIn.call('GET /api/site', {})).status).toBe(401);
  });

  it('ends without activity of the user, even if a page sends requests', async () => {
    const signedIn = await bench.as('operator');
    for (let i = 0; i < 3; i++) {
      await bench.wall.advance(hour);
      expect((await signedIn.call('GET /api/health', {})).status).toBe(200);
    }
    await bench.wall.advance(hour);
    expect((await signedIn.call('GET /api/health', {})).status).toBe(401);
  });

  it('replaces the previous session of the browser', async () => {
    const signedIn = await bench.as('operator');
    const before = signedIn.cookie;
    await signedIn.call('POST /api/login', { name: 'operator', passphrase });
    expect(signedIn.cookie).not.toBe(before);
    signedIn.cookie = before;
    expect((await signedIn.call('GET /api/site', {})).status).toBe(401);
  });
});
