import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TagTable } from '../../../src/core/tag.ts';
import type { WireEvent } from '../../../src/core/wire.ts';
import { requirePeer } from '../../../test/support/peers.ts';
import { readCapture } from '../replay.ts';
import { standardService } from './services.ts';

/** Test traces of CISA's ICSNPP parser, and the capture that froze Wireshark. Their licences are in the folder. */
const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));
const captures = [
  ...readdirSync(`${folder}icsnpp`)
    .filter((name) => /^(opcua|open62541|python|pending)/.test(name))
    .map((name) => `icsnpp/${name}`),
  'iti/opc-ua-ap-method-wireshark-freeze.pcap.gz',
];

type Counts = Record<string, readonly [requests: number, responses: number]>;

/** Where tshark's counts are not ours, and why. What is here is added to its counts before they are compared. */
const exceptions: Readonly<Record<string, { readonly why: string; readonly more: Counts }>> = {
  'open62541_client-server_encrypted.pcap.gz': {
    why: 'tshark names a service only where it can read it; the second channel is opened and closed in messages that are encrypted',
    more: { OpenSecureChannel: [1, 1], CloseSecureChannel: [1, 0] },
  },
  'python_opcua-client-server_encrypted.pcap.gz': {
    why: 'the same of the opening of a channel that only signs afterwards',
    more: { OpenSecureChannel: [1, 1] },
  },
  'open62541_client-server_mainloop-ActivateSession-diagInfo.pcap.gz': {
    why: 'a ServiceFault is a kind of its own for tshark, and the answer to its request for us',
    more: { Publish: [0, 20], ServiceFault: [0, -20] },
  },
};

async function eventsOf(capture: string): Promise<WireEvent[]> {
  const options = { tap: 'file', tags: new TagTable([]), devices: [], periodMs: 0 };
  const all: WireEvent[] = [];
  for await (const { events } of readCapture(`${folder}${capture}`, options, AbortSignal.timeout(25_000))) all.push(...events);
  return all.filter((event) => 'ends' in event && event.ends.protocol === 'opcua');
}

/** Requests and responses by operation. */
function counted(events: readonly WireEvent[]): Counts {
  const counts: Record<string, [number, number]> = {};
  for (const event of events) {
    if (event.type !== 'wire-traffic' || event.operation === '') continue;
    const count = (counts[event.operation] ??= [0, 0]);
    count[0] += event.requests;
    count[1] += event.responses;
  }
  return counts;
}

/** The same of tshark, with the transport's messages by their type. */
async function refereed(tshark: string, capture: string): Promise<{ services: Counts; types: Record<string, number> }> {
  const ports = [4840, 48_010, 12_001].flatMap((port) => ['-d', `tcp.port==${port},opcua`]);
  const fields = ['transport.type', 'transport.chunk', 'servicenodeid.numeric'].flatMap((field) => ['-e', `opcua.${field}`]);
  const args = ['-n', '-r', `${folder}${capture}`, ...ports, '-Y', 'opcua', '-T', 'fields', ...fields];
  const { stdout } = await promisify(execFile)(tshark, args);
  const services: Record<string, [number, number]> = {};
  const types: Record<string, number> = {};
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const [type = [], chunk = [], ids = []] = line.split('\t').map((values) => values.split(',').filter((value) => value !== ''));
    type.forEach((name, row) => {
      // A message of several chunks is one message.
      if (chunk[row] === 'F') types[name] = (types[name] ?? 0) + 1;
    });
    for (const id of ids) {
      const service = standardService(`i=${id}`);
      const count = (services[service?.operation ?? id] ??= [0, 0]);
      count[service?.kind === 'request' ? 0 : 1]++;
    }
  }
  return { services, types };
}

const sum = (...counts: readonly (readonly [requests: number, responses: number])[]): number =>
  counts.reduce((all, [requests, responses]) => all + requests + responses, 0);

describe('a capture is read as tshark reads it', () => {
  it.for(captures)('%s', async (capture, test) => {
    const tshark = requirePeer('tshark', test).path;
    const events = await eventsOf(capture);
    const { services, types } = await refereed(tshark, capture);
    const { Hello: hello = [0, 0], encrypted, Error: _, MSG: unread, ...named } = counted(events);
    const expected: Record<string, Counts[string]> = { ...services };
    for (const [operation, [requests, responses]] of Object.entries(exceptions[basename(capture)]?.more ?? {})) {
      const [theirRequests, theirResponses] = expected[operation] ?? [0, 0];
      if (theirResponses + responses === 0 && theirRequests + requests === 0) delete expected[operation];
      else expected[operation] = [theirRequests + requests, theirResponses + responses];
    }
    expect([named, unread]).toEqual([expected, undefined]);

    const { OpenSecureChannel: opened = [0, 0] as const, CloseSecureChannel: closed = [0, 0], ...messages } = named;
    const errors = events.filter((event) => event.type === 'wire-fault' && event.operation === 'Error').length;
    const ours = {
      HEL: hello[0],
      ACK: hello[1],
      OPN: sum(opened),
      MSG: sum(...Object.values(messages), encrypted ?? [0, 0]),
      CLO: closed[0],
      ERR: errors,
    };
    expect(Object.fromEntries(Object.entries(ours).filter(([, count]) => count > 0))).toEqual(types);
  });
});

/** The events of one type, without what they all have. */
const of = <T extends WireEvent['type']>(events: readonly WireEvent[], type: T): Partial<Extract<WireEvent, { type: T }>>[] =>
  events
    .filter((event): event is Extract<WireEvent, { type: T }> => event.type === type)
    .map((event) => {
      const rest: Partial<Extract<WireEvent, { type: T }>> = { ...event };
      for (const key of ['type', 'time', 'tap', 'ends'] as const) delete (rest as Record<string, unknown>)[key];
      return rest;
    });

describe('in captures of others', () => {
  it('the one that froze Wireshark is two malformed calls', async () => {
    const events = await eventsOf('iti/opc-ua-ap-method-wireshark-freeze.pcap.gz');
    expect(of(events, 'wire-fault').map(({ fault, operation }) => `${fault} ${operation}`)).toEqual([
      'malformed Call',
      'exception Error',
      'malformed Call',
      'exception Error',
    ]);
  });

  it('a session whose handshake was missed is read', async () => {
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

  it('encryption and signatures are told apart, with the client by its certificate', async () => {
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

  it('diagnostics, all types of values and a hole in the stream are no faults', async () => {
    const quiet = captures.filter((name) => !name.startsWith('iti/'));
    const faults = await Promise.all(quiet.map(async (name) => of(await eventsOf(name), 'wire-fault')));
    expect(faults.flat().filter(({ fault }) => fault === 'malformed' || fault === 'unmatched')).toEqual([]);
  });
});
