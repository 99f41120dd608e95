import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from './testing/browser.ts';
import { FakeMonitor } from './testing/fake-monitor.ts';
import { aTag } from './testing/fake-values.ts';
import { aBench, type Bench } from './testing/setup.ts';

let bench: Bench;
let admin: Browser;
beforeAll(async () => {
  const tags = Array.from({ length: 200 }, (_, i) => aTag(`LT-${i}`));
  bench = await aBench({ view: new FakeMonitor({ tags }) });
  admin = await bench.as('admin');
  for (let i = 0; i < 40; i++) {
    const user = { name: `user-${i}`, role: 'viewer', passphraseHash: 'h', createdAt: 1, disabled: false } as const;
    bench.users.add(user);
  }
});
afterAll(async () => bench[Symbol.asyncDispose]());

const ask = async (path: string, encodings: string): Promise<Response> =>
  fetch(`${admin.address}${path}`, { headers: { cookie: admin.cookie, 'accept-encoding': encodings } });

it.each(['gzip', 'br'])('compresses large answers by %s without changing the text', async (encoding) => {
  const answer = await ask('/api/tags', encoding);
  expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, encoding]);
  expect(answer.headers.get('vary')).toContain('Accept-Encoding');
  expect(await answer.text()).toBe(await (await ask('/api/tags', 'identity')).text());
});

it('does not compress small answers, or answers for browsers that do not accept it', async () => {
  for (const [path, encodings] of [
    ['/api/site', 'gzip'],
    ['/api/tags', 'identity'],
  ] as const)
    expect((await ask(path, encodings)).headers.get('content-encoding'), path).toBeNull();
});

it('never compresses answers about accounts and sessions', async () => {
  const answer = await ask('/api/users', 'gzip, br');
  expect((await answer.text()).length).toBeGreaterThan(2048);
  expect(answer.headers.get('content-encoding')).toBeNull();
});
