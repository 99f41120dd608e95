import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ChangedConfiguration } from '../../src/core/changed-configuration.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

const change: ChangedConfiguration = {
  id: '1a2b3c4d',
  at: 5,
  file: 'plant.yaml',
  settings: [
    { object: 'LT-1 high', before: '5 m', after: '6 m' },
    { object: 'detector frozen', before: 'enabled' },
  ],
};
const confirmation = { id: change.id, reason: 'new weir' };
let open: ChangedConfiguration | undefined;
let acts: unknown[];
let bench: Bench;

async function start(secondPerson: boolean): Promise<void> {
  bench = await aBench({ secondPerson });
  bench.view.configuration = {
    open: () => open,
    confirm: async (id, { user }, reason, stored) => {
      if (id !== open?.id) throw new ScadaError('config', 'INPUT_INVALID', 'waits no more', { hint: 'reload' });
      acts.push([id, user, reason, stored]);
      open = undefined;
    },
  };
}
beforeEach(() => {
  open = change;
  acts = [];
});
afterEach(async () => bench[Symbol.asyncDispose]());

it('a changed configuration is confirmed with a reason by a role that may do so', async () => {
  await start(false);
  const [operator, engineer] = [await bench.as('operator'), await bench.as('engineer')];
  expect((await operator.call('GET /api/configuration', {})).body).toEqual({ change: { ...change, count: 2, waiting: false } });
  expect((await operator.call('GET /api/health', {})).body).toMatchObject({ unconfirmed: 2 });
  expect((await operator.call('POST /api/configuration/confirm', confirmation)).status).toBe(403);
  expect((await engineer.call('POST /api/configuration/confirm', { ...confirmation, reason: '' })).status).toBe(400);
  expect((await engineer.call('POST /api/configuration/confirm', { ...confirmation, id: 'other' })).status).toBe(409);
  expect(acts).toEqual([]);
  expect((await engineer.call('POST /api/configuration/confirm', confirmation)).body).toEqual({});
  expect(acts).toEqual([['1a2b3c4d', 'engineer', 'new weir', 'first']]);
  expect((await operator.call('GET /api/configuration', {})).body).toEqual({});
});

it('where a second person is configured, it takes effect when another user approves', async () => {
  await start(true);
  const [engineer, admin] = [await bench.as('engineer'), await bench.as('admin')];
  expect((await engineer.call('POST /api/configuration/confirm', confirmation)).body).toEqual({ waiting: true });
  expect((await admin.call('POST /api/configuration/confirm', confirmation)).status).toBe(409);
  expect((await engineer.call('GET /api/configuration', {})).body).toMatchObject({ change: { waiting: true } });
  expect((await engineer.call('GET /api/health', {})).body).toMatchObject({ unconfirmed: 0, approvals: 1 });
  const { requests } = (await admin.call('GET /api/approvals', {})).body;
  expect(requests).toMatchObject([{ text: 'confirm the changed configuration: LT-1 high 5 m → 6 m; detector frozen disabled' }]);
  const decision = { id: requests[0]?.id ?? '', accept: true, reason: 'seen on site' };
  expect((await engineer.call('POST /api/approvals/decide', decision)).status).toBe(409);
  expect(acts).toEqual([]);
  open = { ...change, id: 'another' };
  const { status, body } = await admin.call('POST /api/approvals/decide', decision);
  expect([status, body]).toEqual([409, expect.objectContaining({ hint: 'Reject the request.' })]);
  open = change;
  expect((await admin.call('POST /api/approvals/decide', decision)).status).toBe(200);
  expect(acts).toEqual([['1a2b3c4d', 'engineer', 'new weir', 'queued']]);
});
