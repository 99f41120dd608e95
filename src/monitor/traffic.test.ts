import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tableOf } from '../../test/support/samples.ts';
import { observeEvent } from '../core/observation.ts';
import { silentLogger } from '../core/plugin.ts';
import type { WireTrafficEvent } from '../core/wire.ts';
import { EventLog } from '../storage/event-log/index.ts';
import { readTraffic } from './traffic.ts';

const { signal } = new AbortController();

it('usual traffic of other clients makes room for acts and for the named clients', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-traffic-'));
  try {
    await using log = await EventLog.open({ dir, tags: tableOf({ plc1: ['LEVEL'] }), logger: silentLogger });
    const ends = { client: '10.0.0.5', server: '10.0.0.7', port: 502, protocol: 'modbus' } as const;
    const counts = { packets: 2, bytes: 9, requests: 1, responses: 1, exceptions: 0, low: 0, high: 0, latencyMs: 1 };
    const poll: WireTrafficEvent = { type: 'wire-traffic', time: 0, tap: 'tap', ends, operation: 'FC3', first: false, ...counts };
    for (let time = 0; time < 10; time++) await log.take(observeEvent({ ...poll, time }));
    await log.take(observeEvent({ ...poll, time: 10, ends: { ...ends, client: '10.0.0.66' } }));
    await log.take(
      observeEvent({ type: 'wire-write', time: 11, tap: 'tap', ends, operation: 'FC6', target: 'holding 1', after: 5 }),
    );
    const readings = [{ tag: 0, value: 2.5 }];
    await log.take(observeEvent({ type: 'wire-readings', time: 11.5, tap: 'tap', ends, operation: 'FC3', readings }));
    const hardware = { tap: 'tap', ends, address: '02:00:00:00:00:02', before: '02:00:00:00:00:01' };
    await log.take(observeEvent({ type: 'wire-address', time: 11.6, ...hardware }));
    await log.take(observeEvent({ type: 'wire-loss', time: 12, tap: 'tap', dropped: 3 }));
    await log[Symbol.asyncDispose]();
    const found = await readTraffic(dir, { spans: [{ from: 0, to: 13 }], clients: ['10.0.0.66'], limit: 5 }, signal);
    expect(found.records.map(({ time, text }) => [time, text])).toEqual([
      [0, 'packets 2, requests 1, exceptions 0'],
      [10, 'packets 2, requests 1, exceptions 0'],
      [11, 'holding 1: 5'],
      [11.6, '02:00:00:00:00:01 → 02:00:00:00:00:02'],
      [12, '3 packets dropped by tap'],
    ]);
    expect(found.more).toBe(true);
    expect(await readTraffic(dir, { spans: [], clients: [], limit: 4 }, signal)).toEqual({ records: [], more: false });
  } finally {
    rmSync(dir, { recursive: true });
  }
});
