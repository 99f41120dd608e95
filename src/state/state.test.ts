import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crash, moduleUrl } from '../../test/support/crash.ts';
import { alertOf, changeOf } from '../../test/support/stored-alerts.ts';
import { type Alert, type AlertChange, AlertChangeKind, AlertState, isOpen } from '../core/alert.ts';
import type { AlertQuery } from '../core/state.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import { openDatabase } from './database.ts';
import { openState } from './state.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-state-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const by = { role: 'engineer' };
const alarmRecord = { id: 'R', version: 1, at: 1, by, act: 'removed', origin: 'person', reason: 'r' } as const;

describe('openState', () => {
  it('returns alerts, changes, audit, users and baselines after reopening, including NaN', () => {
    const change = changeOf(1, alertOf('ALT-1'), { note: 'seen' });
    const content = { mean: [0.1, -0, 1e300], nested: { nothing: null } };
    const user = { name: 'kim', role: 'engineer', passphraseHash: '$argon2id$…', createdAt: 5, disabled: false } as const;
    let id: string;
    {
      using state = openState(dir);
      id = state.id;
      state.alerts.append(change);
      state.users.add(user);
      expect(state.baselines.add({ name: 'site', createdAt: 1, source: 'three days', content: {} })).toBe(1);
      expect(state.baselines.add({ name: 'site', createdAt: 2, source: 'three days', content })).toBe(2);
      expect(state.baselines.add({ name: 'other', createdAt: 2, source: 'one day', content: 1 })).toBe(1);
    }
    using state = openState(dir);
    expect(state.id).toBe(id);
    expect(state.alerts.open()).toEqual({ alerts: [change.alert], sequence: 1, recent: [change] });
    expect(state.alerts.changesOf('ALT-1')).toEqual([change]);
    expect(state.alerts.get('ALT-2')).toBeUndefined();
    expect(state.users.list()).toEqual([user]);
    expect(state.baselines.latest('site')).toEqual({ name: 'site', version: 2, createdAt: 2, source: 'three days', content });
    expect(state.baselines.latest('none')).toBeUndefined();
    expect(state.audit.read({ limit: 9 })).toEqual([
      { time: 1001, role: 'monitor', session: 'monitor', action: 'alert.raised', object: 'ALT-1', after: 'B', reason: 'seen' },
    ]);
  });

  it('writes verdicts to the audit trail, before and after', () => {
    using state = openState(dir);
    const by = { role: 'operator', session: 's1' };
    state.alerts.append(changeOf(1, alertOf('ALT-1')));
    const judged = alertOf('ALT-1', { verdict: { word: 'true', at: 5, by } });
    state.alerts.append(changeOf(2, judged, { kind: 'judged', by }));
    const again = alertOf('ALT-1', { verdict: { word: 'false', at: 6, by } });
    state.alerts.append(changeOf(3, again, { kind: 'judged', by, note: 'cleaned' }));
    expect(state.audit.read({ action: 'alert.judged', limit: 9 })).toEqual([
      { time: 1003, ...by, action: 'alert.judged', object: 'ALT-1', before: 'true', after: 'false', reason: 'cleaned' },
      { time: 1002, ...by, action: 'alert.judged', object: 'ALT-1', after: 'true' },
    ]);
  });

  it('writes a verdict on an incident to the audit trail once, and counts it for each of its alerts', () => {
    using state = openState(dir);
    const by = { role: 'operator', session: 's1' };
    const verdict = { word: 'false', at: 1_004, by } as const;
    const alerts = ['ALT-1', 'ALT-2', 'ALT-3'].map((id) => alertOf(id));
    for (const [index, alert] of alerts.entries()) state.alerts.append(changeOf(index + 1, alert));
    const own = { word: 'true', at: 900, by } as const;
    const judged = [
      alertOf('ALT-1', { verdict: own, incidentVerdict: verdict }),
      ...['ALT-2', 'ALT-3'].map((id) => alertOf(id, { verdict: { ...verdict, ofIncident: true } })),
    ];
    for (const [index, alert] of judged.entries())
      state.alerts.append(changeOf(index + 4, alert, { kind: 'judged', time: 1_004, by, note: 'float hangs' }));
    expect(state.audit.read({ limit: 9 }).filter(({ action }) => action !== 'alert.raised')).toEqual([
      { time: 1_004, ...by, action: 'incident.judged', object: 'INC-1', after: 'false', reason: 'float hangs' },
    ]);
    const ids = alerts.map(({ id }) => id);
    expect(state.alerts.lives(ids, 2_000).map((life) => [life.verdict, life.steps.length])).toEqual([
      ['true', 1],
      ['false', 1],
      ['false', 1],
    ]);
    expect(state.alerts.countAnomalies(0)).toEqual([
      { area: 'clearwell', verdict: 'false', count: 2 },
      { area: 'clearwell', verdict: 'true', count: 1 },
    ]);
  });

  it('returns alerts that were open in a span, with their changes of state', () => {
    using state = openState(dir);
    const by = { role: 'operator', session: 's1' };
    let sequence = 0;
    const put = (time: number, alert: Alert, over: Partial<AlertChange> = {}): void =>
      state.alerts.append(changeOf(++sequence, { ...alert, changedAt: time }, { time, ...over }));
    const headline = { title: 'Level falls', sentence: '', at: 11 };
    const findings = [{ detector: 'range' }, { detector: 'shift' }, { detector: 'range' }] as unknown as Alert['findings'];
    const short = alertOf('ALT-1', { raisedAt: 10, priority: 2, response: 'Close the valve', findings, headline });
    put(10, short);
    put(12, { ...short, state: 'C' }, { kind: 'acknowledged', by });
    put(13, { ...short, state: 'C' }, { kind: 'updated' });
    put(20, { ...short, state: 'A' }, { kind: 'cleared' });
    // a verdict changes no state
    state.alerts.append(
      changeOf(
        ++sequence,
        { ...short, state: 'A', changedAt: 20, verdict: { word: 'true', at: 90, by } },
        { time: 90, kind: 'judged', by },
      ),
    );
    put(15, alertOf('ALT-2', { raisedAt: 15, tags: [] }));
    put(40, alertOf('ALT-3', { raisedAt: 40 }));
    expect(state.alerts.idsDuring(0, 100, 9)).toEqual(['ALT-1', 'ALT-2', 'ALT-3']);
    expect(state.alerts.idsDuring(20, 40, 9)).toEqual(['ALT-1', 'ALT-2']);
    expect(state.alerts.idsDuring(21, 41, 9)).toEqual(['ALT-2', 'ALT-3']);
    expect(state.alerts.idsDuring(0, 100, 1)).toEqual(['ALT-1']);
    expect(state.alerts.lives(['ALT-1', 'ALT-2', 'none'], 20)).toEqual([
      {
        id: 'ALT-1',
        raisedAt: 10,
        priority: 2,
        area: 'clearwell',
        equipment: 'CW1',
        tag: 'CW.LT01',
        title: 'Level rises',
        incident: 'INC-1',
        headline: { title: 'Level falls', at: 11 },
        detectors: ['range', 'shift'],
        hasResponse: true,
        verdict: 'true',
        steps: [
          { time: 10, after: 'B' },
          { time: 12, before: 'B', after: 'C' },
        ],
      },
      {
        id: 'ALT-2',
        raisedAt: 15,
        priority: 'A',
        area: 'clearwell',
        equipment: 'CW1',
        tag: '',
        title: 'Level rises',
        incident: 'INC-1',
        detectors: [],
        hasResponse: false,
        steps: [{ time: 15, after: 'B' }],
      },
    ]);
  });

  it('counts anomalies from a time on by area and verdict, without alarms and alerts out of service', () => {
    using state = openState(dir);
    const by = { role: 'operator', session: 's1' };
    const verdict = { word: 'false', at: 5, by } as const;
    const alerts = [
      alertOf('ALT-1', { raisedAt: 1 }),
      alertOf('ALT-2', { raisedAt: 2 }),
      alertOf('ALT-3', { raisedAt: 3 }),
      alertOf('ALT-4', { raisedAt: 3, verdict }),
      alertOf('ALT-5', { raisedAt: 4, area: 'intake' }),
      alertOf('ALT-6', { raisedAt: 4, priority: 2 }),
      alertOf('ALT-7', { raisedAt: 4, state: AlertState.OutOfService }),
    ];
    alerts.forEach((alert, i) => state.alerts.append(changeOf(i + 1, alert)));
    const counts = state.alerts.countAnomalies(2);
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(
      expect.arrayContaining([
        { area: 'clearwell', verdict: undefined, count: 2 },
        { area: 'clearwell', verdict: 'false', count: 1 },
        { area: 'intake', verdict: undefined, count: 1 },
      ]),
    );
  });

  it('stores maintenance windows, including past ones, and finds those that overlap a span', () => {
    const window = { place: { kind: 'area', id: 'a' }, by: 'operator', reason: 'r' } as const;
    {
      using state = openState(dir);
      state.maintenance.add({ ...window, id: 'M1', from: 10, to: 20 });
      state.maintenance.add({ ...window, id: 'M2', from: 12, to: 40 });
      state.maintenance.end('M2', 15);
    }
    using state = openState(dir);
    const ids = (from: number, to: number): string[] => state.maintenance.during(from, to).map(({ id }) => id);
    expect(state.maintenance.during(0, 11)).toEqual([{ ...window, id: 'M1', from: 10, to: 20 }]);
    expect(ids(0, 100)).toEqual(['M2', 'M1']);
    expect(ids(15, 100)).toEqual(['M1']);
    expect(ids(20, 100)).toEqual([]);
  });

  it('keeps the pens of the last 30 trends of each user, until the user is removed', () => {
    {
      using state = openState(dir);
      state.users.add({ name: 'anna', role: 'viewer', passphraseHash: '', createdAt: 0, disabled: false });
      for (let i = 0; i < 31; i++) state.pens.keep('anna', `T${i}`, [{ tag: `T${i}`, scale: [0, i + 1] }]);
      state.pens.keep('bert', 'T0', [{ tag: 'T0' }]);
      state.pens.keep('anna', 'T1', [{ tag: 'T1' }, { tag: 'T2' }]);
      state.pens.keep('anna', 'T31', [{ tag: 'T31' }]);
      state.pens.remove('anna', 'T30');
    }
    using state = openState(dir);
    const has = (user: string, tag: string): boolean => state.pens.of(user, tag) !== undefined;
    expect(state.pens.of('anna', 'T1')).toEqual([{ tag: 'T1' }, { tag: 'T2' }]);
    expect(state.pens.of('anna', 'T3')).toEqual([{ tag: 'T3', scale: [0, 4] }]);
    expect(['T0', 'T2', 'T30'].map((tag) => has('anna', tag))).toEqual([false, false, false]);
    state.users.remove('anna');
    expect([has('anna', 'T1'), has('bert', 'T0')]).toEqual([false, true]);
  });

  it('stores plans of maintenance and requests for a second person until they are removed', () => {
    const plan = {
      id: 'P1',
      place: { kind: 'area', id: 'a' },
      from: 10,
      lastsMs: 5,
      repeat: 'week',
      by: 'operator',
      reason: 'r',
    } as const;
    const line = { detector: 'range', channel: 'T', name: '' };
    const request = {
      id: 'R1',
      at: 1,
      expiresAt: 9,
      by: { role: 'engineer' },
      reason: 'r',
      act: { kind: 'unlearn', line },
    } as const;
    {
      using state = openState(dir);
      state.maintenance.savePlan(plan);
      state.maintenance.savePlan({ ...plan, openedAt: 17 });
      state.approvals.add(request);
    }
    using state = openState(dir);
    expect(state.maintenance.plans()).toEqual([{ ...plan, openedAt: 17 }]);
    expect(state.approvals.list()).toEqual([request]);
    state.maintenance.removePlan('P1');
    state.approvals.remove('R1');
    expect([state.maintenance.plans(), state.approvals.list()]).toEqual([[], []]);
  });

  it('gives every new store a different id, and only its owner may read the file', () => {
    using one = openState(join(dir, 'one'));
    using two = openState(join(dir, 'two'));
    expect(one.id).not.toBe(two.id);
    expect(statSync(join(dir, 'one', 'state.db')).mode & 0o077).toBe(0);
    expect(statSync(join(dir, 'one', 'state.db-wal')).mode & 0o077).toBe(0);
  });

  it('refuses a file that is no database, and one of a later version, with a hint', () => {
    writeFileSync(join(dir, 'state.db'), 'not a database at all, but long enough to be read as one'.repeat(30));
    expect(() => openState(dir)).toThrow(expect.objectContaining({ code: 'STATE_CORRUPT', kind: 'fatal' }));
    const later = join(dir, 'later');
    openState(later)[Symbol.dispose]();
    const database = new DatabaseSync(join(later, 'state.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openState(later)).toThrow('schema 99');
  });

  it('that another process holds is no damage: the error names the cause and offers no backup', () => {
    openState(dir)[Symbol.dispose]();
    using other = new DatabaseSync(join(dir, 'state.db'));
    other.exec('BEGIN EXCLUSIVE');
    const held = { code: 'STATE_UNAVAILABLE', hint: expect.stringContaining('another process holds it') as string };
    expect(() => openDatabase(dir, { busyMs: 1 })).toThrow(expect.objectContaining(held));
  });

  it('refuses a gap or repetition in the sequence and stores nothing of it', () => {
    using state = openState(dir);
    state.alerts.append(changeOf(1, alertOf('ALT-1')));
    for (const sequence of [1, 3])
      expect(() => state.alerts.append(changeOf(sequence, alertOf('ALT-2')))).toThrow('cannot follow 1');
    expect(state.alerts.get('ALT-2')).toBeUndefined();
    expect(state.audit.read({ limit: 9 })).toHaveLength(1);
  });

  it('has audit and changes that SQL can neither alter nor delete', () => {
    const state = openState(dir);
    state.alerts.append(changeOf(1, alertOf('ALT-1')));
    state.alarmRecords.append([alarmRecord]);
    state[Symbol.dispose]();
    const database = new DatabaseSync(join(dir, 'state.db'));
    for (const sql of [
      "UPDATE audit SET role = 'x'",
      'DELETE FROM audit',
      "INSERT OR REPLACE INTO audit SELECT id, time, 'x', session, action, object, before, after, reason, user, address, person FROM audit",
      "UPDATE alert_change SET content = '{}'",
      'DELETE FROM alert_change',
      "INSERT OR REPLACE INTO alert_change SELECT sequence, alert, '{}' FROM alert_change",
      "UPDATE alarm_record SET content = '{}'",
      'DELETE FROM alarm_record',
      "INSERT OR REPLACE INTO alarm_record SELECT id, version, '{}' FROM alarm_record",
    ])
      expect(() => database.exec(sql), sql).toThrow('append-only');
    database.close();
  });

  it('refuses a second user of a name, changes one, and removes one', () => {
    using state = openState(dir);
    const user = { name: 'kim', role: 'viewer', passphraseHash: 'h', createdAt: 1, disabled: false } as const;
    state.users.add(user);
    expect(() => state.users.add({ ...user, role: 'admin' })).toThrow('kim');
    expect(state.users.find('kim')).toEqual(user);
    state.users.change('kim', { role: 'auditor' });
    state.users.change('kim', { disabled: true, passphraseHash: 'other' });
    expect(state.users.list()).toEqual([{ ...user, role: 'auditor', passphraseHash: 'other', disabled: true }]);
    expect(() => state.users.change('lee', { role: 'admin' })).toThrow('there is no user lee');
    state.users.remove('kim');
    expect(state.users.find('kim')).toBeUndefined();
  });

  it('reads the audit trail newest first, by time and action', () => {
    using state = openState(dir);
    for (const time of [1, 2, 3, 4])
      state.audit.append({
        time,
        role: 'admin',
        session: 's',
        action: time % 2 ? 'user.created' : 'user.removed',
        object: `u${time}`,
      });
    const times = (query: Parameters<typeof state.audit.read>[0]): number[] => state.audit.read(query).map(({ time }) => time);
    expect(times({ limit: 2 })).toEqual([4, 3]);
    expect(times({ from: 2, to: 4, limit: 9 })).toEqual([3, 2]);
    expect(times({ action: 'user.created', limit: 9 })).toEqual([3, 1]);
  });
});

const name = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.record({
  id: name,
  area: name,
  incident: name,
  tags: fc.uniqueArray(name, { minLength: 1 }),
  state: fc.constantFrom(...Object.values(AlertState)),
  kind: fc.constantFrom(...AlertChangeKind),
});
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

/** The same store as plain arrays. */
class Twin {
  readonly changes: AlertChange[] = [];
  readonly alerts = new Map<string, Alert>();

  append(change: AlertChange): void {
    this.changes.push(change);
    this.alerts.set(change.alert.id, change.alert);
  }

  find({ from, to, area, tag, incident, limit }: AlertQuery): Alert[] {
    return [...this.alerts.values()]
      .filter((a) => a.raisedAt >= (from ?? -Infinity) && a.raisedAt < (to ?? Infinity))
      .filter((a) => (area === undefined || a.area === area) && (incident === undefined || a.incident === incident))
      .filter((a) => tag === undefined || this.changes.some(({ alert }) => alert.id === a.id && alert.tags.includes(tag)))
      .toSorted((a, b) => b.raisedAt - a.raisedAt || (a.id < b.id ? 1 : -1))
      .slice(0, limit);
  }
}

describe('alerts', () => {
  it('return the same as plain arrays', () => {
    const query = fc.record({
      from: optional(fc.nat(8)),
      to: optional(fc.nat(8)),
      area: optional(name),
      tag: optional(name),
      incident: optional(name),
      limit: fc.integer({ min: 1, max: 5 }),
    });
    let run = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), query, fc.nat(12), (steps, asked, after) => {
        using state = openState(join(dir, String(run++)));
        const twin = new Twin();
        steps.forEach(({ kind, ...rest }, index) => {
          const raisedAt = twin.alerts.get(rest.id)?.raisedAt ?? index;
          const change = changeOf(index + 1, alertOf(rest.id, { ...rest, raisedAt }), { kind });
          state.alerts.append(change);
          twin.append(change);
        });
        expect(state.alerts.find(asked)).toEqual(twin.find(asked));
        const open = twin.find({ limit: 99 }).filter((alert) => isOpen(alert.state));
        expect(state.alerts.open()).toMatchObject({ alerts: open.toReversed(), sequence: steps.length });
        expect(state.alerts.changesAfter(after, 3)).toEqual(twin.changes.slice(after, after + 3));
        expect(state.alerts.changesOf('a')).toEqual(twin.changes.filter(({ alert }) => alert.id === 'a'));
        const audited = steps.filter(({ kind }) => kind !== 'updated');
        expect(state.audit.read({ limit: 99 }).map(({ object }) => object)).toEqual(audited.map(({ id }) => id).toReversed());
      }),
      { seed: 11, numRuns: 40 },
    );
  });

  it.each([1, 7, 40])('lose no appended change to kill -9 after %i of them', async (lines) => {
    const said = await crash(
      `import { writeSync } from 'node:fs';
       import { openState } from '${moduleUrl('src/state/state.ts')}';
       const state = openState(${JSON.stringify(dir)});
       const alert = ${encodeJson(alertOf('ALT-1'))};
       for (let sequence = 1; ; sequence++) {
         state.alerts.append({ sequence, time: sequence, kind: 'recurred', by: { role: 'monitor', session: 'monitor' }, alert: { ...alert, changedAt: sequence } });
         writeSync(1, sequence + '\\n');
       }`,
      lines,
    );
    using state = openState(dir);
    const { alerts, sequence } = state.alerts.open();
    expect(said.length).toBeGreaterThanOrEqual(lines);
    expect(sequence).toBeGreaterThanOrEqual(said.length);
    expect(sequence).toBeLessThanOrEqual(said.length + 1);
    expect(alerts.map(({ changedAt }) => changedAt)).toEqual([sequence]);
    expect(state.alerts.changesAfter(0, 1e6).map((change) => change.sequence)).toEqual(
      Array.from({ length: sequence }, (_, i) => i + 1),
    );
    expect(state.audit.read({ limit: 1e6 })).toHaveLength(sequence);
    state.alerts.append(changeOf(sequence + 1, alertOf('ALT-2')));
  });
});

describe('JSON', () => {
  it('keeps every number bit for bit', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.double()), (any, numbers) => {
        const value = { any, numbers };
        const back = decodeJson(encodeJson(value)) as typeof value;
        expect(back).toEqual(value);
        expect(back.numbers.every((number, i) => Object.is(number, numbers[i]))).toBe(true);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
