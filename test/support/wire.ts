import { type Observation, observeEvent } from '../../src/core/observation.ts';
import type {
  WireConnectionEvent,
  WireEnds,
  WireFaultEvent,
  WireScanEvent,
  WireSessionEvent,
  WireTrafficEvent,
  WireWriteEvent,
} from '../../src/core/wire.ts';
import { tagOf, targetOf } from './detectors.ts';

/** A site with two controllers and a tap. The set-point's tag has index 0. */
export const target = targetOf([
  tagOf('CL.SP', { device: 'plc1', role: 'setpoint', unit: 'mg/L', decimals: 1 }),
  tagOf('RW.FT', { device: 'rtu2' }),
  tagOf('T', { device: 'tap' }),
]);

export const hmi = '10.0.0.5';
export const stranger = '10.0.0.66';

const servers: Readonly<Record<string, string>> = { plc1: '10.0.0.11', rtu2: '10.0.0.12' };

/** Ends of a client and a configured device or another address. */
export function ends(client: string, server: string, more: Partial<WireEnds> = {}): WireEnds {
  const device = servers[server] === undefined ? {} : { device: server };
  return { client, server: servers[server] ?? server, port: 502, protocol: 'modbus', ...device, ...more };
}

/** Stream time of a second of the test day. */
export const at = (second: number): number => Date.UTC(2026, 4, 5, 6) + Math.round(second * 1_000);

export const tick = (second: number): Observation => observeEvent({ type: 'tick', time: at(second) });

export function traffic(second: number, who: WireEnds, operation: string, more: Partial<WireTrafficEvent> = {}): Observation {
  return observeEvent({
    type: 'wire-traffic',
    time: at(second),
    tap: 'tap',
    ends: who,
    operation,
    unit: 1,
    first: false,
    packets: 2,
    bytes: 150,
    requests: operation === '' ? 0 : 1,
    responses: operation === '' ? 0 : 1,
    exceptions: 0,
    low: Number.NaN,
    high: Number.NaN,
    latencyMs: 4,
    ...more,
  });
}

export function write(second: number, who: WireEnds, more: Partial<WireWriteEvent> = {}): Observation {
  const event = { operation: 'FC6', unit: 1, target: 'holding 12', tag: 0, before: 2, after: 11, accepted: true };
  return observeEvent({ type: 'wire-write', time: at(second), tap: 'tap', ends: who, ...event, ...more });
}

export const scan = (second: number, who: WireEnds, what: WireScanEvent['what'], count: number, detail = ''): Observation =>
  observeEvent({ type: 'wire-scan', time: at(second), tap: 'tap', ends: who, what, count, detail });

export function session(second: number, who: WireEnds, more: Partial<WireSessionEvent> = {}): Observation {
  const event = { policy: 'Basic256Sha256', mode: 'SignAndEncrypt', token: 'UserName', applicationUri: 'urn:hmi' } as const;
  return observeEvent({ type: 'wire-session', time: at(second), tap: 'tap', ends: who, ...event, ...more });
}

export const fault = (second: number, who: WireEnds, what: WireFaultEvent['fault'], detail = 'exception 2'): Observation =>
  observeEvent({ type: 'wire-fault', time: at(second), tap: 'tap', ends: who, fault: what, operation: 'FC3', unit: 1, detail });

/** An IP address states its hardware address in ARP. */
export const address = (second: number, host: string, hardware: string, before?: string): Observation => {
  const { server, device } = ends(host, host);
  const who = { client: server, server, port: 0, protocol: 'arp', device } as const;
  return observeEvent({ type: 'wire-address', time: at(second), tap: 'tap', ends: who, address: hardware, before });
};

export const connection = (second: number, who: WireEnds, state: WireConnectionEvent['state']): Observation =>
  observeEvent({ type: 'wire-connection', time: at(second), tap: 'tap', ends: who, state });

/** The HMI polls both controllers every five seconds and changes the set-point every ten minutes. */
export function normalTraffic(seconds: number, from = 0): Observation[] {
  const all: Observation[] = [];
  for (let second = from; second < from + seconds; second += 5) {
    all.push(traffic(second, ends(hmi, 'plc1'), 'FC3', { low: 0, high: 40 }));
    all.push(traffic(second + 0.2, ends(hmi, 'plc1'), 'FC1', { low: 0, high: 15 }));
    all.push(traffic(second + 1, ends(hmi, 'rtu2'), 'FC3', { low: 100, high: 120 }));
    if (second % 600 === 300) {
      all.push(traffic(second + 2, ends(hmi, 'plc1'), 'FC6', { low: 12, high: 12 }));
      all.push(write(second + 2, ends(hmi, 'plc1'), { before: 2, after: 2.1 }));
    }
  }
  return all;
}
