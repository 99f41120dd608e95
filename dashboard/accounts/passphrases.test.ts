import { describe, expect, it } from 'vitest';
import { defaultCost, Passphrases } from './passphrases.ts';
import { cheap, lane } from '../server/testing/setup.ts';

describe('passphrases', () => {
  it('are stored as argon2id by the second option of RFC 9106, each with its own salt', async () => {
    const passphrases = new Passphrases(defaultCost);
    const [one, two] = await Promise.all([passphrases.hash('horse', lane), passphrases.hash('horse', lane)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect([await passphrases.verify('horse', one, lane), await passphrases.verify('Horse', one, lane)]).toEqual([true, false]);
  });

  it('agree with the reference implementation', async () => {
    // a test vector of the reference implementation (P-H-C/phc-winner-argon2, src/test.c)
    const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await new Passphrases(cheap).verify('password', stored, lane)).toBe(true);
  });

  it('are equal in composed and decomposed form', async () => {
    const passphrases = new Passphrases(cheap);
    expect(await passphrases.verify('cafe\u0301 au lait', await passphrases.hash('café au lait', lane), lane)).toBe(true);
  });

  it('never match an unknown user or an invalid hash', async () => {
    const passphrases = new Passphrases(cheap);
    expect(await passphrases.verify('anything', undefined, lane)).toBe(false);
    await expect(passphrases.verify('x', '$2b$10$abc', lane)).rejects.toThrow('not an argon2id PHC string');
  });

  it('are computed two at a time, one of unknown clients, the waiting clients in turn', async () => {
    const held: (() => void)[] = [];
    const order: string[] = [];
    const passphrases = new Passphrases(cheap, async (phrase) => {
      order.push(phrase);
      const { promise, resolve } = Promise.withResolvers<void>();
      held.push(resolve);
      await promise;
      return Buffer.alloc(32);
    });
    const hash = async (client: string, i: number, isKnown = false) =>
      passphrases.hash(`${client}${i}`, { key: client, isKnown });
    const flood = Array.from({ length: 8 }, async (_, i) => hash('a', i));
    const others = [hash('b', 0), hash('c', 0), hash('known', 0, true), hash('known', 1, true), hash('b', 1)];
    for (let i = 0; i < 13; i++) {
      await new Promise(setImmediate);
      const running = order.slice(i);
      expect(running.length).toBeLessThanOrEqual(2);
      expect(running.filter((phrase) => !phrase.startsWith('known')).length).toBeLessThanOrEqual(1);
      held[i]?.();
    }
    await Promise.all([...flood, ...others]);
    // a known client begins at once while an unknown one is computed
    expect(order).toEqual(['a0', 'known0', 'known1', 'a1', 'b0', 'c0', 'a2', 'b1', 'a3', 'a4', 'a5', 'a6', 'a7']);
  });

  it('are refused beyond a limit, first of the client with the most, never of a known device for an unknown client', async () => {
    const begin = Promise.withResolvers<void>();
    const passphrases = new Passphrases(cheap, async () => begin.promise.then(() => Buffer.alloc(32)));
    const outcomes = new Map<string, string[]>();
    const all: Promise<unknown>[] = [];
    const hash = (client: string, isKnown = false): void => {
      const note = (outcome: string): void => void outcomes.set(client, [...(outcomes.get(client) ?? []), outcome]);
      all.push(
        passphrases.hash('horse', { key: client, isKnown }).then(
          () => note('done'),
          (error: { body: { code: string } }) => note(error.body.code),
        ),
      );
    };
    hash('running');
    hash('running', true);
    // eight waiting of one client at most
    for (let i = 0; i < 10; i++) hash('greedy');
    for (let i = 0; i < 56; i++) hash(`one${i}`);
    // 64 wait now: a new client takes a place of the client with the most, a known device that of any unknown client
    hash('newcomer');
    for (let i = 0; i < 3; i++) hash('known', true);
    await new Promise(setImmediate);
    expect(outcomes).toEqual(new Map([['greedy', Array(6).fill('unavailable')]]));
    begin.resolve();
    await Promise.all(all);
    expect(outcomes.get('newcomer')).toEqual(['done']);
    expect(outcomes.get('known')).toEqual(['done', 'done', 'done']);
    expect(outcomes.get('greedy')).toEqual([...Array<string>(6).fill('unavailable'), ...Array<string>(4).fill('done')]);
    expect(await passphrases.hash('horse', lane)).toBeTypeOf('string');
  });
});
