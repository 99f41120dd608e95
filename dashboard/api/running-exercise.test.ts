import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAllowed, type Role, roles, rolesWith } from '../../src/core/access.ts';
import type { VirtualClock } from '../../src/core/clock.ts';
import type { Browser } from '../server/testing/browser.ts';
import { FakeLab } from '../server/testing/fake-lab.ts';
import { FakeMonitor } from '../server/testing/fake-monitor.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';
import { type Route, routes } from './index.ts';

const hidden = 'hidden from participants until the exercise ends';

let lab: FakeLab;
let bench: Bench;
let instructor: Browser;
beforeEach(async () => {
  lab = new FakeLab();
  bench = await aBench({ view: new FakeMonitor({ lab }), config: { maxConnections: 100 } });
  instructor = await bench.as('instructor');
});
afterEach(async () => bench[Symbol.asyncDispose]());

/** Acts on the lab as a role reads them in the audit trail, newest first. */
async function labActs(role: Role, query: { action?: string } = {}): Promise<readonly (readonly [string, string])[]> {
  const { body } = await (await bench.as(role)).call('GET /api/audit', query);
  return body.entries.filter(({ action }) => action.startsWith('lab.')).map(({ action, object }) => [action, object] as const);
}

it('hides the scenario from those who read the audit trail and may not run exercises, until it ends', async () => {
  await instructor.call('POST /api/lab/start', { scenario: 'overfill' });
  const seen = await Promise.all(rolesWith('read-audit').map(async (role) => [role, await labActs(role)]));
  expect(Object.fromEntries(seen)).toEqual({
    engineer: [['lab.started', 'overfill']],
    auditor: [['lab.started', hidden]],
    admin: [['lab.started', 'overfill']],
  });
  expect(await labActs('auditor', { action: 'lab.started' })).toEqual([['lab.started', hidden]]);
  // who started it, and when, is no secret
  const { body } = await (await bench.as('auditor')).call('GET /api/audit', { action: 'lab.started' });
  const [stored] = bench.audit.entries.filter(({ action }) => action === 'lab.started');
  expect(stored?.object).toBe('overfill');
  expect(body.entries).toMatchObject([{ time: stored?.time, user: 'instructor', role: 'instructor' }]);
  await instructor.call('POST /api/lab/stop', {});
  expect(await labActs('auditor')).toEqual([
    ['lab.stopped', 'overfill'],
    ['lab.started', 'overfill'],
  ]);
});

it('hides no earlier exercise', async () => {
  await instructor.call('POST /api/lab/start', { scenario: 'overfill' });
  await instructor.call('POST /api/lab/stop', {});
  await (bench.view.clock as VirtualClock).advance(60_000);
  await instructor.call('POST /api/lab/start', { scenario: 'overfill' });
  expect(await labActs('auditor')).toEqual([
    ['lab.started', hidden],
    ['lab.stopped', 'overfill'],
    ['lab.started', 'overfill'],
  ]);
});

it('hides a campaign from its start to its end, also between two scenarios', async () => {
  await instructor.call('POST /api/lab/start', { scenario: 'overfill' });
  await instructor.call('POST /api/lab/stop', {});
  await instructor.call('POST /api/lab/campaign', { campaign: 'shift' });
  const earlier = [
    ['lab.stopped', 'overfill'],
    ['lab.started', 'overfill'],
  ] as const;
  expect(lab.status().running).toBeUndefined();
  expect(await labActs('auditor')).toEqual([['lab.campaign', hidden], ...earlier]);
  // the lab starts the scenarios of a campaign by itself
  await lab.start('overfill');
  expect(await labActs('auditor')).toEqual([['lab.campaign', hidden], ...earlier]);
  expect(await labActs('engineer')).toEqual([['lab.campaign', 'shift'], ...earlier]);
  await lab.stop();
  expect(await labActs('auditor')).toEqual([['lab.campaign', 'shift'], ...earlier]);
});

it('is named in no answer that a participant can read without an input', async () => {
  await instructor.call('POST /api/lab/start', { scenario: 'overfill' });
  const browsers = new Map<Role, Browser>();
  for (const role of roles) if (!isAllowed(role, 'run-lab')) browsers.set(role, await bench.as(role));
  expect([...browsers.keys()]).toEqual(['viewer', 'operator', 'analyst', 'auditor']);
  const answered: string[] = [];
  for (const [name, { permission, isStream }] of Object.entries(routes) as readonly (readonly [string, Route])[]) {
    if (!name.startsWith('GET ') || isStream !== undefined) continue;
    // the last role that may read it: an auditor reads more than the others
    const [role, browser] = [...browsers].findLast(([one]) => permission === 'anybody' || isAllowed(one, permission)) ?? [];
    if (browser === undefined) continue;
    const { status, text } = await browser.raw({ method: 'GET', path: name.slice('GET '.length) });
    if (status === 200) answered.push(name);
    expect(text, `${role}: ${name}`).not.toMatch(/overfill|secret inject|tank\.level/i);
  }
  expect(answered).toEqual(
    expect.arrayContaining(['GET /api/audit', 'GET /api/health', 'GET /api/journal', 'GET /api/lab/hints']),
  );
});
