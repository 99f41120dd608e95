import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/core/clock.ts';
import { LoginThrottle } from './login-throttle.ts';
import { defaultCost, Passphrases } from './passphrases.ts';
import { cheap } from './testing/setup.ts';

describe('passphrases', () => {
  it('are kept as argon2id by the second option of RFC 9106, each with a salt of its own', async () => {
    const passphrases = new Passphrases(defaultCost);
    const [one, two] = await Promise.all([passphrases.hash('horse'), passphrases.hash('horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect([await passphrases.verify('horse', one), await passphrases.verify('Horse', one)]).toEqual([true, false]);
  });

  it('agree with the reference implementation', async () => {
    // a test vector of the reference implementation (P-H-C/phc-winner-argon2, src/test.c)
    const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await new Passphrases(cheap).verify('password', stored)).toBe(true);
  });

  it('are the same typed composed or decomposed', async () => {
    const passphrases = new Passphrases(cheap);
    expect(await passphrases.verify('cafe\u0301 au lait', await passphrases.hash('café au lait'))).toBe(true);
  });

  it('never fit a user that does not exist, nor a hash that is none', async () => {
    const passphrases = new Passphrases(cheap);
    expect(await passphrases.verify('anything', undefined)).toBe(false);
    await expect(passphrases.verify('x', '$2b$10$abc')).rejects.toThrow('no argon2id PHC string');
  });

  it('are computed two at a time; beyond a bound of waiting ones callers are sent away', async () => {
    const passphrases = new Passphrases(cheap);
    const results = await Promise.allSettled(Array.from({ length: 30 }, async () => passphrases.hash('horse')));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(18);
    expect(results.at(-1)).toMatchObject({ reason: { body: { code: 'too-many' } } });
    expect(await passphrases.hash('horse')).toBeTypeOf('string');
  });
});

describe('the throttle', () => {
  const failures = (throttle: LoginThrottle, times: number, address = 'a', name = 'n'): void => {
    for (let i = 0; i < times; i++) throttle.attempt(address, name);
  };

  it('doubles the wait up to five minutes, and forgets after a quarter of an hour', async () => {
    const clock = new VirtualClock(0);
    const throttle = new LoginThrottle(clock);
    failures(throttle, 4);
    const waits: number[] = [];
    for (let i = 0; i < 11; i++) {
      throttle.attempt('a', 'n');
      try {
        throttle.attempt('a', 'n');
      } catch (error) {
        const { retryAfterMs = 0 } = (error as { body: { retryAfterMs?: number } }).body;
        waits.push(retryAfterMs);
        await clock.advance(retryAfterMs);
      }
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((s) => s * 1000));
    await clock.advance(16 * 60_000);
    failures(throttle, 5);
    expect(() => throttle.attempt('a', 'n')).toThrow('Too many failed');
  });

  it('counts guesses in parallel, each name for itself, and starts anew after a success', () => {
    const throttle = new LoginThrottle(new VirtualClock(0));
    failures(throttle, 5);
    expect(() => throttle.attempt('b', 'n')).toThrow('Too many failed');
    throttle.attempt('b', 'other');
    throttle.succeeded('b', 'n');
    throttle.attempt('b', 'n');
  });
});
