import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PartStatus } from '../../src/core/supervisor.ts';
import { type Answer, Browser } from './testing/browser.ts';
import { type Bench, aBench } from './testing/setup.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await aBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

const get = async (path: string): Promise<Answer<unknown>> => new Browser(bench.dashboard.address).raw({ method: 'GET', path });
const part = (name: string, state: PartStatus['state'] = 'running'): PartStatus => ({
  name,
  state,
  since: 1,
  restarts: 0,
  lastError: 'passphrase of plc7 refused',
});

it('reports the states of all parts without a sign-in, and nothing else', async () => {
  bench.view.partStates = [part('collect plc7'), part('collect ua1'), part('detect')];
  const ready = await get('/readyz');
  expect([ready.status, ready.body]).toEqual([200, { status: 'ready', parts: { collect: 'running', detect: 'running' } }]);
  bench.view.partStates = [part('collect plc7', 'failed'), part('collect ua1'), part('detect', 'restarting')];
  const not = await get('/readyz');
  expect([not.status, not.body]).toEqual([503, { status: 'not ready', parts: { collect: 'failed', detect: 'restarting' } }]);
  expect(not.text).not.toMatch(/plc7|refused/);
  expect(not.headers['cache-control']).toBe('no-store');
  const alive = await get('/healthz');
  expect([alive.status, alive.body]).toEqual([200, { status: 'ok' }]);
});

it('limits the rate of probes', async () => {
  const answers = await Promise.all(Array.from({ length: 80 }, () => get('/readyz')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
});
