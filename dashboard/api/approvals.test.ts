import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from '../server/testing/browser.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

let bench: Bench;
let engineer: Browser;
let admin: Browser;
beforeEach(async () => {
  bench = await aBench({ secondPerson: true });
  [engineer, admin] = [await bench.as('engineer'), await bench.as('admin')];
});
afterEach(async () => bench[Symbol.asyncDispose]());

const unlearning = { line: { detector: 'range', channel: 'LT-1', name: '' }, reason: 'sensor moved' };
const audited = (): string[][] =>
  bench.audit.entries
    .filter(({ action }) => action.startsWith('approval.'))
    .map(({ action, object, user = '', reason = '' }) => [action, object, user, reason]);

async function waitingId(): Promise<string> {
  const { body } = await admin.call('GET /api/approvals', {});
  return (body as { readonly requests: readonly { readonly id: string }[] }).requests[0]?.id ?? '';
}

describe('a second person', () => {
  it('must approve an unlearning, which is then performed in the name of the first; both are audited', async () => {
    const asked = await engineer.call('POST /api/baseline/unlearn', unlearning);
    expect(asked.body).toEqual({ waiting: true });
    expect(bench.baseline.acts).toEqual([]);
    const { body } = await admin.call('GET /api/approvals', {});
    expect(body).toMatchObject({
      required: true,
      requests: [{ text: 'unlearn range of LT-1', own: false, by: { role: 'engineer' }, reason: 'sensor moved' }],
    });
    const decision = { id: await waitingId(), accept: true, reason: 'seen on site' };
    const own = await engineer.call('POST /api/approvals/decide', decision);
    expect([own.status, own.body]).toMatchObject([409, { message: 'the request is your own' }]);
    expect((await admin.call('POST /api/approvals/decide', decision)).status).toBe(200);
    expect(bench.baseline.acts).toEqual([['unlearn', 'LT-1', 'engineer', 'sensor moved']]);
    expect(audited()).toEqual([
      ['approval.requested', 'unlearn range of LT-1', 'engineer', 'sensor moved'],
      ['approval.approved', 'unlearn range of LT-1', 'admin', 'seen on site'],
    ]);
    expect((await admin.call('POST /api/approvals/decide', decision)).status).toBe(409);
    expect(bench.baseline.acts).toHaveLength(1);
  });

  it('approves learning an alert as normal, with the thresholds that it was requested for', async () => {
    const { alerts } = bench.view;
    const { explanation } = alerts.change('ALT-7', 'B').alert;
    const finding = { id: 'F', detector: 'range', tags: [], since: 1, beganAt: 1, score: 2, peak: 2, explanation };
    alerts.change('ALT-7', 'B', 'updated', { findings: [finding] });
    const asked = await engineer.call('POST /api/baseline/learn', { id: 'ALT-7', reason: 'flushing' });
    expect(asked.body).toEqual({ raised: [], waiting: true });
    expect([bench.baseline.acts, alerts.acts]).toEqual([[], []]);
    alerts.change('ALT-7', 'B', 'updated', { findings: [finding, { ...finding, detector: 'rate' }] });
    await admin.call('POST /api/approvals/decide', { id: await waitingId(), accept: true, reason: 'ok' });
    expect(bench.baseline.acts).toEqual([['learn', 'ALT-7', [2.6], 'engineer', 'flushing']]);
    expect(alerts.acts).toMatchObject([{ by: { user: 'engineer' }, note: 'ALT-7 learned as normal: flushing' }]);
    const text = 'learn ALT-7 as normal: raise the threshold of range of LT-1';
    expect(audited()).toEqual([
      ['approval.requested', text, 'engineer', 'flushing'],
      ['approval.approved', text, 'admin', 'ok'],
    ]);
  });

  it('rejects new figures, and the requester can withdraw an act', async () => {
    const edit = { line: unlearning.line, figures: { high: 3 }, reason: 'r' };
    await engineer.call('POST /api/baseline/edit', edit);
    await admin.call('POST /api/approvals/decide', { id: await waitingId(), accept: false, reason: 'too wide' });
    await engineer.call('POST /api/baseline/unlearn', unlearning);
    await engineer.call('POST /api/approvals/decide', { id: await waitingId(), accept: false, reason: 'my mistake' });
    expect(bench.baseline.acts).toEqual([]);
    expect(audited().map(([action, object]) => [action, object])).toEqual([
      ['approval.requested', 'edit range of LT-1: high 3'],
      ['approval.rejected', 'edit range of LT-1: high 3'],
      ['approval.requested', 'unlearn range of LT-1'],
      ['approval.rejected', 'unlearn range of LT-1'],
    ]);
  });

  it('approves shelving beyond a shift, and is not needed within one', async () => {
    bench.view.alerts.change('ALT-1', 'B');
    const shelving = { ids: ['ALT-1'], minutes: 2_880, reason: 'spare part' };
    expect((await engineer.call('POST /api/alerts/shelve', shelving)).body).toEqual({ shelved: [], refused: [], waiting: true });
    expect(bench.view.alerts.get('ALT-1')?.state).toBe('B');
    await admin.call('POST /api/approvals/decide', { id: await waitingId(), accept: true, reason: 'ok' });
    expect(bench.view.alerts.acts).toMatchObject([{ id: 'ALT-1 shelve 2880', by: { user: 'engineer' }, note: 'spare part' }]);
    expect(bench.view.alerts.get('ALT-1')?.state).toBe('G');
    bench.view.alerts.change('ALT-2', 'B');
    const short = { ids: ['ALT-2'], minutes: 60, reason: 'r' };
    expect((await engineer.call('POST /api/alerts/shelve', short)).body).toEqual({ shelved: ['ALT-2'], refused: [] });
  });

  it('approves decisions about the calibration, made on the page or in a file', async () => {
    const { id } = bench.calibration.episode;
    const decisions = [{ id, as: 'normal' as const, reason: 'flushing' }];
    const asked = await engineer.call('POST /api/episodes', { decisions });
    expect(asked.body).toMatchObject({ waiting: true, version: 3 });
    const byFile = await engineer.call('POST /api/episodes/file', { text: 'format: 1\n' });
    expect(byFile.body).toMatchObject({ waiting: true });
    expect(bench.calibration.acts).toEqual([]);
    await admin.call('POST /api/approvals/decide', { id: await waitingId(), accept: true, reason: 'ok' });
    await admin.call('POST /api/approvals/decide', { id: await waitingId(), accept: false, reason: 'not this' });
    expect(bench.calibration.acts).toEqual([['decide', decisions, 'engineer']]);
    expect(audited().map(([action, object, user, reason]) => [action, object, user, reason])).toEqual([
      ['approval.requested', `decide about the calibration: ${id} normal`, 'engineer', 'flushing'],
      ['approval.requested', `decide about the calibration: ${id} exclude`, 'engineer', 'file of 10'],
      ['approval.approved', `decide about the calibration: ${id} normal`, 'admin', 'ok'],
      ['approval.rejected', `decide about the calibration: ${id} exclude`, 'admin', 'not this'],
    ]);
  });

  it('leaves a request that failed, refuses the same one twice, and is asked by nobody without the permission', async () => {
    const bad = { line: unlearning.line, figures: { low: 9 }, reason: 'r' };
    await engineer.call('POST /api/baseline/edit', bad);
    expect((await engineer.call('POST /api/baseline/edit', bad)).status).toBe(409);
    const decision = { id: await waitingId(), accept: true, reason: 'ok' };
    const failed = await admin.call('POST /api/approvals/decide', decision);
    expect([failed.status, failed.body]).toMatchObject([409, { message: 'low cannot be above high' }]);
    expect(await waitingId()).toBe(decision.id);
    const operator = await bench.as('operator');
    expect((await operator.call('POST /api/approvals/decide', decision)).status).toBe(403);
    expect((await operator.call('GET /api/health', {})).body).toMatchObject({ approvals: 1 });
  });
});

describe('maintenance beyond the bounds of an operator', () => {
  const place = { kind: 'area', id: 'intake' } as const;
  const month = { place, minutes: 43_200, reason: 'overhaul' };

  it('waits for an engineer also where no second person is configured, and is approved by another person', async () => {
    await using plain = await aBench();
    const { maintenance } = plain.view;
    const operator = await plain.as('operator');
    expect((await operator.call('POST /api/maintenance/begin', month)).body).toEqual({ waiting: true });
    expect((await operator.call('POST /api/maintenance/plan', { ...month, minutes: 700, repeat: 'day' })).body).toEqual({
      waiting: true,
    });
    expect([maintenance.windows, maintenance.plans]).toEqual([[], []]);
    const approver = await plain.as('engineer');
    const { requests } = (await approver.call('GET /api/approvals', {})).body;
    expect(requests.map(({ text }) => text)).toEqual([
      'take area intake out of service for 30 d',
      expect.stringMatching(/^plan maintenance of area intake from .* for 11 h 40 min, each day$/),
    ]);
    for (const { id } of requests) {
      const decision = { id, accept: true, reason: 'work order 12' };
      expect((await operator.call('POST /api/approvals/decide', decision)).status).toBe(403);
      expect((await approver.call('POST /api/approvals/decide', decision)).status).toBe(200);
    }
    expect(maintenance.windows).toMatchObject([{ place, by: 'operator', approvedBy: 'engineer', reason: 'overhaul' }]);
    expect(maintenance.plans).toMatchObject([{ place, by: 'operator', repeat: 'day' }]);
  });

  it('waits also if a token asks, and not for its creator', async () => {
    await using plain = await aBench();
    const creator = await plain.as('admin');
    const robot = { name: 'robot', role: 'operator', groups: ['maintenance' as const], days: 1 } as const;
    const { token } = (await creator.call('POST /api/tokens/add', { ...robot, groups: [...robot.groups] })).body;
    const program = new Browser(plain.dashboard.address, { headers: { authorization: `Bearer ${token}` } });
    expect((await program.call('POST /api/maintenance/begin', month)).body).toEqual({ waiting: true });
    const [request] = (await creator.call('GET /api/approvals', {})).body.requests;
    expect(request?.own).toBe(true);
    const decision = { id: request?.id ?? '', accept: true, reason: 'mine' };
    expect((await creator.call('POST /api/approvals/decide', decision)).status).toBe(409);
    expect((await (await plain.as('engineer')).call('POST /api/approvals/decide', decision)).status).toBe(200);
  });
});
