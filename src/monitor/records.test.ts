import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tableOf } from '../../test/support/samples.ts';
import { type Event, observeEvent } from '../core/observation.ts';
import { silentLogger } from '../core/plugin.ts';
import { byRole, type Naming } from '../core/shown.ts';
import { openState } from '../state/state.ts';
import { EventLog } from '../storage/event-log/index.ts';
import { auditSource } from './audit-source.ts';
import { networkSource } from './network-source.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-sources-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const { signal } = new AbortController();
const site = 'North';
const naming: Naming = ({ role, user }) => ({ role, ...(user === undefined ? {} : { user: `user-of-${user.length}` }) });

it('gives each entry of the audit trail once, in order, without names', async () => {
  using state = openState(dir);
  const append = (n: number): void =>
    state.audit.append({
      time: n,
      role: 'admin',
      user: 'Ann',
      session: 's',
      action: 'user.created',
      object: `Bob${n}`,
      after: 'viewer',
    });
  append(1);
  const source = auditSource({ audit: state.audit, site, naming });
  let position = await source.end(signal);
  for (let n = 2; n <= 251; n++) append(n);
  const times: number[] = [];
  for (;;) {
    const { records, position: next } = await source.after(position, 100, signal);
    if (next === position) break;
    position = next;
    times.push(...records.map(({ time }) => time));
    expect(JSON.stringify(records)).not.toMatch(/Ann|Bob|"s"/);
  }
  expect(times).toEqual(Array.from({ length: 250 }, (_, i) => i + 2));
  const { records } = await source.after('0', 1, signal);
  expect(records).toEqual([
    {
      id: 'audit-1',
      stream: 'audit',
      time: 1,
      kind: 'user.created',
      text: 'user-of-3 user.created user-of-4: none → viewer',
      site,
      act: { role: 'admin', user: 'user-of-3', object: 'user-of-4', after: 'viewer' },
    },
  ]);
  const hidden = auditSource({ audit: state.audit, site, naming: byRole });
  expect((await hidden.after('0', 1, signal)).records[0]?.act).toEqual({ role: 'admin', object: '', after: 'viewer' });
});

it('gives events of devices and the network with the ends and the content of each', async () => {
  const ends = { client: '10.0.0.66', server: '10.0.0.5', port: 502, protocol: 'modbus', device: 'plc1' } as const;
  const tap = 'tap';
  const events: readonly Event[] = [
    { type: 'device', time: 1, device: 'plc1', state: 'up', reason: 'answers' },
    { type: 'wire-connection', time: 2, tap, ends, state: 'opened' },
    {
      type: 'wire-write',
      time: 3,
      tap,
      ends,
      operation: 'FC6',
      target: 'holding 1',
      tag: 0,
      before: 1,
      after: 2,
      accepted: true,
    },
    { type: 'maintenance', time: 4, tags: [], text: 'none' },
  ];
  const source = networkSource({ dir, site, clock: { now: () => 99 } });
  const begin = await source.end(signal);
  await using log = await EventLog.open({ dir, tags: tableOf({ plc1: ['LEVEL'] }), logger: silentLogger });
  for (const event of events) await log.take(observeEvent(event));
  await log.take(observeEvent({ type: 'tick', time: 4 }));
  const { records, position } = await source.after(begin, 100, signal);
  const network = { client: '10.0.0.66', server: '10.0.0.5', port: 502, protocol: 'modbus', device: 'plc1' };
  expect(records).toMatchObject([
    { kind: 'device', time: 1, text: 'plc1: up, answers', traffic: { device: 'plc1', state: 'up' } },
    { kind: 'wire-connection', time: 2, traffic: { ...network, state: 'opened' } },
    {
      kind: 'wire-write',
      text: '10.0.0.66 → 10.0.0.5:502: FC6 LEVEL (holding 1): 1 → 2',
      traffic: { ...network, operation: 'FC6' },
    },
  ]);
  expect(new Set(records.map(({ id }) => id)).size).toBe(3);
  expect(await source.after(position, 100, signal)).toEqual({ records: [], position });
});

it('states files of the event log that were deleted before they were sent', async () => {
  await using log = await EventLog.open({ dir, tags: tableOf({ plc1: ['LEVEL'] }), logger: silentLogger, segmentBytes: 200 });
  for (let n = 1; n <= 12; n++) {
    await log.take(observeEvent({ type: 'device', time: n, device: 'plc1', state: 'up', reason: `${n}` }));
    await log.take(observeEvent({ type: 'tick', time: n }));
  }
  const [first = '', second = ''] = readdirSync(dir).toSorted();
  for (const file of [first, second]) rmSync(join(dir, file));
  const source = networkSource({ dir, site, clock: { now: () => 99 } });
  const { records } = await source.after('1:0', 100, signal);
  expect(records[0]).toEqual({
    id: 'event-1:0-gap',
    stream: 'network',
    time: 99,
    kind: 'gap',
    site,
    text: '2 files of the event log were deleted before they were sent',
  });
  expect(records.at(-1)?.time).toBe(12);
});
