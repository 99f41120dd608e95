import { describe, expect, it } from 'vitest';
import { ipv4, tcp } from '../../../test/support/packets.ts';
import type { StreamProtocol } from '../decoder.ts';
import { AddressBook } from '../ends.ts';
import type { PacketRecord } from '../file/record.ts';
import { Tap } from '../tap.ts';
import { defaultLimits } from './reassembly.ts';

/** A protocol whose streams begin with `!`, and that records its calls. */
function recorder(ports: readonly number[] = []) {
  const told: string[] = [];
  const expectations: boolean[] = [];
  const protocol: StreamProtocol = {
    protocol: 'modbus',
    ports,
    recognise: (_, bytes, expected) => {
      expectations.push(expected);
      if (expected) return 'yes';
      return bytes.length < 2 ? 'more' : bytes[0] === 0x21 ? 'yes' : 'no';
    },
    create: ({ ends: { client, server, port } }) => {
      told.push(`${client} to ${server}:${port}`);
      return {
        data: (from, bytes, { number }) => void told.push(`${from} ${bytes.toString()} ${number}`),
        gap: (from, missing) => void told.push(`${from} gap ${missing}`),
        end: () => void told.push('end'),
      };
    },
  };
  return { protocol, told, expectations };
}

const flags = { f: 1, s: 2, r: 4, a: 16 } as const;
const host = (side: 'c' | 's'): string => (side === 'c' ? '10.0.0.1' : '10.0.0.2');

/** Sends packets such as `c sa 1 2 text`: side, flags, sequence, acknowledgement, payload. */
function network(options: { ports?: readonly number[]; port?: number; clientPort?: number; most?: number } = {}) {
  const { ports = [], port = 9_999, clientPort = 40_000, most = 100 } = options;
  const { protocol, told, expectations } = recorder(ports);
  const states: string[] = [];
  const faults: string[] = [];
  const traffic: string[] = [];
  let time = 1_000;
  const tap = new Tap(
    { tap: 't', periodMs: 0, protocols: [protocol], book: new AddressBook([], {}), mostConnections: most, limits: defaultLimits },
    (event) => {
      if (event.type === 'wire-connection') states.push(event.state);
      if (event.type === 'wire-fault') faults.push(event.fault);
      if (event.type === 'wire-traffic') traffic.push(`${event.ends.client} ${event.ends.protocol}`);
    },
  );
  const send = (line: string, from = clientPort): void => {
    const [side, letters = '', sequence, acknowledged, payload = ''] = line.split(' ') as ['c' | 's', ...string[]];
    const [sourcePort, destinationPort] = side === 'c' ? [from, port] : [port, from];
    const set = Array.from(letters).reduce((sum, letter) => sum | (flags[letter as keyof typeof flags] ?? 0), 0);
    const segment = { sourcePort, destinationPort, sequence: Number(sequence), acknowledged: Number(acknowledged), flags: set };
    const ip = { source: host(side), destination: host(side === 'c' ? 's' : 'c'), protocol: 6 };
    const bytes = ipv4(ip, tcp(segment, Buffer.from(payload)));
    const record: PacketRecord = { bytes, start: 0, end: bytes.length, wireLength: bytes.length, linkType: 101, time };
    tap.packet(record, time++);
  };
  const play = (...lines: string[]): void => lines.forEach((line) => send(line));
  return { tap, told, states, faults, traffic, expectations, send, play, wait: (ms: number) => tap.advance((time += ms)) };
}

const opening = ['c s 100 0', 's sa 500 101', 'c a 101 501'];
const talk = ['c a 101 501 !ask', 's a 501 105 !tell'];
const ending = ['c fa 105 506', 's fa 506 106', 'c a 106 507'];
const decoded = ['10.0.0.1 to 10.0.0.2:9999', 'client !ask 4', 'server !tell 5', 'end'];

describe('a connection', () => {
  it('opens, transfers data and closes', () => {
    const { told, states, play } = network();
    play(...opening, ...talk, ...ending);
    expect(states).toEqual(['opened', 'closed']);
    expect(told).toEqual(decoded);
  });

  it('closes at both ends at once', () => {
    const { states, play, told } = network();
    play(...opening, ...talk, 'c fa 105 506', 's fa 506 105', 'c a 106 507', 's a 507 106');
    expect(states).toEqual(['opened', 'closed']);
    expect(told).toEqual(decoded);
  });

  it('waits at its end for late segments', () => {
    const { told, play } = network();
    play(...opening, talk[0] ?? '', ending[0] ?? '', ending[1] ?? '', talk[1] ?? '', ending[2] ?? '');
    expect(told).toEqual(['10.0.0.1 to 10.0.0.2:9999', 'client !ask 4', 'server !tell 7', 'end']);
  });

  it('is refused, reset, or reset while it closes', () => {
    const refused = network();
    refused.play('c s 100 0', 's ra 0 101');
    expect(refused.states).toEqual(['refused']);
    const reset = network();
    reset.play(...opening, ...talk, 's r 506 0');
    expect(reset.states).toEqual(['opened', 'reset']);
    expect(reset.told).toEqual(decoded);
    const closing = network();
    closing.play(...opening, 'c fa 101 501', 's r 501 0');
    expect(closing.states).toEqual(['opened', 'closed']);
  });

  it('is not reset by a segment with a wrong sequence number', () => {
    const { states, play, told } = network();
    play(...opening, 's r 3000000000 0', ...talk);
    expect(states).toEqual(['opened']);
    expect(told).toEqual(['10.0.0.1 to 10.0.0.2:9999', 'client !ask 5', 'server !tell 6']);
  });

  it('opens again between the same ports', () => {
    const { told, states, play } = network();
    play(...opening, ...talk, ...ending, 'c s 9000 0', 's sa 7000 9001', 'c a 9001 7001 !new');
    expect(states).toEqual(['opened', 'closed', 'opened']);
    expect(told.slice(4)).toEqual(['10.0.0.1 to 10.0.0.2:9999', 'client !new 11']);
  });

  it('opens again if the end of the old one was never seen, or if the opening itself was lost', () => {
    const { told, states, play } = network();
    play(...opening, ...talk, 'c s 9000 0', 's sa 7000 9001', 'c a 9001 7001 !new');
    expect(told.slice(3)).toEqual(['end', '10.0.0.1 to 10.0.0.2:9999', 'client !new 8']);
    play('c a 2000000 1 !a', 'c a 2000002 1 !b', 'c a 2000004 1 !c', 'c a 2000006 1 !d');
    expect(states).toEqual(['opened', 'opened', 'seen']);
    expect(told.slice(6)).toEqual(['end', '10.0.0.1 to 10.0.0.2:9999', 'client !c 11', 'client !d 12']);
  });

  it('is not changed by a repeated opening', () => {
    const { told, states, play } = network();
    play('c s 100 0', 'c s 100 0', 's sa 500 101', 's sa 500 101', 'c a 101 501', ...talk, ...ending);
    expect(states).toEqual(['opened', 'closed']);
    expect(told).toEqual(['10.0.0.1 to 10.0.0.2:9999', 'client !ask 6', 'server !tell 7', 'end']);
  });

  it('continues after bytes that the tap has lost', () => {
    const { told, faults, play, wait, tap } = network();
    play(...opening, ...talk, 'c a 110 506 !more');
    expect(told).toHaveLength(3);
    wait(1_100);
    expect(told.slice(3)).toEqual(['client gap 5', 'client !more 6']);
    expect(faults).toEqual(['lost']);
    expect(tap.figures().get('tcp-missing-bytes')).toBe(5);
  });

  it('that was open before the capture is followed from the first readable segment', () => {
    const { told, states, play } = network();
    play('c a 300 800 rest', 's a 800 304 rest', 'c a 304 804 !ask', 's a 804 308 !tell');
    expect(states).toEqual(['seen']);
    expect(told).toEqual(['10.0.0.1 to 10.0.0.2:9999', 'client !ask 3', 'server !tell 4']);
  });

  it('of an unknown protocol is ignored after its first bytes, and one joined in the middle after several segments', () => {
    const { told, expectations, play } = network();
    play(...opening, 'c a 101 501 GET', 'c a 104 501 !ask', 's a 501 108 !tell');
    expect([told, expectations.length]).toEqual([[], 1]);
    const midst = network();
    for (let i = 0; i < 20; i++) midst.send(`c a ${100 + 4 * i} 1 none`);
    expect(midst.expectations).toHaveLength(8);
  });

  it('is recognised over single bytes, and each packet is counted by the protocol known by then', () => {
    const { told, traffic, play } = network();
    play(...opening, 'c a 101 501 !', 'c a 102 501 a');
    expect(told).toEqual(['10.0.0.1 to 10.0.0.2:9999', 'client ! 4', 'client a 5']);
    expect(traffic.filter((line) => line.endsWith('modbus')).length).toBeLessThanOrEqual(1);
  });

  it('reports once that bytes were retransmitted with different content', () => {
    const { tap, play, told, faults } = network();
    play(...opening, ...talk, 'c a 101 506 !ASK', 'c a 101 506 !ASK');
    expect(faults).toEqual(['malformed']);
    expect(told).toEqual(decoded.slice(0, 3));
    expect(tap.figures().get('tcp-conflicts')).toBe(2);
  });
});

describe('the client of a connection', () => {
  it.each<[string, Parameters<typeof network>[0], string, string]>([
    ['who opens it', {}, 'c s 1 0', '10.0.0.1 tcp'],
    ['whom the opening is confirmed to', {}, 's sa 1 1', '10.0.0.1 tcp'],
    ['whose peer has the port of a protocol', { port: 1502, ports: [1502] }, 's a 1 1', '10.0.0.1 tcp'],
    ['whose peer has a port of servers', { port: 80 }, 's a 1 1', '10.0.0.1 tcp'],
    ['else who is seen first', {}, 's a 1 1', '10.0.0.2 tcp'],
  ])('is %s', (_, options, packet, expected) => {
    const { traffic, send } = network(options);
    send(packet);
    expect(traffic.slice(0, 1)).toEqual([expected]);
  });
});

describe('the table', () => {
  it('evicts unused connections before used ones, and counts them', () => {
    const { tap, told, states, send } = network({ most: 50 });
    for (const line of [...opening, ...talk]) send(line);
    for (let port = 1; port <= 500; port++) {
      send('c s 1 0', 10_000 + port);
      if (port % 20 === 0) send('c a 105 506 ');
    }
    expect(tap.figures().get('connections')).toBe(50);
    expect(tap.figures().get('connections-evicted')).toBe(451);
    expect(states).toEqual(['opened']);
    expect(told).not.toContain('end');
    tap.end();
    expect(told.at(-1)).toBe('end');
  });
});
