import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeLab } from '../server/testing/fake-lab.ts';
import { FakeMonitor } from '../server/testing/fake-monitor.ts';
import { plantStart } from '../server/testing/fake-values.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

const lab = new FakeLab();
let bench: Bench;
beforeEach(async () => {
  bench = await aBench({ view: new FakeMonitor({ lab }) });
  lab.last = undefined;
  lab.campaignResults = [];
});
afterEach(async () => bench[Symbol.asyncDispose]());

it('is kept from everybody who may not run exercises, also as a file', async () => {
  lab.last = { scenario: 'overfill', startedAt: plantStart, endedAt: plantStart + 600_000, falseAlerts: 0, counted: [] };
  for (const role of ['viewer', 'operator', 'analyst', 'auditor'] as const)
    for (const route of ['GET /api/lab/debrief', 'GET /api/lab/debrief/campaign'] as const)
      expect((await (await bench.as(role)).call(route, {})).status).toBe(403);
});

it('has none before a scenario has ended', async () => {
  const { status, body } = await (await bench.as('instructor')).call('GET /api/lab/debrief', {});
  expect([status, body]).toEqual([200, {}]);
});

it('compares what a tag showed with the true value behind it', async () => {
  const span = { fromS: 0, toS: 600, tags: ['LT-1', 'XX'], equipment: [] };
  const other = new FakeLab();
  Object.assign(other.scenarios[0] ?? {}, { truth: [span] });
  await using own = await aBench({ view: new FakeMonitor({ lab: other }) });
  const behind = { 'LT-1': { begin: 2, low: 2, high: 4.5, end: 4.5 } };
  other.last = {
    scenario: 'overfill',
    startedAt: plantStart,
    endedAt: plantStart + 600_000,
    falseAlerts: 0,
    counted: [],
    behind,
  };
  const line = Float64Array.of(2, 2.01);
  const time = Float64Array.of(plantStart, plantStart + 1_000);
  own.view.onHistory = async ({ tags }) =>
    tags.map((tag) => ({ tag, spanMs: 0, time, value: line, low: line, high: line, quality: Uint32Array.of(0, 0) }));
  const { body } = await (await own.as('instructor')).call('GET /api/lab/debrief', {});
  const found = body.debrief?.document.tables.find(({ title }) => title === 'Shown and true values');
  expect(found?.rows).toEqual([
    ['LT-1', 'm', 'shown', '2', '2', '2.01', '2.01'],
    ['', '', 'true', '2', '2', '4.5', '4.5'],
  ]);
});

it('shows steps, findings with delays, true values and acts of people by role', async () => {
  const truth = { 'tank.level': { begin: 3, low: 2.5, high: 3.2123, end: 2.5 } };
  const found = { detected: true, afterMs: 90_000, withinMs: 300_000, techniqueRight: true };
  lab.last = {
    scenario: 'overfill',
    startedAt: plantStart,
    endedAt: plantStart + 600_000,
    falseAlerts: 1,
    counted: ['ALT-1'],
    effects: [
      { text: 'truth tank.level falls by 0.5 at end', achieved: true },
      { text: 'register LT-1 is 3 at end', achieved: false },
    ],
    ...found,
    truth,
    hints: [{ id: 'HINT-1', time: plantStart + 60_000, text: 'Compare the flows.' }],
    notes: [{ id: 'NOTE-1', time: plantStart + 650_000, text: 'The report came late.' }],
  };
  const headline = { title: 'All levels high', sentence: '', at: plantStart };
  bench.view.alerts.change('ALT-1', 'B', 'raised', { raisedAt: plantStart + 90_000, title: 'Level <high>', headline });
  const act = { time: plantStart + 120_000, object: 'ALT-1', reason: 'seen' };
  bench.audit.append({ ...act, role: 'operator', user: 'anna', action: 'alert.acknowledged' });
  bench.audit.append({ ...act, role: 'monitor', action: 'alert.cleared' });
  const exported = { action: 'case.exported', object: 'INC-1', after: 'html, TLP:AMBER' };
  bench.audit.append({ ...act, time: plantStart + 700_000, role: 'analyst', ...exported });
  bench.audit.append({ ...act, role: 'instructor', user: 'bert', action: 'lab.stopped' });
  const { body } = await (await bench.as('instructor')).call('GET /api/lab/debrief', {});
  const { document, html } = body.debrief ?? expect.fail('there is no debrief');
  const rows = (title: string): unknown[] => document.tables.filter((one) => one.title === title).flatMap((one) => one.rows);
  expect(rows('Result')).toContainEqual(['Detection delay', '1 min 30 s']);
  expect(rows('Result')).toContainEqual(['Physical effect achieved', 'no, 1 of 2 tests passed']);
  expect(rows('Physical effects')).toEqual([
    ['truth tank.level falls by 0.5 at end', 'yes'],
    ['register LT-1 is 3 at end', 'no'],
  ]);
  expect(rows('Injects')).toEqual([[plantStart, 0, 'attack or fault', 'secret inject', '']]);
  expect(rows('Findings')).toMatchObject([
    [
      plantStart + 90_000,
      90_000,
      expect.any(String),
      'Level <high>',
      'INC-1',
      'All levels high',
      expect.any(String),
      expect.any(String),
      'yes',
      expect.any(String),
    ],
  ]);
  expect(rows('True values')).toEqual([['tank.level', '3', '2.5', '3.212', '2.5']]);
  expect(rows('Acts of the operators')).toEqual([[plantStart + 120_000, 'operator', 'alert.acknowledged', 'ALT-1', 'seen']]);
  expect(rows('Score')).toEqual(
    expect.arrayContaining([
      ['Process health', 30, 30, 'The physical effect was not achieved.', 'register LT-1 is 3 at end', ''],
      ['Incident report', 10, 10, 'The incident was exported as a page.', 'case.exported INC-1', plantStart + 700_000],
      ['Safe response: acknowledged', 5, 5, 'A true alert was acknowledged.', 'alert.acknowledged ALT-1', plantStart + 120_000],
    ]),
  );
  expect(rows('Score')).toContainEqual(['Hint', -5, 0, 'Compare the flows.', 'HINT-1', plantStart + 60_000]);
  expect(rows('Hints')).toEqual([['HINT-1', plantStart + 60_000, 60_000, 'Compare the flows.']]);
  expect(rows('Notes of the instructor')).toEqual([['NOTE-1', plantStart + 650_000, 650_000, 'The report came late.']]);
  expect(html).toContain('Level &lt;high&gt;');
  expect(html).not.toContain('anna');
});

it('has one debrief over the scenarios of a campaign, with the points of each and their sum', async () => {
  const instructor = await bench.as('instructor');
  expect((await instructor.call('GET /api/lab/debrief/campaign', {})).body).toEqual({});
  const campaign = { id: 'shift', title: 'A shift', startedAt: plantStart - 60_000 };
  const result = (startedAt: number, achieved: boolean) => ({
    scenario: 'overfill',
    startedAt,
    endedAt: startedAt + 600_000,
    falseAlerts: 0,
    counted: [],
    effects: [{ text: 'truth tank.level falls by 0.5 at end', achieved }],
    campaign,
    events: [{ time: startedAt + 5, lane: 'inject' as const, text: `secret inject ${startedAt - plantStart}` }],
  });
  lab.campaignResults = [result(plantStart, true), result(plantStart + 1_000_000, false)];
  const exported = { action: 'alert.acknowledged', object: 'ALT-1', role: 'operator' as const };
  bench.audit.append({ ...exported, time: plantStart + 700_000 });
  const { body } = await instructor.call('GET /api/lab/debrief/campaign', {});
  const { document, html } = body.debrief ?? expect.fail('there is no debrief');
  expect(document).toMatchObject({ title: 'Debrief: A shift', from: plantStart - 60_000, to: plantStart + 1_600_000 });
  const rows = (title: string) => document.tables.find((one) => one.title === title)?.rows;
  expect(rows('Campaign')?.map((row) => [row[0], row[1], row[7], row[10], row[11]])).toEqual([
    [1, 'overfill', 'yes, 1 of 1 tests passed', 0, 70],
    [2, 'overfill', 'no, 0 of 1 tests passed', 30, 70],
    ['', 'Total', '', 30, 140],
  ]);
  expect(rows('1 overfill: Injects')).toMatchObject([[plantStart + 5, 5, 'attack or fault', 'secret inject 0', '']]);
  expect(rows('2 overfill: Injects')).toMatchObject([
    [plantStart + 1_000_005, 5, 'attack or fault', 'secret inject 1000000', ''],
  ]);
  expect(html).toContain('2 overfill: Score');
});
