import { DataType, EventFieldList, LocalizedText, NodeId, ReadResponse, Variant } from 'node-opcua-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceAlarmEvent } from '../../../src/core/observation.ts';
import { type Collected, collect, type OpcuaBench, openOpcuaBench, opcuaTag } from '../../../test/support/opcua.ts';
import { TaskScope } from '../../../src/core/scope.ts';
import { BatchSize } from '../requests/limits.ts';
import type { SessionParts } from '../session-parts.ts';
import type { Subscriptions } from '../subscription/subscription.ts';
import { readAlarm } from './filter.ts';
import { mirrorAlarms } from './mirror.ts';

const signal = new AbortController().signal;
const tags = [opcuaTag('CW.LT01')];
const services: string[] = [];
let bench: OpcuaBench;
beforeAll(async () => {
  const alarms = [{ point: 'CW.LT01', high: 5, name: 'CW.LT01 high' }];
  bench = await openOpcuaBench({ alarms, onRequest: ({ service }) => services.push(service) });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const told = (all: Collected): DeviceAlarmEvent[] => all.events.filter((event) => event.type === 'device-alarm');

function setLevel(value: number): void {
  bench.plant.set('CW.LT01', value);
  bench.plant.step(1);
  bench.server.publish();
}

it.each(['subscribe', 'poll'] as const)(
  'mirrors a condition that becomes active and inactive, by %s, with subscription requests only',
  async (mode) => {
    setLevel(1);
    services.length = 0;
    await using session = await bench.collector(tags, { mode }).connect(signal);
    let step = 0;
    const seen = await collect(session, (all) => {
      // by then the event subscription exists, in either mode
      if (services.filter((service) => service === 'CreateMonitoredItems').length < (mode === 'poll' ? 1 : 2)) return false;
      if (all.of(0).length < 5) return false;
      if (step === 0) setLevel(5.5);
      if (step === 0) step = 1;
      if (step === 1 && told(all).some(({ active }) => active)) {
        setLevel(4);
        step = 2;
      }
      return told(all).some(({ active }) => !active);
    });
    const events = told(seen);
    expect(events[0]).toMatchObject({
      type: 'device-alarm',
      device: 'ua1',
      source: 'CW.LT01',
      condition: 'CW.LT01 high',
      active: true,
      acknowledged: false,
      message: expect.stringContaining('5.500') as string,
    });
    expect(events[0]?.severity).toBeGreaterThanOrEqual(1);
    expect(events.at(-1)?.active).toBe(false);
    expect(services).not.toContain('Call');
  },
);

it('subscribes to no alarms if they are disabled', async () => {
  setLevel(1);
  await using session = await bench.collector(tags, { alarms: false }).connect(signal);
  const seen = await collect(session, (all) => {
    if (all.of(0).length === 3) setLevel(5.5);
    return all.of(0).length > 6;
  });
  expect(told(seen)).toEqual([]);
});

it('ends with a session that ends during the subscription to events', async () => {
  const scope = new TaskScope();
  const request = async (): Promise<ReadResponse> => new ReadResponse({ results: [{ value: { dataType: 'Byte', value: 1 } }] });
  const subscriptions = {
    watchOther: async () => {
      scope.stop();
      return 0;
    },
  };
  const parts = {
    config: { alarms: true },
    context: bench.context,
    target: { device: 'ua1' },
    limits: { read: new BatchSize(10) },
    link: { send: request },
  } as unknown as SessionParts;
  const mirroring = mirrorAlarms(parts, subscriptions as unknown as Subscriptions, async () => {}, scope);
  await expect(mirroring).rejects.toMatchObject({ name: 'AbortError' });
  await scope.join();
});

describe('an event', () => {
  const event = (...values: readonly (readonly [DataType, unknown])[]): EventFieldList =>
    new EventFieldList({ eventFields: values.map(([dataType, value]) => new Variant({ dataType, value })) });
  const type = [DataType.NodeId, NodeId.resolveNodeId('i=9341')] as const;

  it('is an alarm if it has a name and a state; severity and texts are limited', () => {
    const message = new LocalizedText({ text: 'm'.repeat(2_000) });
    const alarm = event(
      type,
      [DataType.String, 'P1'],
      [DataType.LocalizedText, message],
      [DataType.UInt16, 60_000],
      [DataType.String, 'Trip'],
      [DataType.Boolean, true],
      [DataType.Boolean, false],
    );
    expect(readAlarm(alarm)).toEqual({
      source: 'P1',
      condition: 'Trip',
      active: true,
      acknowledged: false,
      severity: 1_000,
      message: 'm'.repeat(500),
    });
  });

  it('is ignored without them, whatever it contains, and lost events are reported', () => {
    expect(readAlarm(new EventFieldList({}))).toBeUndefined();
    expect(readAlarm(event(type, [DataType.Double, 1]))).toBeUndefined();
    expect(readAlarm(event([DataType.NodeId, NodeId.resolveNodeId('i=3035')]))).toBe('overflow');
  });
});
