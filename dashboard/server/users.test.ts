import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CloseCode, type ErrorBody } from '../protocol.ts';
import { Browser } from './testing/browser.ts';
import { aBench, type Bench, passphrase } from './testing/setup.ts';

const other = 'purple monkey dishwasher';
let bench: Bench;
let admin: Browser;
beforeEach(async () => {
  bench = await aBench();
  admin = await bench.as('admin');
});
afterEach(async () => bench[Symbol.asyncDispose]());

const add = async (name: string, phrase = other) => {
  const { status, body } = await admin.call('POST /api/users/add', { name, passphrase: phrase, role: 'viewer' });
  return [status, (body as Partial<ErrorBody>).message ?? ''] as const;
};
const login = async (name: string, phrase: string, from = '127.0.0.1') => {
  const browser = new Browser(bench.dashboard.address, { from });
  return { browser, status: (await browser.call('POST /api/login', { name, passphrase: phrase })).status };
};
const acts = () => bench.audit.entries.filter(({ action }) => action.startsWith('user.') && action !== 'user.passphrase-refused');

describe('users', () => {
  it('are listed without hashes, added and removed with audit entries; removing closes their pages', async () => {
    expect((await admin.call('POST /api/users/add', { name: 'Zoë', passphrase, role: 'operator' })).status).toBe(200);
    const { browser: zoe, status } = await login('Zoe\u0308', passphrase, '127.0.0.7');
    expect(status).toBe(200);
    const page = await zoe.open();
    const listed = await admin.call('GET /api/users', {});
    expect(listed.body.users.at(-1)).toEqual({
      name: 'Zoë',
      role: 'operator',
      secondFactor: false,
      createdAt: expect.any(Number),
      disabled: false,
      sessions: [{ number: 2, openedAtWall: bench.wall.now(), activeAtWall: bench.wall.now(), address: '127.0.0.7', own: false }],
    });
    expect(listed.text).not.toContain('argon2');

    await admin.call('POST /api/users/remove', { name: 'Zoë', reason: 'left' });
    expect(await page.closed).toBe(CloseCode.SessionEnded);
    expect((await login('Zoë', passphrase)).status).toBe(401);
    expect(acts()).toMatchObject([
      { action: 'user.created', object: 'Zoë', role: 'admin', after: 'operator' },
      { action: 'user.removed', object: 'Zoë', role: 'admin', before: 'operator', reason: 'left' },
    ]);
  });

  it('get another role or passphrase, are disabled and enabled; each change ends their sessions', async () => {
    await admin.call('POST /api/users/add', { name: 'kim', passphrase, role: 'viewer' });
    const page = async (phrase = passphrase) => {
      const { browser } = await login('kim', phrase);
      return browser.open();
    };
    const first = await page();
    expect((await admin.call('POST /api/users/role', { name: 'kim', role: 'auditor', reason: 'new job' })).status).toBe(200);
    expect(await first.closed).toBe(CloseCode.SessionEnded);
    const { browser: kim } = await login('kim', passphrase);
    expect((await kim.call('GET /api/audit', {})).status).toBe(200);

    const second = await page();
    expect((await admin.call('POST /api/users/passphrase', { name: 'kim', passphrase: other })).status).toBe(200);
    expect(await second.closed).toBe(CloseCode.SessionEnded);
    expect((await login('kim', passphrase)).status).toBe(401);

    const third = await page(other);
    expect((await admin.call('POST /api/users/disable', { name: 'kim' })).status).toBe(200);
    expect(await third.closed).toBe(CloseCode.SessionEnded);
    expect((await login('kim', other)).status).toBe(401);
    expect((await admin.call('POST /api/users/enable', { name: 'kim' })).status).toBe(200);
    expect((await login('kim', other)).status).toBe(200);
    expect(acts().map(({ action, before, after, reason }) => [action, before, after, reason])).toEqual([
      ['user.created', undefined, 'viewer', undefined],
      ['user.role-changed', 'viewer', 'auditor', 'new job'],
      ['user.passphrase-changed', undefined, undefined, undefined],
      ['user.disabled', undefined, undefined, undefined],
      ['user.enabled', undefined, undefined, undefined],
    ]);
    expect(JSON.stringify(bench.audit.entries)).not.toContain(other);
  });

  it('always keep their last active administrator', async () => {
    const all = ['remove', 'disable', 'role'] as const;
    const tryAll = async () =>
      Promise.all(
        all.map(async (act) => {
          const input = { name: 'admin', ...(act === 'role' ? { role: 'viewer' as const } : {}) };
          return (await admin.call(`POST /api/users/${act}`, input)).status;
        }),
      );
    expect(await tryAll()).toEqual([409, 409, 409]);
    // a disabled one does not count as another administrator
    await admin.call('POST /api/users/add', { name: 'second', passphrase: other, role: 'admin' });
    await admin.call('POST /api/users/disable', { name: 'second' });
    expect(await tryAll()).toEqual([409, 409, 409]);
    await admin.call('POST /api/users/enable', { name: 'second' });
    expect((await admin.call('POST /api/users/role', { name: 'admin', role: 'engineer' })).status).toBe(200);
    expect((await admin.call('GET /api/users', {})).status).toBe(401);
    expect((await admin.call('POST /api/users/remove', { name: 'nobody' })).status).toBe(401);
  });

  it('have sessions that an administrator can end', async () => {
    const operator = await bench.as('operator');
    const page = await operator.open();
    const { users } = (await admin.call('GET /api/users', {})).body;
    const session = users.find(({ name }) => name === 'operator')?.sessions[0]?.number ?? 0;
    expect((await admin.call('POST /api/users/end-session', { session })).status).toBe(200);
    expect(await page.closed).toBe(CloseCode.SessionEnded);
    expect((await admin.call('POST /api/users/end-session', { session })).status).toBe(404);
  });

  it.each([
    'password',
    '12345678',
    'Qwertyuiop',
    'iloveyou',
    'sunshine',
    'PASSWORD1',
    'abcabcabcabc',
    'aaaaaaaaaaaa',
    'kim.kim.',
    'ｐａｓｓｗｏｒｄ',
  ])('never get the passphrase %s', async (phrase) => {
    const [status, message] = await add('kim.kim', phrase);
    expect([status, message]).toEqual([400, expect.stringMatching(/most common|than the name/)]);
  });

  it.each([
    ['u-vіewer', /mixes letters/],
    ['раура', undefined],
    ['аdmin', /mixes letters/],
    ['ADMIN', /looks like that of the user admin/],
    ['adrnin', /looks like that of the user admin/],
    ['ａｄｍｉｎ', /variants/],
    ['0perator', /looks like that of the user operator/],
    ['viewer', /The user viewer already exists/],
    ['console', /reserved/],
    ['М0nitor', /mixes letters/],
    ['Jörg', undefined],
    ['Ольга', undefined],
    ['田中さくら', undefined],
    ['김철수', undefined],
  ])('named %s are refused if the name can be confused with another', async (name, refusal) => {
    const [status, message] = await add(name);
    expect(message).toMatch(refusal ?? /^$/);
    expect(status).toBe(refusal === undefined ? 200 : 409);
  });
});

describe('the own account', () => {
  it('shows its sessions and ends only its own', async () => {
    const viewer = await bench.as('viewer');
    const elsewhere = (await login('viewer', passphrase, '127.0.0.8')).browser;
    const page = await elsewhere.open();
    const { account } = (await viewer.call('GET /api/account', {})).body;
    expect(account).toMatchObject({
      name: 'viewer',
      role: 'viewer',
      sessions: [{ own: true }, { own: false, address: '127.0.0.8' }],
    });
    expect((await viewer.call('POST /api/account/end-session', { session: 1 })).status).toBe(404);
    expect((await admin.call('GET /api/account', {})).status).toBe(200);
    const session = account.sessions[1]?.number ?? 0;
    expect((await viewer.call('POST /api/account/end-session', { session })).status).toBe(200);
    expect(await page.closed).toBe(CloseCode.SessionEnded);
  });

  it('changes its passphrase with the old one; other sessions end, this one continues', async () => {
    const viewer = await bench.as('viewer');
    const elsewhere = await (await bench.as('viewer')).open();
    const change = async (current: string, phrase: string) =>
      (await viewer.call('POST /api/account/passphrase', { current, passphrase: phrase })).status;
    expect(await change(other, other)).toBe(401);
    expect(await change(passphrase, 'password')).toBe(400);
    expect(await change(passphrase, other)).toBe(200);
    expect(await elsewhere.closed).toBe(CloseCode.SessionEnded);
    expect((await viewer.call('GET /api/site', {})).status).toBe(200);
    expect((await login('viewer', passphrase)).status).toBe(401);
    expect((await login('viewer', other)).status).toBe(200);
    expect(acts()).toMatchObject([{ action: 'user.passphrase-changed', object: 'viewer', role: 'viewer' }]);
  });

  it('limits guesses from a stolen session too', async () => {
    const viewer = await bench.as('viewer');
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) {
      statuses.push((await viewer.call('POST /api/account/passphrase', { current: `guess ${i}`, passphrase: other })).status);
    }
    expect(statuses).toEqual([...Array<number>(15).fill(401), ...Array<number>(5).fill(429)]);
  });
});
