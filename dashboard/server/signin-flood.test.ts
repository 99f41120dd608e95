import { describe, expect, it } from 'vitest';
import { argon2id, Passphrases } from '../accounts/passphrases.ts';
import { Browser } from './testing/browser.ts';
import { signInDuringFlood } from './testing/flood.ts';
import { aBench, cheap, passphrase } from './testing/setup.ts';

const wrong = 'not the passphrase';

describe('during a flood of guesses', () => {
  // the same with 10 000 is signin-flood.long.test.ts
  it('the administrator signs in from a known device, also behind the same address', async () => {
    const { administrator, guesses, waits } = await signInDuringFlood({ rounds: 4, wrongPerRound: 150 });
    expect(administrator).toEqual(Array(5).fill(200));
    expect(waits).toEqual(Array(5).fill({ ended: 0, running: expect.toSatisfy((guess: number) => guess <= 1) as number }));
    // wrong, delayed, or refused by the full queue: never accepted, never an error
    expect([...guesses.keys()].filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
    expect([...guesses.values()].reduce((sum, count) => sum + count, 0)).toBe(600);
    expect(guesses.get(429)).toBeGreaterThan(0);
  });

  it('clients behind a trusted proxy are distinguished by what it states with its secret, and by nothing that a client writes', async () => {
    const proxySecret = 'secret-of-the-proxy';
    await using bench = await aBench({ config: { trustedProxies: ['127.0.0.2'], proxySecret } });
    const stated = (client: string) => ({ 'x-scadawatch-client': `${proxySecret} ${client}` });
    const guess = async (headers: Record<string, string>, i: number, from = '127.0.0.2') =>
      (
        await new Browser(bench.dashboard.address, { from, headers }).call('POST /api/login', {
          name: `name${i}`,
          passphrase: wrong,
        })
      ).status;
    for (let i = 0; i < 20; i++) expect(await guess(stated('203.0.113.7'), i)).toBe(401);
    expect(await guess({ ...stated('203.0.113.7'), 'x-forwarded-for': '1.2.3.4' }, 20)).toBe(429);
    expect(await guess(stated('203.0.113.8'), 22)).toBe(401);
    // the proxy passes on what the client writes: all of these count as the proxy
    const forged = (i: number): Record<string, string> => ({
      'x-forwarded-for': `203.0.113.${100 + i}`,
      forwarded: `for=203.0.113.${100 + i}`,
      'x-scadawatch-client':
        [`203.0.113.${i}`, `guess 203.0.113.${i}`, `${stated('1.2.3.4')['x-scadawatch-client']} 5`][i % 3] ?? '',
    });
    for (let i = 0; i < 20; i++) expect(await guess(forged(i), 30 + i)).toBe(401);
    expect(await guess(forged(21), 51)).toBe(429);
    // and from an address that is no trusted proxy even the secret does not count
    for (let i = 0; i < 20; i++) expect(await guess(stated(`203.0.113.${100 + i}`), 60 + i, '127.0.0.3')).toBe(401);
    expect(await guess(stated('203.0.113.200'), 90, '127.0.0.3')).toBe(429);
  });

  it('a full passphrase queue refuses with 503 and counts no failure', async () => {
    const begin = Promise.withResolvers<void>();
    const isHeld = { now: false };
    const passphrases = new Passphrases(cheap, async (...guess) => {
      if (isHeld.now) await begin.promise;
      return argon2id(...guess);
    });
    await using bench = await aBench({ passphrases });
    const browsers = Array.from({ length: 30 }, (_, i) => new Browser(bench.dashboard.address, { from: `127.0.2.${i + 1}` }));
    isHeld.now = true;
    const refused = Promise.withResolvers<void>();
    const counts = new Map<number, number>();
    const guesses = browsers.flatMap((browser, at) =>
      Array.from({ length: 10 }, async (_, i) => {
        const { status } = await browser.call('POST /api/login', { name: `name${at}-${i}`, passphrase: wrong });
        counts.set(status, (counts.get(status) ?? 0) + 1);
        // one is computed, 64 wait
        if (counts.get(503) === 300 - 65) refused.resolve();
      }),
    );
    await refused.promise;
    begin.resolve();
    await Promise.all(guesses);
    expect(counts).toEqual(
      new Map([
        [503, 235],
        [401, 65],
      ]),
    );
    for (const browser of browsers) {
      expect((await browser.call('POST /api/login', { name: 'viewer', passphrase })).status).toBe(200);
    }
  });

  it('a flood of public requests does not prevent sign-ins from the same address', async () => {
    await using bench = await aBench();
    const unknownClient = new Browser(bench.dashboard.address);
    for (let i = 0; i < 300; i++) expect((await unknownClient.call('GET /api/door', {})).status).toBe(200);
    expect((await unknownClient.call('POST /api/login', { name: 'viewer', passphrase })).status).toBe(200);
  });
});

describe('a known device', () => {
  it('keeps its allowance while its user is locked elsewhere, until the passphrase changes', async () => {
    await using bench = await aBench();
    const { address } = bench.dashboard;
    const device = new Browser(address, { from: '127.0.0.4' });
    const login = async (browser: Browser, name: string, phrase = passphrase) => {
      browser.forgetSession();
      return (await browser.call('POST /api/login', { name, passphrase: phrase })).status;
    };
    expect(await login(device, 'admin')).toBe(200);
    const attacker = new Browser(address, { from: '127.0.0.5' });
    for (const name of ['admin', 'viewer']) for (let i = 0; i < 5; i++) await login(attacker, name, wrong);
    expect(await login(attacker, 'admin')).toBe(429);
    expect(await login(device, 'admin')).toBe(200);
    expect(await login(device, 'viewer')).toBe(429);
    // a copy with an invalid signature is no known device
    const forged = new Browser(address, { from: '127.0.0.6' });
    // the last character has bits that no byte needs
    forged.cookie = device.cookie.replace(/.(?=.{9}$)/, (one) => (one === 'A' ? 'B' : 'A'));
    expect(await login(forged, 'admin')).toBe(429);
    // its own allowance ends too
    for (let i = 0; i < 10; i++) expect(await login(device, 'admin', wrong)).toBe(401);
    expect(await login(device, 'admin')).toBe(429);
  });

  it('has a cookie without user names that scripts cannot read', async () => {
    await using bench = await aBench();
    const { headers } = await new Browser(bench.dashboard.address).call('POST /api/login', { name: 'operator', passphrase });
    const cookie = headers['set-cookie']?.find((one) => one.includes('device')) ?? '';
    expect(cookie).toMatch(/^scadawatch-device-\d+=[\w.~-]{40,800}; Path=\/; Max-Age=7776000; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain('operator');
  });
});
