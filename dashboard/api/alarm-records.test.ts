import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlarmRecord } from '../../src/core/alarm-record.ts';
import type { Browser } from '../server/testing/browser.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

let bench: Bench;
let engineer: Browser;
let viewer: Browser;
beforeEach(async () => {
  bench = await aBench();
  [engineer, viewer] = [await bench.as('engineer'), await bench.as('viewer')];
});
afterEach(async () => bench[Symbol.asyncDispose]());

const record: AlarmRecord = {
  id: 'LT-HIGH',
  match: {
    detectors: ['range'],
    kinds: [],
    tags: ['LT-*'],
    equipment: [],
    areas: [],
    devices: [],
    techniques: [],
    direction: 'high',
  },
  priority: 2,
  class: 'process',
  cause: 'Inflow open.',
  consequence: 'The tank overflows.',
  response: 'Close the inflow.\nCall the engineer.',
  respondWithinMs: 600_000,
  owner: 'Shift leader',
};

describe('alarm records', () => {
  it('are changed by an engineer with a reason, and read by everybody, with names in the history alone', async () => {
    const change = { record, version: 0, reason: 'rationalised' };
    expect((await viewer.call('POST /api/alarm-records/change', change)).status).toBe(403);
    expect((await engineer.call('POST /api/alarm-records/change', { ...change, reason: '' })).status).toBe(400);
    expect((await engineer.call('POST /api/alarm-records/change', change)).status).toBe(200);
    const { body } = await viewer.call('GET /api/alarm-records', {});
    expect(body).toMatchObject({
      secondPerson: false,
      records: [{ id: 'LT-HIGH', last: 1, inForce: { record, by: { role: 'engineer' } } }],
    });
    expect(JSON.stringify(body)).not.toContain('session');
    const { versions } = (await viewer.call('GET /api/alarm-records/history', { id: 'LT-HIGH' })).body;
    expect(versions).toMatchObject([
      { version: 1, act: 'changed', reason: 'rationalised', by: { role: 'engineer', user: 'engineer' } },
    ]);
  });

  it('are refused if the page is out of date, names are unknown, or texts are too long', async () => {
    const post = async (over: Partial<AlarmRecord>, version = 0) =>
      (await engineer.call('POST /api/alarm-records/change', { record: { ...record, ...over }, version, reason: 'r' })).status;
    expect(await post({})).toBe(200);
    expect(await post({ priority: 1 })).toBe(409);
    expect(await post({ id: 'X', returnWhen: 'XX above 2 m' })).toBe(409);
    expect(await post({ id: 'X', returnWhen: 'too high' })).toBe(400);
    expect(await post({ id: 'X', returnDelayMs: 60_000 })).toBe(400);
    expect(await post({ id: 'X', match: { ...record.match, tags: ['XX'] } })).toBe(409);
    expect(await post({ id: 'X', match: { ...record.match, tags: [], detectors: [] } })).toBe(400);
    expect(await post({ id: 'X', cause: 'c'.repeat(301) })).toBe(400);
    expect(await post({ id: 'X', respondWithinMs: 8 * 86_400_000 })).toBe(400);
    expect(await post({ id: 'a b' })).toBe(400);
    expect((await engineer.call('POST /api/alarm-records/remove', { id: 'LT-HIGH', version: 1, reason: 'r' })).status).toBe(200);
    expect((await viewer.call('GET /api/alarm-records', {})).body.records).toEqual([]);
  });

  it('leave as CSV and come back, all or none', async () => {
    await engineer.call('POST /api/alarm-records/change', { record, version: 0, reason: 'r' });
    const { csv } = (await viewer.call('GET /api/alarm-records/csv', {})).body;
    const read = async (text: string) => await engineer.call('POST /api/alarm-records/import', { csv: text, reason: 'again' });
    expect((await read(csv)).body).toEqual({ added: 0, changed: 0, unchanged: 1 });
    const more = `${csv}${csv.split('\r\n').slice(1).join('\r\n').replace('LT-HIGH', 'LT-2')}`;
    const wrong = await read(more.replace('LT-2,2', 'LT-2,9'));
    expect(wrong.status).toBe(409);
    expect(JSON.stringify(wrong.body)).toContain('alarms.csv:4 priority');
    expect((await viewer.call('GET /api/alarm-records', {})).body.records).toHaveLength(1);
    expect((await read(more)).body).toEqual({ added: 1, changed: 0, unchanged: 1 });
    expect((await viewer.call('POST /api/alarm-records/import', { csv, reason: 'r' })).status).toBe(403);
  });
});
