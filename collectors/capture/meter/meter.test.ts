import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireEnds, WireEvent, WireFaultEvent, WireTrafficEvent } from '../../../src/core/wire.ts';
import type { WireMessage } from '../decoder.ts';
import { type MeterOptions, TrafficMeter } from './index.ts';

const ends = (client: string, port = 502): WireEnds => ({ client, server: '10.0.0.1', port, protocol: 'modbus' });
const hmi = ends('10.0.0.9');

function meter(options: Partial<MeterOptions> = {}) {
  const events: WireEvent[] = [];
  const made = new TrafficMeter({ tap: 'span', periodMs: 1_000, ...options }, (event) => events.push(event));
  const traffic = () => events.splice(0).filter((event): event is WireTrafficEvent => event.type === 'wire-traffic');
  const faults = () => events.splice(0).filter((event): event is WireFaultEvent => event.type === 'wire-fault');
  return { meter: made, events, traffic, faults };
}

const request = (operation = 'FC3', low = 0, high = 9, unit = 1): WireMessage => ({
  from: 'client',
  kind: 'request',
  operation,
  unit,
  low,
  high,
});
const response = (latencyMs: number, operation = 'FC3', refused = false): WireMessage => ({
  from: 'server',
  kind: 'response',
  operation,
  unit: 1,
  refused,
  latencyMs,
});

describe('traffic', () => {
  it('of a new kind is reported at once, and aggregated afterwards', () => {
    const { meter: tap, traffic } = meter();
    const report = tap.reportFor(hmi);
    for (let i = 0; i < 4; i++) {
      tap.packet(hmi, 'client', 66, { time: i, number: 2 * i + 1 });
      report.message(request('FC3', 10 * i, 10 * i + 5), { time: i, number: 2 * i + 1 });
      tap.packet(hmi, 'server', 80, { time: i, number: 2 * i + 2 });
      report.message(response(i, 'FC3', i === 3), { time: i, number: 2 * i + 2 });
    }
    expect(traffic()).toEqual([
      {
        type: 'wire-traffic',
        tap: 'span',
        time: 0,
        ends: hmi,
        operation: 'FC3',
        unit: 1,
        first: true,
        packets: 1,
        bytes: 66,
        requests: 1,
        responses: 0,
        exceptions: 0,
        low: 0,
        high: 5,
        latencyMs: Number.NaN,
      },
    ]);
    tap.flush(1_000);
    expect(traffic()).toEqual([
      {
        type: 'wire-traffic',
        tap: 'span',
        time: 1_000,
        ends: hmi,
        operation: 'FC3',
        unit: 1,
        first: false,
        packets: 7,
        bytes: 518,
        requests: 3,
        responses: 4,
        exceptions: 1,
        low: 10,
        high: 35,
        latencyMs: 1.5,
      },
    ]);
    tap.flush(2_000);
    expect(traffic()).toEqual([]);
  });

  it('of a connection is new once, before and after its protocol is known', () => {
    const { meter: tap, traffic } = meter();
    const early: WireEnds = { ...hmi, protocol: 'tcp' };
    tap.packet(early, 'client', 60, { time: 0, number: 1 });
    tap.packet(hmi, 'server', 60, { time: 1, number: 2 });
    tap.flush(1_000);
    expect(traffic()).toMatchObject([
      { ends: early, operation: '', first: true, packets: 1 },
      { ends: hmi, operation: '', first: false, packets: 1 },
    ]);
  });

  it('adds up to a plain count of all packets, for any order and any periods', () => {
    const step = fc.record({
      client: fc.integer({ min: 0, max: 3 }),
      bytes: fc.integer({ min: 60, max: 1500 }),
      messages: fc.array(
        fc.record({
          kind: fc.constantFrom('request', 'response', 'other'),
          operation: fc.constantFrom('FC1', 'FC3', 'FC16'),
          low: fc.integer({ min: 0, max: 50 }),
          latencyMs: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
          refused: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
      flush: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(3, 1000), (steps, rows) => {
        const { meter: tap, events } = meter({ rows });
        const clients = [0, 1, 2, 3].map((i) => ends(`10.0.1.${i}`));
        const twin = new Map<
          string,
          { packets: number; bytes: number; requests: number; responses: number; exceptions: number; low: number; high: number }
        >();
        const latencies: { key: string; value: number; period: number }[] = [];
        let period = 0;
        steps.forEach(({ client, bytes, messages, flush }, i) => {
          const between = clients[client] ?? hmi;
          const at = { time: i, number: i + 1 };
          tap.packet(between, 'client', bytes, at);
          const report = tap.reportFor(between);
          const count = (operation: string, packet: boolean) => {
            const key = `${between.client} ${operation}`;
            const sums = twin.get(key) ?? {
              packets: 0,
              bytes: 0,
              requests: 0,
              responses: 0,
              exceptions: 0,
              low: Infinity,
              high: -Infinity,
            };
            twin.set(key, sums);
            if (packet) sums.packets++;
            if (packet) sums.bytes += bytes;
            return sums;
          };
          if (messages.length === 0) count('', true);
          messages.forEach(({ kind, operation, low, latencyMs, refused }, nth) => {
            const range = kind === 'request' ? { low, high: low + 2 } : {};
            report.message({ from: 'client', kind, operation, refused, latencyMs, ...range }, at);
            const sums = count(operation, nth === 0);
            if (kind === 'request') {
              sums.requests++;
              sums.low = Math.min(sums.low, low);
              sums.high = Math.max(sums.high, low + 2);
            }
            if (kind !== 'response') return;
            sums.responses++;
            if (refused) sums.exceptions++;
            if (latencyMs !== undefined) latencies.push({ key: `${between.client} ${operation}`, value: latencyMs, period });
          });
          if (!flush) return;
          tap.flush(i);
          period++;
        });
        tap.flush(steps.length);
        const told = new Map<
          string,
          { packets: number; bytes: number; requests: number; responses: number; exceptions: number; low: number; high: number }
        >();
        const firsts = new Map<string, number>();
        for (const event of events) {
          if (event.type !== 'wire-traffic') continue;
          const key = `${event.ends.client} ${event.operation}`;
          const sums = told.get(key) ?? {
            packets: 0,
            bytes: 0,
            requests: 0,
            responses: 0,
            exceptions: 0,
            low: Infinity,
            high: -Infinity,
          };
          told.set(key, sums);
          for (const what of ['packets', 'bytes', 'requests', 'responses', 'exceptions'] as const) sums[what] += event[what];
          if (!Number.isNaN(event.low)) sums.low = Math.min(sums.low, event.low);
          if (!Number.isNaN(event.high)) sums.high = Math.max(sums.high, event.high);
          if (event.first) firsts.set(key, (firsts.get(key) ?? 0) + 1);
        }
        expect(told).toEqual(twin);
        if (rows === 1000) expect([...firsts.values()].every((times) => times === 1)).toBe(true);
        expect(firsts.size).toBe(twin.size);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('reports the median latency of a period', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 255 }), (latencies) => {
        const { meter: tap, traffic } = meter();
        const report = tap.reportFor(hmi);
        report.message(request(), { time: 0, number: 1 });
        for (const latency of latencies) report.message(response(latency), { time: 0, number: 1 });
        tap.flush(1_000);
        const sorted = latencies.toSorted((a, b) => a - b);
        const at = (i: number): number => sorted[i] ?? Number.NaN;
        const middle = sorted.length >> 1;
        expect(traffic().at(-1)?.latencyMs).toBe(sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2);
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it('with a period of 0 gives one event for each packet, or one for each message that it completes', () => {
    const { meter: tap, traffic } = meter({ periodMs: 0 });
    const report = tap.reportFor(hmi);
    const packet = (messages: readonly WireMessage[], number: number) => {
      tap.packet(hmi, 'client', 60, { time: number, number });
      for (const message of messages) report.message(message, { time: number, number });
      tap.flush(number);
      return traffic();
    };
    expect(packet([], 1)).toMatchObject([{ operation: '', first: true, packets: 1, bytes: 60, time: 1 }]);
    expect(packet([], 2)).toMatchObject([{ operation: '', first: false, packets: 1, time: 2 }]);
    expect(packet([request(), request('FC4')], 3)).toMatchObject([
      { operation: 'FC3', first: true, packets: 1, bytes: 60, requests: 1, low: 0 },
      { operation: 'FC4', first: true, packets: 0, bytes: 0, requests: 1 },
    ]);
    expect(packet([response(4)], 4)).toMatchObject([
      { operation: 'FC3', first: false, packets: 1, responses: 1, requests: 0, latencyMs: 4 },
    ]);
  });
});

describe('faults', () => {
  it('of one kind are reported once and then counted', () => {
    const { meter: tap, faults } = meter();
    const report = tap.reportFor(hmi);
    const fault = (detail: string) =>
      report.fault({ fault: 'exception', operation: 'FC3', unit: 1, detail }, { time: 5, number: 1 });
    for (let i = 0; i < 100; i++) fault('exception 2');
    fault('exception 4');
    expect(faults().map(({ detail }) => detail)).toEqual(['exception 2', 'exception 4']);
    tap.flush(1_000);
    expect(faults()).toMatchObject([
      { time: 1_000, fault: 'exception', operation: 'FC3', unit: 1, detail: 'exception 2 (99 more)' },
    ]);
    fault('exception 2');
    expect(faults()).toEqual([]);
    tap.flush(2_000);
    expect(faults()).toMatchObject([{ detail: 'exception 2 (1 more)' }]);
    tap.flush(3_000);
    fault('exception 2');
    expect(faults()).toMatchObject([{ detail: 'exception 2', time: 5 }]);
  });

  it('with ever new details are aggregated too, and with a period of 0 each is reported', () => {
    const { meter: tap, faults } = meter();
    for (let i = 0; i < 100; i++)
      tap.reportFor(hmi).fault({ fault: 'malformed', operation: '', detail: `byte ${i}` }, { time: 0, number: 1 });
    expect(faults()).toHaveLength(8);
    tap.flush(1_000);
    expect(faults()).toMatchObject([{ detail: 'others of its kind (92)' }]);
    const each = meter({ periodMs: 0 });
    for (let i = 0; i < 3; i++)
      each.meter.reportFor(hmi).fault({ fault: 'malformed', operation: '', detail: 'x' }, { time: 0, number: 1 });
    expect(each.faults()).toHaveLength(3);
  });
});

describe('a meter', () => {
  it('passes on connections, writes and sessions, and reports losses once a period', () => {
    const { meter: tap, events } = meter();
    const at = { time: 3, number: 1 };
    tap.connection(hmi, 'opened', at);
    tap.reportFor(hmi).write({ operation: 'FC6', unit: 1, target: 'holding 3', after: 4, accepted: true }, at);
    tap.reportFor(hmi).session({ policy: 'None', mode: 'None', token: '', applicationUri: '' }, at);
    tap.loss(3, 4);
    tap.loss(4, 5);
    tap.flush(1_000);
    expect(events.map(({ type }) => type)).toEqual(['wire-connection', 'wire-write', 'wire-session', 'wire-loss']);
    expect(events.at(-1)).toEqual({ type: 'wire-loss', tap: 'span', time: 1_000, dropped: 7 });
    expect(events[1]).toMatchObject({ tap: 'span', time: 3, ends: hmi });
  });

  it('reports a flood of new conversations by a sample and a sum, and the omitted ones later', () => {
    const { meter: tap, traffic } = meter({ mostNew: 10 });
    for (let i = 0; i < 100; i++) tap.packet(ends(`10.1.0.${i}`), 'client', 60, { time: i, number: i + 1 });
    tap.flush(1_000);
    const told = traffic();
    expect(told.filter(({ first }) => first)).toHaveLength(10);
    expect(told.filter((event) => event.ends.client === '*').reduce((sum, { packets }) => sum + packets, 0)).toBe(90);
    expect(tap.counts().summedElsewhere).toBe(90);
    tap.packet(ends('10.1.0.99'), 'client', 60, { time: 1_001, number: 101 });
    tap.flush(2_000);
    expect(traffic()).toMatchObject([{ ends: { client: '10.1.0.99' }, first: true, packets: 1 }]);
  });
});
