import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from '../server/testing/browser.ts';
import { plantStart } from '../server/testing/fake-values.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

let bench: Bench;
let viewer: Browser;
let engineer: Browser;

beforeEach(async () => {
  bench = await aBench();
  viewer = await bench.as('viewer');
  engineer = await bench.as('engineer');
});
afterEach(async () => bench[Symbol.asyncDispose]());

describe('acts on alerts', () => {
  it('acknowledge only what is annunciated', async () => {
    bench.view.alerts.change('ALT-1', 'B', 'raised');
    bench.view.alerts.change('ALT-2', 'G', 'shelved');
    const operator = await bench.as('operator');
    const { body } = await operator.call('POST /api/alerts/acknowledge', { ids: ['ALT-1', 'ALT-2', 'ALT-9'], note: 'seen' });
    expect(body).toEqual({ acknowledged: ['ALT-1'], hidden: ['ALT-2'], unknown: ['ALT-9'] });
    expect(bench.view.alerts.acts).toMatchObject([{ id: 'ALT-1', note: 'seen' }]);
  });

  it('shelve for up to a shift as operator alone, for longer as engineer, always with a reason', async () => {
    bench.view.alerts.change('ALT-1', 'B', 'raised');
    bench.view.alerts.change('ALT-2', 'A', 'cleared');
    const operator = await bench.as('operator');
    const wanted = { ids: ['ALT-1', 'ALT-2', 'ALT-9'], minutes: 720, reason: 'float hangs' };
    expect((await viewer.call('POST /api/alerts/shelve', wanted)).status).toBe(403);
    expect((await operator.call('POST /api/alerts/shelve', { ...wanted, reason: '' })).status).toBe(400);
    const longer = await operator.call('POST /api/alerts/shelve', { ...wanted, minutes: 721 });
    expect(longer.body).toEqual({ shelved: [], refused: [], waiting: true });
    expect((await operator.call('POST /api/alerts/shelve', wanted)).body).toEqual({
      shelved: ['ALT-1'],
      refused: ['ALT-2', 'ALT-9'],
    });
    expect((await engineer.call('POST /api/alerts/shelve', { ...wanted, minutes: 721, once: true })).status).toBe(200);
    expect((await engineer.call('POST /api/alerts/shelve', { ...wanted, minutes: 43_201 })).status).toBe(400);
    expect((await operator.call('POST /api/alerts/unshelve', { ids: ['ALT-1', 'ALT-2'] })).body).toEqual({
      unshelved: ['ALT-1'],
      refused: ['ALT-2'],
    });
    expect(bench.view.alerts.acts.map(({ id, by, note }) => [id, by.role, note])).toEqual([
      ['ALT-1 shelve 720', 'operator', 'float hangs'],
      ['ALT-2 shelve 720', 'operator', 'float hangs'],
      ['ALT-1 shelve once 721', 'engineer', 'float hangs'],
      ['ALT-2 shelve once 721', 'engineer', 'float hangs'],
      ['ALT-1 unshelve', 'operator', undefined],
      ['ALT-2 unshelve', 'operator', undefined],
    ]);
  });

  it('reset an intrusion as analyst alone', async () => {
    bench.view.alerts.change('ALT-1', 'F', 'acknowledged');
    bench.view.alerts.change('ALT-2', 'E', 'returned');
    for (const role of ['operator', 'engineer'] as const)
      expect((await (await bench.as(role)).call('POST /api/alerts/reset', { ids: ['ALT-1'] })).status).toBe(403);
    const analyst = await bench.as('analyst');
    expect((await analyst.call('POST /api/alerts/reset', { ids: ['ALT-1', 'ALT-2'], note: 'ours' })).body).toEqual({
      reset: ['ALT-1'],
      refused: ['ALT-2'],
    });
  });
});

describe('work on an incident', () => {
  it('has one verdict, by whoever gives verdicts on alerts', async () => {
    bench.view.alerts.change('ALT-1', 'B', 'raised');
    const operator = await bench.as('operator');
    const given = { id: 'INC-1', verdict: 'expected', note: 'pump test' } as const;
    expect((await viewer.call('POST /api/incident/judge', given)).status).toBe(403);
    expect((await operator.call('POST /api/incident/judge', { ...given, id: 'INC-9' })).status).toBe(404);
    expect((await operator.call('POST /api/incident/judge', given)).body).toEqual({ judged: ['ALT-1'] });
    expect(bench.view.alerts.acts.map(({ id, note }) => [id, note])).toEqual([['INC-1 expected', 'pump test']]);
  });

  it('is commented by whoever gives verdicts, and triaged by analysts and engineers', async () => {
    bench.view.alerts.change('ALT-1', 'B', 'raised');
    const operator = await bench.as('operator');
    const analyst = await bench.as('analyst');
    expect((await viewer.call('POST /api/incident/comment', { id: 'INC-1', note: 'seen' })).status).toBe(403);
    expect((await operator.call('POST /api/incident/comment', { id: 'INC-1', note: '' })).status).toBe(400);
    expect((await operator.call('POST /api/incident/comment', { id: 'INC-9', note: 'seen' })).status).toBe(404);
    expect((await operator.call('POST /api/incident/comment', { id: 'INC-1', note: 'seen' })).status).toBe(200);
    const work = { id: 'INC-1', state: 'in progress', assignee: 'me' } as const;
    expect((await operator.call('POST /api/incident/triage', work)).status).toBe(403);
    expect((await analyst.call('POST /api/incident/triage', work)).status).toBe(200);
    expect((await analyst.call('POST /api/incident/triage', { ...work, state: 'done', assignee: 'nobody' })).status).toBe(200);
    expect(bench.view.alerts.acts.map(({ id, note }) => [id, note])).toEqual([
      ['INC-1 comment', 'seen'],
      ['INC-1 in progress analyst', undefined],
      ['INC-1 done nobody', undefined],
    ]);
  });

  it('names its people in the history of the incident, by role on other pages and by pseudonym in saved tables', async () => {
    const by = { role: 'operator', session: 's', user: 'olga' };
    const triage = { state: 'done', at: plantStart, by, assignee: by } as const;
    bench.view.alerts.change('ALT-1', 'C', 'acknowledged', { acknowledgedAt: plantStart, acknowledgedBy: by, triage }, by);
    const { alerts } = (await viewer.call('GET /api/alerts', {})).body;
    expect(alerts[0]).toMatchObject({ acknowledgedBy: { role: 'operator' }, triage: { assignee: { role: 'operator' } } });
    expect(JSON.stringify(alerts)).not.toContain('olga');
    const saved = (await viewer.call('GET /api/alerts', { names: 'pseudonyms' })).body.alerts[0];
    expect(saved?.acknowledgedBy?.user).toMatch(/^user-/);
    const { body } = await viewer.call('GET /api/incident', { id: 'INC-1' });
    expect(body.alerts[0]?.triage?.assignee).toEqual({ role: 'operator', user: 'olga' });
  });
});
