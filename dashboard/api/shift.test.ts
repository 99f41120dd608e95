import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScadaError } from '../../src/core/errors.ts';
import type { Browser } from '../server/testing/browser.ts';
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

describe('the alarm report', () => {
  it('is returned as figures, HTML and CSV, and refused with a hint', async () => {
    const asked: unknown[] = [];
    const { onReport } = bench.view;
    bench.view.onReport = async (query) => {
      asked.push(query);
      return await onReport(query);
    };
    const { body } = await viewer.call('GET /api/report', { period: 'week', date: '2026-11-28' });
    expect(body).toMatchObject({ title: 'Alarm report, week', tables: [{ rows: [['Alarms', Number.NaN]] }] });
    const html = await viewer.call('GET /api/report/file', { period: 'day', format: 'html' });
    expect(html.body.text).toContain('<h1>Toy works: Alarm report, day</h1>');
    expect((await viewer.call('GET /api/report/file', { period: 'day', format: 'csv' })).body.text).toContain('Alarms,\r\n');
    expect(asked).toEqual([{ period: 'week', date: '2026-11-28' }, { period: 'day' }, { period: 'day' }]);
    bench.view.onReport = async () => {
      throw new ScadaError('config', 'INPUT_INVALID', 'there is no position x', { hint: 'Give another.' });
    };
    const refused = await viewer.call('GET /api/report', { period: 'day', position: 'x' });
    expect([refused.status, refused.body]).toMatchObject([409, { message: 'there is no position x', hint: 'Give another.' }]);
    expect((await viewer.call('GET /api/report', { period: 'year' as 'day' })).status).toBe(400);
  });

  it('is made for two readers at a time', async () => {
    const held = Promise.withResolvers<never>();
    bench.view.onReport = async () => held.promise;
    const open = Array.from({ length: 3 }, async () => viewer.call('GET /api/report', { period: 'month' }));
    expect((await Promise.race(open)).status).toBe(429);
    held.reject(new ScadaError('config', 'INPUT_INVALID', 'no date'));
    expect((await Promise.all(open)).map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([409, 409, 429]);
  });
});

describe('the handover of a shift', () => {
  it('is signed by two users, is kept as shown, and names them without ids of sessions', async () => {
    const operator = await bench.as('operator');
    expect((await operator.call('POST /api/handover/note', { text: ' Pump 2 sounds rough ' })).status).toBe(200);
    const { body: draft } = await operator.call('GET /api/handover', {});
    expect(draft.document.tables[0]?.rows).toMatchObject([[expect.any(Number), 'operator (operator)', 'Pump 2 sounds rough']]);
    const { body: signed } = await operator.call('POST /api/handover/sign', { key: draft.key });
    const { id } = signed.handover;
    const own = await operator.call('POST /api/handover/take', { id });
    expect([own.status, own.body]).toMatchObject([409, { hint: 'Sign in as the user who takes over.' }]);
    expect((await viewer.call('POST /api/handover/take', { id })).status).toBe(403);
    expect((await engineer.call('POST /api/handover/take', { id })).status).toBe(200);
    const read = await viewer.call('GET /api/handover/signed', { id });
    expect(read.body.document.tables).toEqual(draft.document.tables);
    expect(read.body.html).toMatch(/Handed over by operator \(operator\) at .*Taken over by engineer \(engineer\) at/s);
    expect(read.body.handover.incoming?.by).toEqual({ role: 'engineer', user: 'engineer' });
    for (const text of [read.text, (await viewer.call('GET /api/handover', {})).text]) expect(text).not.toMatch(/s-[0-9a-f]{12}/);
    expect(bench.view.shiftAudit.entries.map(({ action, user }) => [action, user])).toEqual([
      ['shift.noted', 'operator'],
      ['handover.signed', 'operator'],
      ['handover.taken', 'engineer'],
    ]);
  });

  it('refuses empty notes, unknown drafts and unknown handovers', async () => {
    expect((await engineer.call('POST /api/handover/note', { text: '   ' })).status).toBe(400);
    expect((await engineer.call('POST /api/handover/sign', { key: 'x' })).status).toBe(409);
    expect((await engineer.call('POST /api/handover/take', { id: 'x' })).status).toBe(404);
    expect((await viewer.call('GET /api/handover/signed', { id: 'x' })).status).toBe(404);
  });
});
