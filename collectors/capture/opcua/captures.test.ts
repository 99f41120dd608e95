import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { WireEvent } from '../../../src/core/wire.ts';
import { opcuaByTap, opcuaByTshark, opcuaEvents, otherByTshark } from '../../../test/support/opcua-counts.ts';
import { requirePeer } from '../../../test/support/peers.ts';

/** Test traces of CISA's ICSNPP parser, and a capture that made Wireshark hang. Their licences are in the folder. */
const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));
const captures = [
  ...readdirSync(`${folder}icsnpp`)
    .filter((name) => /^(opcua|open62541|python|pending)/.test(name))
    .map((name) => `icsnpp/${name}`),
  'iti/opc-ua-ap-method-wireshark-freeze.pcap.gz',
];

const patienceMs = 25_000;
const eventsOf = (capture: string) => opcuaEvents(`${folder}${capture}`, AbortSignal.timeout(patienceMs));

describe('a capture is decoded as by tshark', () => {
  it.for(captures)('%s', async (capture, test) => {
    const tshark = requirePeer('tshark', test).path;
    const ours = await opcuaByTap(`${folder}${capture}`, AbortSignal.timeout(patienceMs));
    expect(ours.size).toBeGreaterThan(2);
    expect(ours).toEqual(await opcuaByTshark(tshark, `${folder}${capture}`));
  });

  it('differs only for stated reasons', () => {
    const known = new Set(captures.map((capture) => basename(capture, '.gz')));
    expect(Object.keys(otherByTshark).filter((capture) => !known.has(capture))).toEqual([]);
  });
});

/** Events of one type, without the fields that all events have. */
const of = <T extends WireEvent['type']>(events: readonly WireEvent[], type: T): Partial<Extract<WireEvent, { type: T }>>[] =>
  events
    .filter((event): event is Extract<WireEvent, { type: T }> => event.type === type)
    .map((event) => {
      const rest: Partial<Extract<WireEvent, { type: T }>> = { ...event };
      for (const key of ['type', 'time', 'tap', 'ends'] as const) delete (rest as Record<string, unknown>)[key];
      return rest;
    });

describe('in captures from other projects', () => {
  it('the one that made Wireshark hang contains two malformed calls', async () => {
    const events = await eventsOf('iti/opc-ua-ap-method-wireshark-freeze.pcap.gz');
    expect(of(events, 'wire-fault').map(({ fault, operation }) => `${fault} ${operation}`)).toEqual([
      'malformed Call',
      'exception Error',
      'malformed Call',
      'exception Error',
    ]);
  });

  it('a session whose handshake was missed is decoded', async () => {
    const events = await eventsOf('icsnpp/open62541_client-server_mainloop-no-handshake.pcap.gz');
    expect(of(events, 'wire-session')).toEqual([
      { policy: '', mode: 'None', token: 'UserName', applicationUri: 'urn:unconfigured:application', user: 'user1' },
    ]);
    expect(of(events, 'wire-write')).toEqual([
      { operation: 'Write', target: 'ns=1;s=the.answer', after: 1, accepted: false },
      { operation: 'Write', target: 'ns=1;s=the.answer', after: 2, accepted: false },
      { operation: 'Call', target: 'i=85 → ns=1;i=62541', after: '(Hello Server)', accepted: false },
    ]);
    const faults = of(events, 'wire-fault').filter(({ fault }) => fault !== 'exception');
    expect(faults).toEqual([]);
  });

  it('encrypted and signed channels are distinguished, and the client is identified by its certificate', async () => {
    const encrypted = await eventsOf('icsnpp/open62541_client-server_encrypted.pcap.gz');
    expect(of(encrypted, 'wire-session').at(-1)).toEqual({
      policy: 'Basic128Rsa15',
      mode: 'SignAndEncrypt',
      token: '',
      applicationUri: 'urn:unconfigured:application',
      certificate: '85ef235574b9ee5b514de6d99728bfc880cc7d5c',
    });
    const signed = await eventsOf('icsnpp/python_opcua-client-server_encrypted.pcap.gz');
    expect(of(signed, 'wire-session').at(-1)).toMatchObject({
      policy: 'Basic256Sha256',
      mode: 'Sign',
      token: 'Anonymous',
      applicationUri: 'urn:freeopcua:client',
    });
  });

  it('diagnostics, all value types and a gap in the stream are not faults', async () => {
    const quiet = captures.filter((name) => !name.startsWith('iti/'));
    const faults = await Promise.all(quiet.map(async (name) => of(await eventsOf(name), 'wire-fault')));
    expect(faults.flat().filter(({ fault }) => fault === 'malformed' || fault === 'unmatched')).toEqual([]);
  });
});
