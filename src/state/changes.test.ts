import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Alert, type AlertChange, AlertChangeKind, type AlertFinding, AlertState } from '../core/alert.ts';
import { encodeJson } from '../core/json.ts';
import { openState } from './state.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-changes-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ids = ['ALT-1', 'ALT-2', 'ALT-3'] as const;
const figure = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -0, 1));

const explanation = fc.record({
  sentence: fc.string(),
  title: fc.constantFrom('Level rises', 'Level falls'),
  contributions: fc.array(
    fc.record({ tag: fc.constantFrom('a', 'b'), share: figure, unit: fc.constant('m'), measured: figure, expected: figure }),
    { maxLength: 3 },
  ),
  normalIf: fc.constant(''),
  techniques: fc.array(fc.constantFrom('T0856', 'T0831'), { maxLength: 2 }),
});
const finding: fc.Arbitrary<AlertFinding> = fc.record({
  id: fc.constantFrom('f1', 'f2', 'f3', 'f4'),
  detector: fc.constant('range'),
  tags: fc.constant(['a']),
  since: figure,
  beganAt: figure,
  endedAt: fc.option(fc.nat(), { nil: undefined }),
  score: figure,
  peak: figure,
  explanation,
});

/** One step in the life of an alert: the alert and the changed fields. */
const step = fc.record({
  id: fc.constantFrom(...ids),
  kind: fc.constantFrom(...AlertChangeKind),
  note: fc.option(fc.string(), { nil: undefined }),
  fields: fc.record(
    {
      state: fc.constantFrom(...Object.values(AlertState)),
      returnedAt: fc.option(fc.nat(), { nil: undefined }),
      tags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
      findings: fc.array(finding, { maxLength: 4 }),
      explanation,
    },
    { requiredKeys: [] },
  ),
});

function firstOf(id: string): Alert {
  const said = { sentence: 'x', title: 'x', contributions: [], normalIf: '', techniques: [] };
  return {
    id,
    incident: 'INC-1',
    priority: 'A',
    state: 'B',
    title: 'x',
    area: 'a',
    equipment: 'e',
    tags: [],
    since: 1,
    raisedAt: 1,
    changedAt: 1,
    findings: [],
    explanation: said,
    techniques: [],
    response: '',
  };
}

/** Changes of random alerts in the order of publication. */
const published = fc.array(step, { minLength: 1, maxLength: 250, size: 'max' }).map((steps): AlertChange[] => {
  const alerts = new Map<string, Alert>();
  return steps.map(({ id, kind, note, fields }, index) => {
    const alert = { ...(alerts.get(id) ?? firstOf(id)), ...fields, changedAt: index } as Alert;
    alerts.set(id, alert);
    const by = { role: 'operator', session: 's' };
    return { sequence: index + 1, time: index, kind, by, alert, ...(note === undefined ? {} : { note }) };
  });
});

/** Writes changes as version 0.1 did up to commit f5c8d95: every row contains the complete alert. */
function writeAsBefore(folder: string, changes: readonly AlertChange[]): void {
  openState(folder)[Symbol.dispose]();
  using database = new DatabaseSync(join(folder, 'state.db'));
  const insert = database.prepare('INSERT INTO alert_change (sequence, alert, content) VALUES (?, ?, ?)');
  const upsert = database.prepare(`INSERT INTO alert (id, state, raised_at, area, incident, content) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, content = excluded.content`);
  database.exec('BEGIN');
  for (const change of changes) {
    const { id, state, raisedAt, area, incident } = change.alert;
    insert.run(change.sequence, id, encodeJson(change));
    upsert.run(id, state, raisedAt, area, incident, encodeJson(change.alert));
  }
  database.exec('COMMIT');
}

const contents = (folder: string): unknown[] => {
  using database = new DatabaseSync(join(folder, 'state.db'));
  return database.prepare('SELECT content FROM alert_change ORDER BY sequence').all();
};

describe('changes of alerts', () => {
  it('are all restored as published, also after rows with complete alerts, which stay unchanged', () => {
    let run = 0;
    fc.assert(
      fc.property(published, fc.nat(60), fc.integer({ min: 1, max: 90 }), fc.nat(250), (changes, old, page, from) => {
        const folder = join(dir, String(run++));
        writeAsBefore(folder, changes.slice(0, old));
        const rows = contents(folder);
        {
          using state = openState(folder);
          for (const change of changes.slice(old)) state.alerts.append(change);
        }
        expect(contents(folder).slice(0, rows.length)).toEqual(rows);
        using state = openState(folder);
        expect(state.alerts.changesAfter(from, page)).toEqual(changes.slice(from, from + page));
        expect(state.alerts.changesAfter(0, 1_000)).toEqual(changes);
        for (const id of ids) expect(state.alerts.changesOf(id)).toEqual(changes.filter(({ alert }) => alert.id === id));
        const before = changes.slice(0, Math.max(0, from - 1));
        const own = before.filter(({ alert }) => alert.id === 'ALT-1');
        expect(state.alerts.changesOf('ALT-1', { before: from, limit: page })).toEqual(own.slice(-page));
        const acts = before.filter(({ kind }) => kind !== 'updated');
        expect(state.alerts.actsOf('INC-1', { before: from, limit: page })).toEqual(acts.slice(-page));
      }),
      { seed: 612, numRuns: 12 },
    );
  });

  it('take space for the changed fields, not for the alert', () => {
    const folder = join(dir, 'size');
    using state = openState(folder);
    const long = { ...firstOf('ALT-1').explanation, sentence: 'long '.repeat(2_000) };
    for (let sequence = 1; sequence <= 200; sequence++) {
      const alert = { ...firstOf('ALT-1'), explanation: long, changedAt: sequence };
      state.alerts.append({ sequence, time: sequence, kind: 'updated', by: { role: 'monitor', session: 'monitor' }, alert });
    }
    const bytes = contents(folder).reduce<number>((sum, row) => sum + JSON.stringify(row).length, 0);
    expect(bytes).toBeLessThan(5 * 12_000 + 200 * 250);
    expect(state.alerts.changesAfter(199, 1)[0]?.alert.changedAt).toBe(200);
  });
});
