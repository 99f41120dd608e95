import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Serving } from '../../src/app/serve.ts';
import { main } from '../../src/main.ts';
import { OpenedFixture } from './opened.ts';

const passphrase = 'slow-weir-forty-otters';
const token = 'scw_dROhPZGc7y-2piLLsxvxPmS9gu4ZRmsdcuY-JYuIcFo';
const hourMs = 3_600_000;
/** When the first alert was raised, and when the data directory was last used; plant time. */
const raisedAt = Date.UTC(2026, 11, 3, 23, 53, 23);
const usedUntil = Date.UTC(2026, 11, 4, 2, 40);

const fixture = new OpenedFixture('c2fe6a80');
const call: OpenedFixture['call'] = (...args) => fixture.call(...args);
const signIn = (name: string): Promise<{ role: string }> =>
  fixture.signIn(name, name === 'alma' ? passphrase : `${passphrase}-${name}`);
/** Rows that the old version wrote. Nothing may change them. */
const oldRows = (): unknown[] =>
  fixture.rows(
    'SELECT * FROM alert_change WHERE sequence <= 600 ORDER BY sequence',
    'SELECT id, time, role, session, action, object, before, after, reason FROM audit WHERE id <= 48',
    "SELECT * FROM baseline WHERE name IN ('site', 'site/review') AND version = 1",
  );

let serving: Serving;
let before: unknown[];
beforeAll(async () => {
  fixture.unpack();
  before = oldRows();
  await fixture.start();
  ({ serving } = fixture);
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose](), 120_000);

interface Listed {
  readonly id: string;
  readonly incident: string;
  readonly state: string;
  readonly title: string;
}
const openAlert = (id: string) => serving.monitor.view.alerts.open().find((alert) => alert.id === id);

describe('a data directory and configuration of c2fe6a80', () => {
  it('keeps its users with their roles and passphrases, and a disabled user disabled', async () => {
    expect(serving.dashboard.setupLink).toBeUndefined();
    for (const [name, role] of Object.entries({
      vera: 'viewer',
      olga: 'operator',
      emil: 'engineer',
      ana: 'analyst',
      alma: 'admin',
    }))
      expect((await signIn(name)).role).toBe(role);
    const { users } = await call<{ users: { name: string }[] }>('GET', '/api/users');
    expect(JSON.stringify(users.find(({ name }) => name === 'oleg'))).toMatch(/isabled":true/);
  });

  it('lists acknowledged, shelved and open alerts with verdict, triage and every change', async () => {
    await signIn('ana');
    const { alerts } = await call<{ alerts: (Listed & { verdict?: { word: string } })[] }>(
      'GET',
      `/api/alerts?from=${raisedAt - hourMs}&to=${usedUntil}`,
    );
    expect(alerts.map(({ id }) => id).toSorted()).toEqual(
      expect.arrayContaining(['ALT-000001', 'ALT-000004', 'ALT-000159', 'ALT-000532']),
    );
    expect(alerts.find(({ id }) => id === 'ALT-000001')).toMatchObject({ incident: 'INC-000001', verdict: { word: 'true' } });
    const { changes } = await call<{ changes: { kind: string }[] }>('GET', '/api/incident?id=INC-000001');
    expect(changes.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['raised', 'acknowledged', 'shelved', 'judged', 'commented', 'triaged']),
    );
  });

  it('keeps the acknowledged intrusion latched, and opens what was shelved or open', async () => {
    expect(openAlert('ALT-000001')?.state).toBe('F');
    // the shelving ends by the calendar: it may have ended when this test runs
    expect(['B', 'D', 'G']).toContain(openAlert('ALT-000004')?.state);
    // what was found of the signal, or what the new version finds of it after some seconds
    expect(openAlert('ALT-000532')?.title).toMatch(/^LK\.BAL (rises too fast|does not match the others)$/);
    await signIn('olga');
    await call('POST', '/api/alerts/acknowledge', { ids: ['ALT-000532'], note: 'after the upgrade' });
    await vi.waitFor(() => expect(['C', 'A', undefined]).toContain(openAlert('ALT-000532')?.state), { timeout: 60_000 });
  });

  it('keeps the audit trail, and the API token reads it', async () => {
    const url = `${serving.dashboard.address}/api/audit?from=${raisedAt - 24 * hourMs}&to=${usedUntil}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    // the token expires by the calendar a year after it was made
    expect(answer.status).toBe(Date.now() < Date.UTC(2027, 11, 3) ? 200 : 401);
    await signIn('alma');
    const { entries } = await call<{ entries: { action: string }[] }>(
      'GET',
      `/api/audit?from=${raisedAt - 24 * hourMs}&to=${usedUntil}`,
    );
    const actions = entries.map(({ action }) => action);
    for (const action of ['token.created', 'alert.shelved', 'baseline.approved', 'maintenance.began', 'shift.noted'])
      expect(actions).toContain(action);
  });

  it('answers with the day of history, from its Parquet file and the hot table', async () => {
    await signIn('vera');
    for (const from of [Date.UTC(2026, 11, 3, 12), Date.UTC(2026, 11, 4, 1)]) {
      const { series } = await call<{ series: object[] }>('GET', `/api/history?tags=SUP.PT&from=${from}&to=${from + hourMs}`);
      expect(JSON.stringify(series)).toMatch(/5\.\d+/);
    }
  });

  it('judges by its baseline, or an alarm names the command that learns another', async () => {
    await signIn('emil');
    const open = () => serving.monitor.view.alerts.open().map((alert) => JSON.stringify(alert));
    expect(serving.monitor.view.learning().state).toBe('unlearned');
    await vi.waitFor(() => expect(open().join()).toContain('scadawatch calibrate'), { timeout: 60_000 });
  });

  it('answers every read route by its schema', async () => {
    await signIn('alma');
    const { alerts } = await call<{ alerts: Listed[] }>('GET', '/api/alerts?from=0&limit=1000');
    const plain = ['site', 'tags', 'health', 'detection', 'minor', 'episodes', 'journal', 'users', 'tokens', 'handover'];
    await fixture.readAll(alerts, plain);
    await call('GET', '/api/bands?tags=SUP.PT');
    await call('GET', '/api/baseline');
  });

  it('changes no row that the old version wrote', () => {
    expect(oldRows()).toEqual(before);
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
    expect(printed.join('\n')).toContain('acc039b917ff786c3a2856c800646ed897ed530a0449feae5292b893a0be7afd');
  });

  it('who is signed in stays so over a restart', { timeout: 120_000 }, async () => {
    await signIn('olga');
    await fixture.restart();
    ({ serving } = fixture);
    expect(await call('GET', '/api/account')).toMatchObject({ account: { name: 'olga', role: 'operator' } });
  });
});
