import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScadaError } from '../../src/core/errors.ts';
import type { MinorFinding } from '../../src/core/minor.ts';
import { type Route, type RouteName, routes, type Services } from './index.ts';
import type { ErrorBody } from '../protocol.ts';
import type { Gate } from '../server/gate.ts';
import { registerRoutes } from '../server/router.ts';
import type { Browser } from '../server/testing/browser.ts';
import { FakeLab } from '../server/testing/fake-lab.ts';
import { FakeMonitor } from '../server/testing/fake-monitor.ts';
import { aTag, plantStart } from '../server/testing/fake-values.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

let bench: Bench;
let viewer: Browser;
let engineer: Browser;

beforeEach(async () => {
  const tags = [
    aTag('LT-1', { description: 'Clearwell level' }),
    aTag('FT-1', { area: 'filters', equipment: 'filter-1', device: 'rtu-2' }),
    aTag('LT-2', { area: 'filters' }),
  ];
  bench = await aBench({ view: new FakeMonitor({ tags, lab: new FakeLab() }) });
  viewer = await bench.as('viewer');
  engineer = await bench.as('engineer');
});
afterEach(async () => bench[Symbol.asyncDispose]());

describe('registration', () => {
  const registered = (table: Readonly<Record<string, Route>>): string[] => {
    const app = express();
    registerRoutes(app, table, { gate: {} as Gate, services: {} as Services });
    return (app.router.stack as { route?: { path: string } }[]).flatMap(({ route }) => (route === undefined ? [] : [route.path]));
  };

  it('refuses a route without a permission', () => {
    expect(registered(routes)).toContain('/api/site');
    for (const permission of [undefined, 'everybody', 'toString']) {
      const backdoor = { ...routes['GET /api/site'], permission } as unknown as Route;
      expect(() => registered({ ...routes, 'GET /api/backdoor': backdoor })).toThrow('GET /api/backdoor has no permission');
    }
  });
});

describe('tags', () => {
  const names = async (query: Parameters<typeof viewer.call<'GET /api/tags'>>[1]): Promise<string[]> =>
    (await viewer.call('GET /api/tags', query)).body.tags.map(({ name }) => name);

  it('are searched, filtered and paged, each with its index in this run', async () => {
    const { body } = await viewer.call('GET /api/tags', { offset: 1, limit: 1 });
    expect(body).toMatchObject({ total: 3, tags: [{ name: 'FT-1', index: 1, unit: 'm' }] });
    const site = await viewer.call('GET /api/site', {});
    expect(site.body).toEqual({ run: body.run, epoch: 'epoch-1', site: bench.view.site });
    expect(await names({ search: 'CLEARWELL' })).toEqual(['LT-1']);
    expect(await names({ search: 'lt-' })).toEqual(['LT-1', 'LT-2']);
    expect(await names({ area: 'filters', equipment: 'filter-1' })).toEqual(['FT-1']);
    expect(await names({ device: 'rtu-2' })).toEqual(['FT-1']);
    expect(await names({ names: ['LT-2', 'LT-1'] })).toEqual(['LT-1', 'LT-2']);
    expect((await viewer.call('GET /api/tags', { names: ['XX'] })).status).toBe(404);
    expect((await viewer.call('GET /api/tags', { limit: 5001 })).status).toBe(400);
  });

  it('have places without settings of the configuration', async () => {
    const [area] = bench.view.site.areas;
    const shown = structuredClone(bench.view.site);
    Object.assign(area?.equipment[0] ?? {}, { modes: { tag: 'MODE' } });
    expect((await viewer.call('GET /api/site', {})).body.site).toEqual(shown);
  });

  it('have bands if they are learned', async () => {
    expect((await viewer.call('GET /api/bands', { tags: ['LT-1', 'FT-1'] })).body).toEqual({
      bands: [{ tag: 'LT-1', low: 2, high: 3 }],
    });
    expect((await viewer.call('GET /api/bands', { tags: ['XX'] })).status).toBe(404);
  });
});

describe('pens of a trend', () => {
  it('are kept for each user, and none for a wall display', async () => {
    const pens = [{ tag: 'LT-1' }, { tag: 'FT-1', scale: [0, 5] as [number, number] }];
    expect((await viewer.call('GET /api/account/pens', { tag: 'LT-1' })).body).toEqual({});
    expect((await viewer.call('POST /api/account/pens', { tag: 'LT-1', pens })).status).toBe(200);
    expect((await viewer.call('GET /api/account/pens', { tag: 'LT-1' })).body).toEqual({ pens });
    expect((await engineer.call('GET /api/account/pens', { tag: 'LT-1' })).body).toEqual({});
    expect((await viewer.call('POST /api/account/pens', { tag: 'LT-1', pens: [{ tag: 'XX' }] })).status).toBe(404);
    for (const wrong of [[], Array(7).fill({ tag: 'LT-1' }), [{ tag: 'LT-1', scale: [2, 1] }]])
      expect((await viewer.call('POST /api/account/pens', { tag: 'LT-1', pens: wrong })).status).toBe(400);
    await viewer.call('POST /api/account/pens', { tag: 'LT-1' });
    expect((await viewer.call('GET /api/account/pens', { tag: 'LT-1' })).body).toEqual({});
    bench.users.remove('viewer');
    expect((await viewer.call('POST /api/account/pens', { tag: 'LT-1', pens })).status).toBe(409);
  });
});

describe('history', () => {
  it('returns the requested series of the historian, including NaN', async () => {
    const asked: unknown[] = [];
    bench.view.onHistory = async (range) => {
      asked.push(range);
      const line = Float64Array.of(1, Number.NaN);
      return [
        {
          tag: 'LT-1',
          spanMs: 60_000,
          time: Float64Array.of(5, 6),
          value: line,
          low: line,
          high: line,
          quality: Uint32Array.of(0, 9),
        },
      ];
    };
    const { body } = await viewer.call('GET /api/history', { tags: ['LT-1'], from: 5.5, to: 1e12, maxPoints: 800 });
    const line = [1, Number.NaN];
    expect(body.series).toEqual([
      { tag: 'LT-1', spanMs: 60_000, time: [5, 6], value: line, low: line, high: line, quality: [0, 9] },
    ]);
    expect(asked).toEqual([{ tags: ['LT-1'], from: 5.5, to: 1e12, maxPoints: 800 }]);
  });

  it('refuses invalid spans, unknown tags and too many queries at once', async () => {
    expect((await viewer.call('GET /api/history', { tags: ['LT-1'], from: 2, to: 2 })).status).toBe(400);
    expect((await viewer.call('GET /api/history', { tags: ['XX'], from: 1, to: 2 })).status).toBe(404);
    expect((await viewer.call('GET /api/history', { tags: Array(17).fill('LT-1'), from: 1, to: 2 })).status).toBe(400);
    expect((await viewer.call('GET /api/history', { tags: ['LT-1'], from: 1, to: 2, maxPoints: 5001 })).status).toBe(400);
    const held = Promise.withResolvers<never[]>();
    bench.view.onHistory = async () => held.promise;
    const open = Array.from({ length: 5 }, async () => viewer.call('GET /api/history', { tags: ['LT-1'], from: 1, to: 2 }));
    expect((await Promise.race(open)).status).toBe(429);
    held.resolve([]);
    expect((await Promise.all(open)).map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 429]);
  });

  it('reports an unavailable historian with a hint', async () => {
    const away = new ScadaError('retryable', 'STORE_UNAVAILABLE', 'influxdb does not answer', { hint: 'Start it.' });
    bench.view.onHistory = async () => Promise.reject(away);
    const { status, text } = await viewer.call('GET /api/history', { tags: ['LT-1'], from: 1, to: 2 });
    expect([status, JSON.parse(text)]).toEqual([503, { code: 'unavailable', message: away.message, hint: 'Start it.' }]);
  });
});

describe('alerts of the past', () => {
  it('are found by id and by incident', async () => {
    bench.view.alerts.change('ALT-1', 'B', 'raised');
    bench.view.alerts.change('ALT-2', 'B', 'raised');
    bench.view.alerts.change('ALT-1', 'A', 'cleared');
    expect((await viewer.call('GET /api/alerts', { limit: 1 })).body.alerts).toHaveLength(1);
    const { body } = await viewer.call('GET /api/alert', { id: 'ALT-1' });
    expect([body.alert.state, body.changes.map(({ sequence }) => sequence)]).toEqual(['A', [1, 3]]);
    const incident = (await viewer.call('GET /api/incident', { id: 'INC-1' })).body;
    expect([incident.alerts.length, incident.changes.map(({ sequence }) => sequence)]).toEqual([2, [1, 2, 3]]);
    expect((await viewer.call('GET /api/alert', { id: 'ALT-9' })).status).toBe(404);
    expect((await viewer.call('GET /api/incident', { id: 'INC-9' })).status).toBe(404);
  });
});

describe('a verdict', () => {
  it('is given by an operator and returned with similar alerts', async () => {
    bench.view.alerts.change('ALT-1', 'B', 'raised');
    bench.view.alerts.change('ALT-2', 'A', 'cleared');
    const operator = await bench.as('operator');
    expect((await operator.call('POST /api/alerts/judge', { id: 'ALT-2', verdict: 'false', note: 'washed' })).status).toBe(200);
    expect(bench.view.alerts.acts).toMatchObject([{ id: 'ALT-2 false', by: { role: 'operator' }, note: 'washed' }]);
    expect((await operator.call('POST /api/alerts/judge', { id: 'ALT-9', verdict: 'true' })).status).toBe(404);
    expect((await viewer.call('POST /api/alerts/judge', { id: 'ALT-2', verdict: 'true' })).status).toBe(403);
    expect((await operator.call('POST /api/alerts/judge', { id: 'ALT-2', verdict: 'maybe' as 'true' })).status).toBe(400);
    const { body } = await viewer.call('GET /api/alerts/similar', { id: 'ALT-1' });
    expect(body.similar.map(({ alert, alike }) => [alert.id, alike])).toEqual([['ALT-2', ['same tag LT-1']]]);
    expect((await viewer.call('GET /api/alerts/similar', { id: 'ALT-9' })).status).toBe(404);
  });
});

describe('detection limits', () => {
  it('are listed with their text, for all tags or one', async () => {
    const { body } = await viewer.call('GET /api/detection-limits', {});
    expect(body).toMatchObject({
      text: 'Measured by faults in 12 h of normal operation that were not learned.',
      total: 1,
      tags: [{ tag: 'LT-1', text: expect.stringMatching(/^offset 0\.04 \S+ within 10 min; stuck within 1 min 30 s$/) as string }],
      totalWithout: 1,
      without: [{ tag: 'LT-2', reason: 'no standard fault was detected' }],
    });
    expect((await viewer.call('GET /api/detection-limits', { tag: 'LT-2' })).body).toMatchObject({ total: 0, totalWithout: 1 });
  });
});

describe('unwatched channels', () => {
  it('are counted and listed with their reasons, for all tags or one, page by page', async () => {
    const { body } = await viewer.call('GET /api/unwatched', {});
    expect(body).toMatchObject({
      summary: '2 of 12 channels are unwatched: 1 learned from too little data, 1 unlearned.',
      channels: 12,
      total: 2,
      unwatched: [{ channel: 'LT-1', reason: 'learned from 1 d; needs about 3 d' }, { channel: 'LT-2' }],
    });
    expect((await viewer.call('GET /api/unwatched', { tag: 'LT-2' })).body).toMatchObject({
      total: 1,
      unwatched: [{ detector: 'shift' }],
    });
    expect((await viewer.call('GET /api/unwatched', { offset: 1, limit: 1 })).body).toMatchObject({
      total: 2,
      unwatched: [{ channel: 'LT-2' }],
    });
  });
});

describe('the baseline', () => {
  const line = { detector: 'range', channel: 'LT-1', name: '' };

  it('is read by every role, by tag, by text and by review state', async () => {
    const lines = async (query: Parameters<typeof viewer.call<'GET /api/baseline'>>[1]) =>
      (await viewer.call('GET /api/baseline', query)).body.lines.map(({ channel }) => channel);
    const { body } = await viewer.call('GET /api/baseline', { limit: 1 });
    expect(body).toMatchObject({ total: 2, learned: { version: 3, from: 'three days' }, lines: [{ channel: 'LT-1' }] });
    expect(await lines({ offset: 1 })).toEqual(['LT-2']);
    expect(await lines({ tag: 'LT-2' })).toEqual(['LT-2']);
    expect(await lines({ search: 'lt-1 RANGE' })).toEqual(['LT-1']);
    expect(await lines({ undecided: 'yes' })).toEqual(['LT-1']);
  });

  it('is approved, edited and unlearned only by roles with the permission', async () => {
    const operator = await bench.as('operator');
    expect((await operator.call('POST /api/baseline/approve', { lines: [line] })).status).toBe(403);
    expect((await operator.call('POST /api/baseline/edit', { line, figures: { low: 0 }, reason: 'x' })).status).toBe(403);
    expect((await operator.call('POST /api/baseline/unlearn', { line, reason: 'x' })).status).toBe(403);
    expect((await engineer.call('POST /api/baseline/unlearn', { line, reason: '' })).status).toBe(400);
    expect((await engineer.call('POST /api/baseline/approve', { lines: [line], reason: 'seen' })).status).toBe(200);
    expect((await engineer.call('POST /api/baseline/edit', { line, figures: { low: 0.5 }, reason: 'rebuilt' })).status).toBe(200);
    expect((await engineer.call('POST /api/baseline/unlearn', { line, reason: 'pump is gone' })).status).toBe(200);
    expect(bench.baseline.acts).toEqual([
      ['approve', ['LT-1'], 'engineer', 'seen'],
      ['edit', 'LT-1', { low: 0.5 }, 'engineer', 'rebuilt'],
      ['unlearn', 'LT-1', 'engineer', 'pump is gone'],
    ]);
    const { status, text } = await engineer.call('POST /api/baseline/unlearn', {
      line: { ...line, channel: 'XX' },
      reason: 'x',
    });
    expect([status, JSON.parse(text)]).toEqual([409, { code: 'refused', message: 'no line XX', hint: 'look again' }]);
  });

  it('learns an alert as normal, by roles with the permission and with a reason, and takes it back', async () => {
    const { alerts } = bench.view;
    const finding = { detector: 'range', channel: 'LT-1', tags: [], since: 1, beganAt: 1, score: 2, peak: 2 };
    const { explanation } = alerts.change('ALT-8', 'B', 'raised', { latching: true }).alert;
    alerts.change('ALT-7', 'B', 'raised', { findings: [{ ...finding, id: 'F-1', explanation }] });
    const operator = await bench.as('operator');
    expect((await operator.call('GET /api/baseline/learnable', { id: 'ALT-7' })).status).toBe(403);
    expect((await operator.call('POST /api/baseline/learn', { id: 'ALT-7', reason: 'x' })).status).toBe(403);
    expect((await operator.call('POST /api/baseline/lower', { line, reason: 'x' })).status).toBe(403);
    expect((await engineer.call('POST /api/baseline/learn', { id: 'ALT-7', reason: '' })).status).toBe(400);
    expect((await engineer.call('POST /api/baseline/learn', { id: 'ALT-9', reason: 'x' })).status).toBe(404);
    const raises = [{ detector: 'range', channel: 'LT-1', tags: 1, from: 1.3, to: 2.6 }];
    expect((await engineer.call('GET /api/baseline/learnable', { id: 'ALT-7' })).body).toEqual({ raises });
    expect((await engineer.call('POST /api/baseline/learn', { id: 'ALT-7', reason: 'flushing' })).body).toEqual({
      raised: raises,
    });
    expect(alerts.acts).toMatchObject([{ id: 'INC-1 comment', note: 'ALT-7 learned as normal: flushing' }]);
    expect((await engineer.call('GET /api/baseline/learnable', { id: 'ALT-8' })).body).toEqual({
      raises: [],
      refused: 'it latches',
    });
    const refused = await engineer.call('POST /api/baseline/learn', { id: 'ALT-8', reason: 'x' });
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'refused', message: 'it latches' }]);
    expect((await engineer.call('POST /api/baseline/lower', { line, reason: 'ended' })).status).toBe(200);
    expect((await engineer.call('POST /api/baseline/lower', { line: { ...line, channel: 'XX' }, reason: 'x' })).status).toBe(409);
    expect(bench.baseline.acts).toEqual([
      ['learn', 'ALT-7', [2.6], 'engineer', 'flushing'],
      ['lower', 'LT-1', 'engineer', 'ended'],
    ]);
  });

  it('refuses invalid figures', async () => {
    const edit = async (figures: object) =>
      await engineer.call('POST /api/baseline/edit', { line, figures: figures as Record<string, number>, reason: 'x' });
    for (const figures of [{}, { low: 'much' }, { low: Number.NaN }, { low: null }])
      expect((await edit(figures)).status, JSON.stringify(figures)).toBe(400);
    const { status, text } = await edit({ low: 3 });
    expect([status, JSON.parse(text)]).toEqual([409, { code: 'refused', message: 'low cannot be above high' }]);
  });
});

describe('the review of the calibration', () => {
  it('is read by every role, and decided only by roles with the permission, by request or file', async () => {
    const { id } = bench.calibration.episode;
    const read = await viewer.call('GET /api/episodes', {});
    expect(read.body.known).toMatchObject({ version: 3, promise: 'kept', episodes: [{ id, lasting: true }] });
    expect((await viewer.call('GET /api/episodes/file', {})).body.text).toContain('format: 1');
    const operator = await bench.as('operator');
    const decisions = [{ id, as: 'exclude' as const, reason: 'pump test' }];
    expect((await operator.call('POST /api/episodes', { decisions })).status).toBe(403);
    expect((await operator.call('POST /api/episodes/file', { text: 'x' })).status).toBe(403);
    expect((await engineer.call('POST /api/episodes', { decisions })).body).toMatchObject({ version: 3 });
    // longer than the body of any other request may be
    expect((await engineer.call('POST /api/episodes/file', { text: '"'.repeat(400_000) })).status).toBe(200);
    expect(bench.calibration.acts).toEqual([
      ['decide', decisions, 'engineer'],
      ['decide', [{ id, as: 'exclude', reason: 'file of 400000' }], 'engineer'],
    ]);
  });

  it('refuses what it cannot apply', async () => {
    const post = async (decisions: readonly object[]) =>
      (await engineer.call('POST /api/episodes', { decisions: decisions as { id: string }[] })).status;
    expect(await post([{ id: 'none', as: 'normal' }])).toBe(409);
    expect(await post([{ id: 'none', as: 'perhaps' }])).toBe(400);
    expect(await post([])).toBe(400);
    expect((await engineer.call('POST /api/episodes/file', { text: 'x'.repeat(500_001) })).status).toBe(400);
    expect((await engineer.call('POST /api/episodes/file', { text: 'x'.repeat(2_000_000) })).status).toBe(400);
  });
});

describe('maintenance', () => {
  it('is started and ended by an operator, with a reason, and visible to every role', async () => {
    const operator = await bench.as('operator');
    const place = { kind: 'area', id: 'intake' } as const;
    const begin = { place, minutes: 90, reason: 'filter is changed' };
    expect((await viewer.call('POST /api/maintenance/begin', begin)).status).toBe(403);
    expect((await operator.call('POST /api/maintenance/begin', { ...begin, reason: '' })).status).toBe(400);
    expect((await operator.call('POST /api/maintenance/begin', { ...begin, minutes: 0 })).status).toBe(400);
    expect((await operator.call('POST /api/maintenance/begin', { ...begin, place: { kind: 'area', id: 'XX' } })).status).toBe(
      409,
    );
    const window = {
      id: 'M1',
      place,
      from: plantStart,
      to: plantStart + 90 * 60_000,
      by: 'operator',
      reason: 'filter is changed',
    };
    expect((await operator.call('POST /api/maintenance/begin', begin)).body).toEqual({ window });
    expect((await viewer.call('GET /api/health', {})).body.maintenance).toEqual([window]);
    expect((await viewer.call('POST /api/maintenance/end', { id: 'M1' })).status).toBe(403);
    expect((await operator.call('POST /api/maintenance/end', { id: 'M1' })).status).toBe(200);
    expect(bench.view.maintenance.acts).toEqual([['end', 'M1', 'operator']]);
  });

  it('is planned by an operator at a local time of the site, and removed', async () => {
    const operator = await bench.as('operator');
    const plan = {
      place: { kind: 'area', id: 'intake' },
      from: '2026-03-02T06:30',
      minutes: 60,
      repeat: 'week',
      reason: 'r',
    } as const;
    expect((await viewer.call('POST /api/maintenance/plan', plan)).status).toBe(403);
    expect((await operator.call('POST /api/maintenance/plan', { ...plan, from: 'tomorrow' })).status).toBe(400);
    expect((await operator.call('POST /api/maintenance/plan', plan)).status).toBe(200);
    expect((await viewer.call('GET /api/health', {})).body.planned).toMatchObject([
      { id: 'P1', next: Date.parse('2026-03-02T06:30Z'), lastsMs: 3_600_000, repeat: 'week', by: 'operator' },
    ]);
    expect((await operator.call('POST /api/maintenance/cancel', { id: 'P9' })).status).toBe(409);
    expect((await operator.call('POST /api/maintenance/cancel', { id: 'P1' })).status).toBe(200);
    expect(bench.view.maintenance.acts).toEqual([['cancel', 'P1', 'operator']]);
  });
});

describe('minor findings', () => {
  const minor = (channel: string, more: Partial<MinorFinding> = {}): MinorFinding => ({
    id: channel,
    detector: 'range',
    channel,
    area: 'intake',
    equipment: 'tank-1',
    tags: [channel],
    since: plantStart,
    updatedAt: plantStart,
    score: 0.7,
    peak: 0.8,
    title: 'Level is high',
    sentence: 'Level is high.',
    ...more,
  });

  it('are ranked for engineers and analysts alone', async () => {
    bench.view.minorFindings = [minor('LT-1'), minor('LT-2', { endedAt: plantStart, end: 'finding' })];
    for (const role of ['viewer', 'operator', 'instructor', 'auditor'] as const)
      expect((await (await bench.as(role)).call('GET /api/minor', {})).status).toBe(403);
    for (const role of ['engineer', 'analyst', 'admin'] as const) {
      const { body } = await (await bench.as(role)).call('GET /api/minor', {});
      expect(body).toMatchObject({ time: plantStart, total: 1, open: [{ id: 'LT-1' }], ended: [{ id: 'LT-2', end: 'finding' }] });
    }
  });

  it('support an incident at its equipment and tags, at most 20, highest peak first, for everybody', async () => {
    bench.view.alerts.change('ALT-1', 'B', 'raised', { incident: 'INC-7', equipment: 'tank-1', tags: ['FT-1'] });
    const many = Array.from({ length: 30 }, (_, i) => minor(`N${i}`, { peak: 0.6 + i / 100 }));
    const elsewhere = minor('LT-9', { equipment: 'pump-9', peak: 0.99 });
    const tag = minor('FT-1', { equipment: '', peak: 0.97 });
    const measured = minor('X', { equipment: 'filter-1', peak: 0.98, endedAt: plantStart + 1 });
    bench.view.minorFindings = [...many, elsewhere, tag, measured];
    const { body } = await viewer.call('GET /api/incident/minor', { id: 'INC-7' });
    expect(body.minor).toHaveLength(20);
    expect(body.minor.slice(0, 3).map(({ id }) => id)).toEqual(['X', 'FT-1', 'N29']);
    expect((await viewer.call('GET /api/incident/minor', { id: 'INC-9' })).status).toBe(404);
  });
});

describe('the system page', () => {
  it('gets health, and the audit trail newest first', async () => {
    const { body } = await viewer.call('GET /api/health', {});
    expect(body).toMatchObject({
      devices: [{ name: 'plc-1' }],
      chain: [{ lastErrorAt: Number.NaN }],
      learning: { state: 'ready' },
    });
    expect(body.dashboard).toMatchObject({ connections: 0, sessions: 2 });
    const { entries } = (await engineer.call('GET /api/audit', { action: 'session.opened', limit: 1 })).body;
    expect(entries).toMatchObject([{ role: 'engineer', time: plantStart }]);
  });
});

describe('the lab', () => {
  it('is run by an engineer, with audit entries', async () => {
    expect((await engineer.call('GET /api/lab', {})).body).toMatchObject({
      status: { truth: { 'tank.level': 3.21 } },
      scenarios: [{ id: 'overfill' }],
    });
    await engineer.call('POST /api/lab/speed', { speed: 10 });
    await engineer.call('POST /api/lab/start', { scenario: 'overfill' });
    await engineer.call('POST /api/lab/stop', {});
    await engineer.call('POST /api/lab/reset', {});
    expect(bench.view.lab?.acts).toEqual(['speed 10', 'start overfill', 'stop', 'reset']);
    const lines = bench.audit.entries.filter(({ action }) => action.startsWith('lab.'));
    expect(lines.map(({ action, object, role }) => [action, object, role])).toEqual([
      ['lab.speed', 'toy', 'engineer'],
      ['lab.started', 'overfill', 'engineer'],
      ['lab.stopped', 'overfill', 'engineer'],
      ['lab.reset', 'toy', 'engineer'],
    ]);
  });

  it('plays a campaign, which an engineer starts and stops', async () => {
    expect((await engineer.call('GET /api/lab', {})).body.campaigns).toMatchObject([{ id: 'shift', parts: [{ afterS: 60 }] }]);
    expect((await engineer.call('POST /api/lab/campaign', { campaign: 'none' })).status).toBe(404);
    expect((await viewer.call('POST /api/lab/campaign', { campaign: 'shift' })).status).toBe(403);
    await engineer.call('POST /api/lab/campaign', { campaign: 'shift' });
    expect((await engineer.call('GET /api/lab', {})).body.status.campaign).toMatchObject({ id: 'shift', begun: 0 });
    await engineer.call('POST /api/lab/stop', {});
    expect(bench.view.lab?.acts).toEqual(['campaign shift', 'stop']);
    const lines = bench.audit.entries.filter(({ action }) => action.startsWith('lab.'));
    expect(lines.map(({ action, object }) => [action, object])).toEqual([
      ['lab.campaign', 'shift'],
      ['lab.stopped', 'shift'],
    ]);
  });

  it('refuses beyond its limits with its own message and without an audit entry', async () => {
    const { status, text } = await engineer.call('POST /api/lab/speed', { speed: 100 });
    const refusal: ErrorBody = { code: 'refused', message: 'speed 100 is beyond 60', hint: 'Take 60 or less.' };
    expect([status, JSON.parse(text)]).toEqual([409, refusal]);
    expect((await engineer.call('POST /api/lab/start', { scenario: 'none' })).status).toBe(404);
    expect(bench.audit.entries.some(({ action }) => action.startsWith('lab.'))).toBe(false);
  });

  it('sends each change to an engineer who watches it', async () => {
    const page = await engineer.open();
    page.send({ type: 'watch-lab', on: true });
    await page.until(() => page.of('lab')[0]);
    await engineer.call('POST /api/lab/start', { scenario: 'overfill' });
    await page.until(() => page.of('lab').find(({ status }) => status.running?.scenario === 'overfill'));
    page.send({ type: 'watch-lab', on: false });
    await page.settled();
    const before = page.of('lab').length;
    await bench.view.lab?.stop();
    await page.settled();
    expect(page.of('lab')).toHaveLength(before);
  });

  it('does not exist without a simulated plant', async () => {
    await using plain = await aBench();
    const other = await plain.as('engineer');
    for (const route of ['GET /api/lab', 'POST /api/lab/stop', 'POST /api/lab/reset'] satisfies RouteName[]) {
      expect((await other.call(route, {})).status).toBe(404);
    }
    const page = await other.open();
    page.send({ type: 'watch-lab', on: true });
    expect((await page.until(() => page.of('refused')[0])).code).toBe('not-found');
    expect(page.of('heartbeat')[0]?.lab).toBeUndefined();
  });
});
