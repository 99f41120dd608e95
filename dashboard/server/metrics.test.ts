import { afterEach, expect, it } from 'vitest';
import { Metrics } from '../../src/core/metrics.ts';
import type { Logger } from '../../src/core/plugin.ts';
import { dashboardSchema } from './config.ts';
import { type Answer, Browser } from './testing/browser.ts';
import { aBench, type Bench } from './testing/setup.ts';

const token = 'a-secret-of-some-length';
let bench: Bench | undefined;
afterEach(() => bench?.[Symbol.asyncDispose]());

const exposition = { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: async () => 'scadawatch_depth 4\n' };
const get = async (authorization?: string): Promise<Answer<unknown>> =>
  new Browser(new URL(bench?.dashboard.address ?? '').origin).raw({
    method: 'GET',
    path: '/metrics',
    headers: authorization === undefined ? {} : { authorization },
  });

it('does not exist without a token in the configuration', async () => {
  bench = await aBench({ metrics: { metrics: new Metrics(), exposition } });
  for (const authorization of [undefined, 'Bearer ', 'Bearer undefined', `Bearer ${token}`])
    expect((await get(authorization)).status, authorization).toBe(404);
});

it('is for clients with the token alone, also below a base path, and never logs a token', async () => {
  const lines: unknown[] = [];
  const log = (...line: unknown[]): void => void lines.push(line);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const config = { metricsToken: token, basePath: '/scada' };
  bench = await aBench({ metrics: { metrics: new Metrics(), exposition }, config, logger });
  for (const wrong of [
    undefined,
    '',
    token,
    `Basic ${token}`,
    'Bearer',
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    'Bearer é',
  ]) {
    const { status, headers, text } = await get(wrong);
    expect([status, headers['www-authenticate']], wrong).toEqual([401, 'Bearer']);
    expect(text).not.toContain('scadawatch_depth');
    expect(text).not.toContain(token);
  }
  const right = await get(`Bearer ${token}`);
  expect([right.status, right.headers['content-type'], right.text]).toEqual([
    200,
    exposition.contentType,
    'scadawatch_depth 4\n',
  ]);
  expect((await bench.as('admin')).cookie).not.toBe('');
  expect(JSON.stringify(lines)).not.toContain(token);
});

it('limits the rate of scrapes', async () => {
  bench = await aBench({ metrics: { metrics: new Metrics(), exposition }, config: { metricsToken: token } });
  const answers = await Promise.all(Array.from({ length: 30 }, () => get(`Bearer ${token}`)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
  // a flood of wrong tokens does not use up the scrapes of the right one
  await bench.wall.advance(10_000);
  await Promise.all(Array.from({ length: 30 }, () => get('Bearer wrong')));
  expect((await get(`Bearer ${token}`)).status).toBe(200);
});

it('counts failed sign-ins and pages', async () => {
  const metrics = new Metrics();
  bench = await aBench({ metrics: { metrics, exposition } });
  await new Browser(bench.dashboard.address).call('POST /api/login', { name: 'admin', passphrase: 'wrong' });
  await (await bench.as('viewer')).open();
  const values = Object.fromEntries([...metrics.read()].map(({ metric, samples }) => [metric.name, [...samples][0]?.value]));
  expect(values).toEqual({
    scadawatch_dashboard_connections: 1,
    scadawatch_dashboard_sessions: 1,
    scadawatch_dashboard_frames_skipped_total: 0,
    scadawatch_sign_in_failures_total: 1,
  });
});

it('refuses a short token without showing it', () => {
  for (const metricsToken of ['short-secret', 'a secret with spaces in it']) {
    const { error } = dashboardSchema.safeParse({ metricsToken });
    expect(error?.issues[0]?.path).toEqual(['metricsToken']);
    expect(error?.message).not.toContain(metricsToken);
  }
});
