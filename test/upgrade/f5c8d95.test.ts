import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Serving } from '../../src/app/serve.ts';
import { main } from '../../src/main.ts';
import { OpenedFixture } from './opened.ts';

const passphrase = 'quiet-valve-seventeen-herons';
/** When the open alert was raised. */
const raisedAt = Date.UTC(2026, 10, 27, 20, 48, 17);

const fixture = new OpenedFixture('f5c8d95');
const call: OpenedFixture['call'] = (...args) => fixture.call(...args);
const signIn = (name: string): Promise<{ role: string }> =>
  fixture.signIn(name, name === 'alma' ? passphrase : `${passphrase}-${name}`);
/** Rows that the old version wrote. Nothing may change them. */
const oldRows = (): unknown[] =>
  fixture.rows(
    'SELECT * FROM alert_change WHERE sequence <= 13 ORDER BY sequence',
    'SELECT id, time, role, session, action, object, before, after, reason FROM audit WHERE id <= 18',
    "SELECT * FROM baseline WHERE name IN ('site', 'site/review') AND version = 1",
  );

let serving: Serving;
let before: unknown[];
beforeAll(async () => {
  fixture.unpack();
  before = oldRows();
  await fixture.start({ SCADAWATCH_UA1_PASSPHRASE: 'the simulator of the fixture is not running' });
  ({ serving } = fixture);
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose](), 120_000);

describe('a data directory and configuration of f5c8d95', () => {
  it('keeps its users with their roles and passphrases, and issues no set-up link', async () => {
    expect(serving.dashboard.setupLink).toBeUndefined();
    for (const [name, role] of Object.entries({ vera: 'viewer', olga: 'operator', emil: 'engineer', alma: 'admin' }))
      expect((await signIn(name)).role).toBe(role);
  });

  it('keeps open and closed alerts with state, verdict, incident and every change', async () => {
    await signIn('olga');
    const from = raisedAt - 3_600_000;
    const { alerts } = await call<{ alerts: { id: string; state: string; verdict?: { word: string; note: string } }[] }>(
      'GET',
      `/api/alerts?from=${from}&to=${from + 7_200_000}`,
    );
    expect(alerts).toMatchObject([
      { id: 'ALT-000003', state: 'B', title: 'CL.SP set to 0.30 mg/L', verdict: { word: 'true', note: 'not ours' } },
      { id: 'ALT-000001', state: 'A' },
    ]);
    expect(serving.monitor.view.alerts.open().map(({ id }) => id)).toContain('ALT-000003');
    const { incident } = serving.monitor.view.alerts.get('ALT-000003') ?? { incident: '' };
    const found = await call<{ changes: { sequence: number; kind: string }[] }>('GET', `/api/incident?id=${incident}`);
    expect(found.changes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['raised', 'judged']));
    await call('POST', '/api/alerts/acknowledge', { ids: ['ALT-000003'], note: 'after the upgrade' });
    await vi.waitFor(() => expect(serving.monitor.view.alerts.get('ALT-000003')?.state).not.toBe('B'), { timeout: 60_000 });
  });

  it('shelves an alert of that version, and lists it in the alarm about reduced protection', async () => {
    await signIn('emil');
    const body = { ids: ['ALT-000003'], minutes: 721, reason: 'is being investigated' };
    expect(await call('POST', '/api/alerts/shelve', body)).toMatchObject({ shelved: ['ALT-000003'] });
    const { alerts } = serving.monitor.view;
    expect(alerts.get('ALT-000003')?.state).toBe('G');
    await vi.waitFor(() => expect(alerts.open().map(({ title }) => title)).toContain('Protection reduced'), {
      timeout: 60_000,
    });
    const alarm = alerts.open().find(({ title }) => title === 'Protection reduced');
    expect(alarm).toMatchObject({ state: 'B', priority: 3, device: 'monitor/reduced protection' });
    expect(alarm?.explanation.sentence).toMatch(/ALT-000003 is shelved until .* by role engineer: is being investigated/);
  });

  it('keeps the audit trail', async () => {
    await signIn('alma');
    const { entries } = await call<{ entries: { action: string; object: string }[] }>(
      'GET',
      `/api/audit?from=${raisedAt - 3_600_000}&to=${raisedAt + 3_600_000}`,
    );
    const actions = entries.map(({ action }) => action);
    for (const action of ['baseline.learned', 'baseline.approved', 'user.created', 'maintenance.began', 'evidence.exported'])
      expect(actions).toContain(action);
  });

  it('answers every read route by its schema', async () => {
    await signIn('alma');
    const tags = 'tags=CL.SP&tags=RW.LT01';
    const { alerts } = await call<{ alerts: { id: string; incident: string }[] }>('GET', '/api/alerts?from=0&limit=1000');
    expect(alerts.length).toBeGreaterThan(1);
    await call('GET', '/api/baseline');
    await call('GET', `/api/bands?${tags}`);
    await call('GET', `/api/history?${tags}&from=${raisedAt - 600_000}&to=${raisedAt}`);
    const plain = [
      'site',
      'tags',
      'health',
      'detection',
      'unwatched',
      'shadow',
      'minor',
      'episodes',
      'journal',
      'audit',
      'users',
      'account',
    ];
    await fixture.readAll(alerts, plain);
  });

  it('judges by its baseline, or an alarm names the command that learns another', async () => {
    await signIn('emil');
    expect(serving.monitor.view.learning().state).toBe('unlearned');
    const open = () => serving.monitor.view.alerts.open().map((alert) => JSON.stringify(alert));
    await vi.waitFor(() => expect(open().join()).toContain('scadawatch calibrate'), { timeout: 60_000 });
  });

  it('answers with the history that was recorded', async () => {
    const { series } = await call<{ series: { points?: unknown[] }[] }>(
      'GET',
      `/api/history?tags=CL.SP&from=${raisedAt - 600_000}&to=${raisedAt + 180_000}`,
    );
    expect(JSON.stringify(series)).toContain('0.3');
  });

  it('changes no row that the old version wrote', () => {
    expect(oldRows()).toEqual(before);
  });

  it('names the users of new acts, and none for acts of before; no answer has ids of sessions', async () => {
    await signIn('alma');
    const { entries } = await call<{ entries: { time: number; action: string; user?: string }[] }>('GET', '/api/audit');
    const opened = entries.filter(({ action }) => action === 'session.opened');
    expect(opened[0]).toMatchObject({ user: 'alma', address: '127.0.0.1', pseudonym: expect.stringMatching(/^user-/) });
    expect(opened.at(-1)?.user).toBeUndefined();
    expect(JSON.stringify(entries)).not.toMatch(/s-[0-9a-f]{12}/);
  });

  it('raises an alarm after ten failed sign-ins', async () => {
    const origin = serving.dashboard.address;
    for (let i = 0; i < 10; i++) {
      const response = await fetch(`${origin}/api/login`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify({ name: `name${i}`, passphrase: 'wrong' }),
      });
      expect(response.status).toBe(401);
    }
    const alarm = serving.monitor.view.alerts.open().find(({ title }) => title === 'Dashboard: repeated failed sign-ins');
    expect(alarm).toMatchObject({ priority: 1, techniques: [{ id: 'T0859' }] });
  });

  it('checks its evidence file', async () => {
    const printed: string[] = [];
    const print = vi.spyOn(console, 'log').mockImplementation((...parts) => void printed.push(parts.join(' ')));
    try {
      process.exitCode = 0;
      await main(['node', 'scadawatch', 'evidence', 'check', join(fixture.folder, 'evidence.jsonl.gz')]);
      expect(process.exitCode, printed.join('\n')).toBe(0);
    } finally {
      print.mockRestore();
      process.exitCode = 0;
    }
    expect(printed.join('\n')).toContain('6f274aa41f8744a49881478c7a8826be9602c60fd857334a4b0bd40543551271');
  });
});
