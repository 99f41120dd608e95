import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Alert } from '../../core/alert.ts';
import { VirtualClock } from '../../core/clock.ts';
import { signedDocument } from '../../core/handover.ts';
import type { PrintedDocument } from '../../core/printed.ts';
import type { DirectStateStore } from '../../core/state.ts';
import { openState } from '../../state/state.ts';
import { Shift } from './shift.ts';

const start = Date.UTC(2026, 10, 28, 14);
const kim = { role: 'operator', user: 'kim', session: 's-1' };
const lee = { role: 'operator', user: 'lee', session: 's-2' };
const site = {
  name: 'Works',
  timeZone: 'UTC',
  positions: [],
  areas: [{ id: 'a', name: 'Intake', equipment: [], indicators: [] }],
};

let dir: string;
let clock: VirtualClock;
let alerts: Alert[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-shift-'));
  clock = new VirtualClock(start);
  alerts = [
    alertOf('ALT-1', {}),
    alertOf('ALT-2', { priority: 1, state: 'C', response: 'Close the valve', acknowledgedAt: start }),
  ];
});
afterEach(() => rmSync(dir, { recursive: true }));

const alertOf = (id: string, over: Partial<Alert>): Alert => ({
  id,
  incident: 'INC-1',
  priority: 'A',
  state: 'B',
  title: `Title of ${id}`,
  area: 'a',
  equipment: 'T',
  tags: ['LEVEL'],
  since: start - 60_000,
  raisedAt: start - 50_000,
  changedAt: start,
  findings: [],
  explanation: { title: '', sentence: '', contributions: [], normalIf: '', techniques: [] },
  techniques: [],
  response: '',
  ...over,
});

const shiftOn = ({ shifts: store, audit }: DirectStateStore): Shift =>
  new Shift({ store, audit, site, clock, alerts: () => alerts, maintenance: () => [] });
const rowsOf = (document: PrintedDocument | undefined, title: string) =>
  document?.tables.find((table) => table.title === title)?.rows;
const hidden = 'Shelved, suppressed by design and out of service';

it('is kept as it was shown, with the signatures of two users', async () => {
  let id: string;
  let shown: PrintedDocument;
  {
    using state = openState(dir);
    const shift = shiftOn(state);
    shift.note('Pump 2 sounds rough', kim);
    const { key, document } = await shift.draft();
    shown = document;
    expect(rowsOf(document, 'Notes of the shift')).toEqual([[start, 'kim (operator)', 'Pump 2 sounds rough']]);
    expect(rowsOf(document, 'Open alerts')?.map(([priority, word, alert]) => [priority, word, alert])).toEqual([
      ['1', 'Acknowledged', 'ALT-2'],
      ['A', 'New', 'ALT-1'],
    ]);
    // what happens after the page was shown is not signed
    alerts = [];
    shift.note('too late', kim);
    clock.set(start + 60_000);
    ({ id } = shift.sign(key, kim));
    await expect(shift.takeOver(id, { ...kim, session: 's-9' })).rejects.toThrow('another account');
    clock.set(start + 120_000);
    await shift.takeOver(id, lee);
    await expect(shift.takeOver(id, lee)).rejects.toThrow('taken over already');
  }
  using state = openState(dir);
  const shift = shiftOn(state);
  const signed = await shift.handover(id);
  expect(signed).toEqual({
    id,
    document: shown,
    outgoing: { at: start + 60_000, by: kim },
    incoming: { at: start + 120_000, by: lee },
  });
  expect(signed === undefined ? [] : signedDocument(signed).notes).toEqual([
    'Handed over by kim (operator) at 2026-11-28 14:01:00.',
    'Taken over by lee (operator) at 2026-11-28 14:02:00.',
  ]);
  const acts = state.audit.read({ limit: 9 }).map(({ action, user, object }) => [action, user, object]);
  expect(acts).toMatchObject([
    ['handover.taken', 'lee', id],
    ['handover.signed', 'kim', id],
    ['shift.noted', 'kim', expect.any(String)],
    ['shift.noted', 'kim', expect.any(String)],
  ]);
  // the next shift begins when the last one was signed
  expect((await shift.draft()).document.from).toBe(start + 60_000);
});

it('lists open incidents with their last title and their first alert, the most urgent first', async () => {
  using state = openState(dir);
  const headline = (title: string, at: number) => ({ title, sentence: `${title}.`, at });
  alerts = [
    alertOf('ALT-1', { since: start - 90_000, headline: headline('Pumps stopped', 1) }),
    alertOf('ALT-2', { priority: 2, headline: headline('All pumps stopped', 2) }),
    alertOf('ALT-3', { incident: 'INC-3', priority: 1 }),
    alertOf('ALT-4', { incident: 'INC-4', state: 'G' }),
    // later, but back to normal
    alertOf('ALT-5', { incident: 'INC-5', priority: 1, state: 'D', raisedAt: start }),
  ];
  expect(rowsOf((await shiftOn(state).draft()).document, 'Open incidents')).toEqual([
    ['1', 'INC-3', 'Title of ALT-3', start - 60_000, 1, 'Title of ALT-3'],
    ['1', 'INC-5', 'Title of ALT-5', start - 60_000, 1, 'Title of ALT-5'],
    ['2', 'INC-1', 'All pumps stopped', start - 90_000, 2, 'Title of ALT-1'],
  ]);
});

it('lists hidden alerts with end, user and reason', async () => {
  using state = openState(dir);
  alerts = [
    alertOf('ALT-3', {
      state: 'G',
      shelf: { at: start - 9_000, until: start + 9_000, by: lee, reason: 'calibration', findings: [] },
    }),
    alertOf('ALT-4', { state: 'I' }),
    alertOf('ALT-5', { state: 'H', raisedAt: start - 90_000, suppressed: { at: start - 5_000, cause: 'PLC 1 does not answer' } }),
  ];
  const { document } = await shiftOn(state).draft();
  expect(rowsOf(document, hidden)).toEqual([
    ['Shelved', 'ALT-3', 'Title of ALT-3', 'LEVEL', start - 9_000, start + 9_000, 'lee (operator)', 'calibration'],
    ['Out of service', 'ALT-4', 'Title of ALT-4', 'LEVEL', start, '', '', ''],
    ['Suppressed by design', 'ALT-5', 'Title of ALT-5', 'LEVEL', start - 5_000, '', '', 'PLC 1 does not answer'],
  ]);
  expect(rowsOf(document, 'Open alerts')).toEqual([]);
});

it('refuses what was not shown, an old page, and any handover but the last', async () => {
  using state = openState(dir);
  const shift = shiftOn(state);
  expect(() => shift.sign('nothing', kim)).toThrow('no longer current');
  const { key } = await shift.draft();
  const first = shift.sign(key, kim);
  clock.set(start + 31 * 60_000);
  expect(() => shift.sign(key, kim)).toThrow('no longer current');
  const second = shift.sign((await shift.draft()).key, kim);
  await expect(shift.takeOver(first.id, lee)).rejects.toThrow('not the last handover');
  await shift.takeOver(second.id, lee);
  expect((await shift.handovers()).map(({ id, incoming }) => [id, incoming?.by.user])).toEqual([
    [second.id, 'lee'],
    [first.id, undefined],
  ]);
});

it('is append-only, also for SQL', async () => {
  {
    using state = openState(dir);
    const shift = shiftOn(state);
    shift.note('a note', kim);
    await shift.takeOver(shift.sign((await shift.draft()).key, kim).id, lee);
  }
  const database = new DatabaseSync(join(dir, 'state.db'));
  for (const name of ['shift_note', 'handover', 'handover_taken']) {
    expect(() => database.exec(`DELETE FROM ${name}`)).toThrow('append-only');
    expect(() => database.exec(`UPDATE ${name} SET rowid = 9`)).toThrow('append-only');
    expect(() => database.exec(`INSERT OR REPLACE INTO ${name} SELECT * FROM ${name}`)).toThrow('append-only');
  }
  database.close();
});
