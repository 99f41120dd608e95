import { afterEach, expect, it } from 'vitest';
import { ScadaError } from '../../src/core/errors.ts';
import type { ReferenceLine, ReferenceSet } from '../../src/core/reference.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

const present = { 'P1.GAIN': 1.2, 'CL.SP': 1 };
const values = [
  { tag: 'P1.GAIN', value: 1.2 },
  { tag: 'CL.SP', value: 1, low: 0.8, high: 1.2 },
];
const approval = { base: 0, values, reason: 'commissioning' };
const refused = (message: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint: 'reload' });

let bench: Bench;
let set: ReferenceSet | undefined;
let stored: string[];
afterEach(async () => bench[Symbol.asyncDispose]());

async function start(secondPerson: boolean): Promise<void> {
  bench = await aBench({ secondPerson });
  [set, stored] = [undefined, []];
  bench.view.reference = {
    current: () => set,
    problem: () => undefined,
    lines: async () =>
      Object.entries(present).map(
        ([tag, value]): ReferenceLine => ({ tag, state: set === undefined ? 'not-referenced' : 'equal', present: value }),
      ),
    check: (all) => {
      for (const { tag, value } of all)
        if (present[tag as keyof typeof present] !== value) throw refused(`${tag} is not ${value}`);
    },
    approve: async (all, base, by, reason, how) => {
      if (base !== (set?.version ?? 0)) throw refused('another reference set was approved meanwhile');
      stored.push(how);
      set = { version: base + 1, at: 5, by, reason, values: all };
    },
  };
}

it('is approved by a role that may do so, from values that are read now, and its users are not named', async () => {
  await start(false);
  const [operator, engineer] = [await bench.as('operator'), await bench.as('engineer')];
  const empty = (await operator.call('GET /api/reference', {})).body;
  expect([empty.set, empty.lines.map(({ state }) => state)]).toEqual([undefined, ['not-referenced', 'not-referenced']]);
  expect((await operator.call('POST /api/reference/approve', approval)).status).toBe(403);
  expect((await engineer.call('POST /api/reference/approve', { ...approval, reason: '' })).status).toBe(400);
  const [gain] = values.map((one) => ({ ...one, value: 2.5 }));
  expect(
    (await engineer.call('POST /api/reference/approve', { ...approval, values: gain === undefined ? [] : [gain] })).status,
  ).toBe(409);
  expect(set).toBeUndefined();
  expect((await engineer.call('POST /api/reference/approve', approval)).body).toEqual({});
  expect([set?.values, set?.by.user, stored]).toEqual([values, 'engineer', ['first']]);
  expect((await operator.call('GET /api/reference', {})).body.set).toEqual({
    version: 1,
    at: 5,
    by: { role: 'engineer' },
    reason: 'commissioning',
    count: 2,
  });
  expect((await engineer.call('POST /api/reference/approve', approval)).status).toBe(409);
});

it('where a second person is configured, it is in force when another user approves, unless another one is by then', async () => {
  await start(true);
  const [engineer, admin] = [await bench.as('engineer'), await bench.as('admin')];
  expect((await engineer.call('POST /api/reference/approve', approval)).body).toEqual({ waiting: true });
  expect((await admin.call('GET /api/reference', {})).body).toMatchObject({ waiting: true });
  const { requests } = (await admin.call('GET /api/approvals', {})).body;
  expect(requests).toMatchObject([{ text: 'approve the reference set: 2 values: P1.GAIN 1.2; CL.SP 1 (0.8 to 1.2)' }]);
  const decision = { id: requests[0]?.id ?? '', accept: true, reason: 'checked' };
  expect((await engineer.call('POST /api/approvals/decide', decision)).status).toBe(409);
  set = { version: 1, at: 1, by: { role: 'console' }, reason: 'other', values: [] };
  expect((await admin.call('POST /api/approvals/decide', decision)).status).toBe(409);
  set = undefined;
  expect((await admin.call('POST /api/approvals/decide', decision)).status).toBe(200);
  expect([set, stored]).toMatchObject([{ version: 1, by: { user: 'engineer' }, reason: 'commissioning', values }, ['queued']]);
});

it('is withdrawn by a version without values, where configured by two persons', async () => {
  await start(true);
  const [engineer, admin] = [await bench.as('engineer'), await bench.as('admin')];
  set = { version: 1, at: 1, by: { role: 'console' }, reason: 'commissioning', values };
  const withdrawal = { base: 1, values: [], reason: 'rebuilt' };
  expect((await engineer.call('POST /api/reference/approve', withdrawal)).body).toEqual({ waiting: true });
  const [request] = (await admin.call('GET /api/approvals', {})).body.requests;
  expect(request?.text).toBe('withdraw the reference set: 0 values: without P1.GAIN; without CL.SP');
  expect((await admin.call('POST /api/approvals/decide', { id: request?.id ?? '', accept: true, reason: 'seen' })).status).toBe(
    200,
  );
  expect((await admin.call('GET /api/reference', {})).body.set).toMatchObject({ version: 2, count: 0, reason: 'rebuilt' });
});

it('does not exist where the monitor follows none', async () => {
  await start(false);
  bench.view.reference = undefined;
  expect((await (await bench.as('viewer')).call('GET /api/reference', {})).status).toBe(404);
});
