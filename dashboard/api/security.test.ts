import { afterEach, beforeEach, expect, it } from 'vitest';
import { intrusion } from '../../test/support/alert-changes.ts';
import { plantStart } from '../server/testing/fake-values.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await aBench();
});
afterEach(async () => bench[Symbol.asyncDispose]());

it('incidents are cases with techniques, assets, clients, writes and the work on them', async () => {
  const { alerts } = bench.view;
  alerts.change('ALT-1', 'B', 'raised', { ...intrusion, id: 'ALT-1', priority: 'A' });
  alerts.change('ALT-2', 'A', 'cleared', {
    ...intrusion,
    id: 'ALT-2',
    state: 'A',
    device: undefined,
    explanation: { ...intrusion.explanation, writes: [] },
    techniques: [{ ...intrusion.techniques[0], certainty: 'possible' } as (typeof intrusion.techniques)[number]],
    triage: { state: 'in progress', at: plantStart, by: { role: 'analyst', user: 'ada', session: 's-1' } },
    verdict: { word: 'true', at: plantStart, by: { role: 'analyst' } },
    incidentVerdict: { word: 'expected', at: plantStart, by: { role: 'analyst', user: 'ada', session: 's-1' } },
  });
  const viewer = await bench.as('viewer');
  const { body } = await viewer.call('GET /api/security/cases', {});
  expect(body).toMatchObject({
    more: false,
    cases: [
      {
        id: 'INC-000017',
        priority: 1,
        alerts: 2,
        open: 1,
        techniques: [{ id: 'T1692.001', certainty: 'seen', alerts: 2 }],
        assets: [
          { name: 'CL', alerts: 2 },
          { name: 'plc1', alerts: 1 },
        ],
        clients: [{ name: '10.0.0.66', alerts: 2 }],
        writes: [{ tag: 'CL.SP', after: 0.3 }],
        triage: { state: 'in progress', by: { role: 'analyst', user: 'ada' } },
        verdict: { word: 'expected', at: plantStart, by: { role: 'analyst', user: 'ada' } },
        verdicts: { true: 1 },
      },
    ],
  });
  expect(JSON.stringify(body)).not.toContain('s-1');
  const attack = await viewer.call('GET /api/security/attack', {});
  expect(attack.body.tactics).toHaveLength(12);
  expect(attack.body.techniques.find(({ id }) => id === 'T1692.001')).toMatchObject({ name: 'Command Message' });
  expect(attack.body.notice).toContain('The MITRE Corporation');
});

it('a fault of the monitor is no case, a reduced protection is one', async () => {
  const { alerts } = bench.view;
  const own = { ...intrusion, network: undefined, area: '', equipment: '', tags: [] };
  alerts.change('ALT-1', 'B', 'raised', { ...own, id: 'ALT-1', incident: 'INC-1', device: 'monitor', techniques: [] });
  const [technique] = intrusion.techniques;
  const techniques = technique === undefined ? [] : [{ ...technique, id: 'T0838', certainty: 'possible' as const }];
  alerts.change('ALT-2', 'B', 'raised', { ...own, id: 'ALT-2', incident: 'INC-2', device: 'monitor/protection', techniques });
  const { body } = await (await bench.as('analyst')).call('GET /api/security/cases', {});
  expect(body.cases.map(({ id }) => id)).toEqual(['INC-2']);
});

it('feeds are shown with their states', async () => {
  const state = {
    state: 'failed',
    reason: 'it is not JSON',
    readAt: Number.NaN,
    contentAt: Number.NaN,
    searching: false,
  } as const;
  const counts = { indicators: 0, expired: 0, refused: 0, refusals: [], hits: 0 };
  bench.view.feedStates = [{ name: 'isac', source: '/feed.json', ...state, ...counts }];
  const { body } = await (await bench.as('viewer')).call('GET /api/security/feeds', {});
  expect(body.feeds).toEqual(bench.view.feedStates);
});

it('closing a case gives its incident a verdict and ends the work', async () => {
  const { alerts } = bench.view;
  alerts.change('ALT-1', 'B', 'raised');
  alerts.change('ALT-2', 'B', 'raised');
  const analyst = await bench.as('analyst');
  const close = async (id: string) => await analyst.call('POST /api/security/close', { id, verdict: 'false', note: 'drill' });
  expect((await close('INC-1')).body).toEqual({ judged: ['ALT-1', 'ALT-2'] });
  expect(alerts.acts.map(({ id, note }) => [id, note])).toEqual([
    ['INC-1 false', 'drill'],
    ['INC-1 done analyst', undefined],
  ]);
  expect((await close('INC-9')).status).toBe(404);
  const operator = await bench.as('operator');
  expect((await operator.call('POST /api/security/close', { id: 'INC-1', verdict: 'true' })).status).toBe(403);
});
