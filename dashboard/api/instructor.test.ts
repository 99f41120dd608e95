import { afterEach, beforeEach, expect, it } from 'vitest';
import { roles } from '../../src/core/access.ts';
import { FakeLab } from '../server/testing/fake-lab.ts';
import { FakeMonitor } from '../server/testing/fake-monitor.ts';
import { plantStart } from '../server/testing/fake-values.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

let lab: FakeLab;
let bench: Bench;
beforeEach(async () => {
  lab = new FakeLab();
  const step = { atS: 0, actor: 'attacker', act: { type: 'plant', action: { type: 'release', point: '*' } } };
  Object.assign(lab.scenarios[0] ?? {}, {
    steps: [{ ...step, text: 'secret inject' }],
    truth: [{ fromS: 0, toS: 600, tags: ['LT-1'], equipment: ['tank-1'] }],
    hints: ['Compare the flows.', 'Look at the tank.'],
  });
  bench = await aBench({ view: new FakeMonitor({ lab }) });
});
afterEach(async () => bench[Symbol.asyncDispose]());

it('is kept from everybody who may not run exercises', async () => {
  await lab.start('overfill');
  for (const role of ['viewer', 'operator', 'analyst', 'auditor'] as const) {
    const user = await bench.as(role);
    expect((await user.call('GET /api/lab/exercise', {})).status).toBe(403);
    expect((await user.call('POST /api/lab/hint', { text: 'x' })).status).toBe(403);
    expect((await user.call('POST /api/lab/note', { text: 'x' })).status).toBe(403);
  }
  expect([lab.hints, lab.notes]).toEqual([[], []]);
});

it('has no exercise before the first scenario, and refuses a hint then', async () => {
  const instructor = await bench.as('instructor');
  expect((await instructor.call('GET /api/lab/exercise', {})).body).toEqual({});
  const { status, text } = await instructor.call('POST /api/lab/hint', { text: 'x' });
  expect([status, JSON.parse(text)]).toMatchObject([409, { code: 'refused', message: 'no scenario is running' }]);
});

it('shows the steps beside the alerts, with the hints that are left', async () => {
  await lab.start('overfill');
  bench.view.alerts.change('ALT-1', 'B', 'raised', { raisedAt: plantStart + 90_000, equipment: 'tank-1', incident: 'INC-7' });
  const instructor = await bench.as('instructor');
  await instructor.call('POST /api/lab/hint', { text: 'Compare the flows.' });
  await instructor.call('POST /api/lab/note', { text: 'Team is calm.' });
  const { body } = await instructor.call('GET /api/lab/exercise', {});
  expect(body.exercise).toMatchObject({
    scenario: 'overfill',
    isRunning: true,
    injects: [{ text: 'secret inject', isHostile: true, isPerformed: true, alert: { id: 'ALT-1', delayMs: 90_000 } }],
    meanDelayMs: 90_000,
    hints: [{ id: 'HINT-1', text: 'Compare the flows.' }],
    notes: [{ id: 'NOTE-1', text: 'Team is calm.' }],
    offered: ['Look at the tank.'],
  });
});

it('gives every participant the hint, and neither note nor ground truth', async () => {
  await lab.start('overfill');
  const instructor = await bench.as('instructor');
  await instructor.call('POST /api/lab/hint', { text: '  Compare the flows.  ' });
  await instructor.call('POST /api/lab/note', { text: 'Team is calm.' });
  const hint = { id: 'HINT-1', time: plantStart, text: 'Compare the flows.' };
  for (const role of roles) {
    const { status, body } = await (await bench.as(role)).call('GET /api/lab/hints', {});
    expect([role, status, body]).toEqual([role, 200, { hints: [hint] }]);
  }
  const operator = await bench.as('operator');
  const page = await operator.open();
  const beat = await page.until(() => page.of('heartbeat').find((one) => one.lab?.hint !== undefined));
  expect(beat.lab).toEqual({ speed: 1, exercise: true, hint });
  const { body: next } = await operator.call('GET /api/events/next', {});
  expect(next.status.lab?.hint).toEqual(hint);
  const acts = bench.audit.entries.filter(({ action }) => action.startsWith('lab.'));
  expect(acts.map(({ action, object, after }) => [action, object, after])).toEqual([
    ['lab.hint', 'HINT-1', 'Compare the flows.'],
    ['lab.note', 'NOTE-1', undefined],
  ]);
});

it('takes the hint from the pages at the end of the scenario', async () => {
  await lab.start('overfill');
  await (await bench.as('instructor')).call('POST /api/lab/hint', { text: 'Compare the flows.' });
  await lab.stop();
  const { body } = await (await bench.as('viewer')).call('GET /api/events/next', {});
  expect(body.status.lab).toEqual({ speed: 1, exercise: false });
});

it('refuses an empty text and one that is too long', async () => {
  await lab.start('overfill');
  const instructor = await bench.as('instructor');
  for (const text of ['', '   ', 'x'.repeat(301)])
    expect((await instructor.call('POST /api/lab/hint', { text })).status).toBe(400);
  expect((await instructor.call('POST /api/lab/note', { text: 'x'.repeat(501) })).status).toBe(400);
});
