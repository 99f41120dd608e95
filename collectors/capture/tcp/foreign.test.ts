import { expect, it } from 'vitest';
import { ipv4, tcp } from '../../../test/support/packets.ts';
import { TagTable } from '../../../src/core/tag.ts';
import type { WireEvent, WireFaultEvent } from '../../../src/core/wire.ts';
import { AddressBook } from '../ends.ts';
import { streamProtocols } from '../protocols.ts';
import { Tap } from '../tap.ts';

const devices = [
  { name: 'plc1', type: 'modbus', config: { host: '10.0.0.2', port: 502 } },
  { name: 'ua1', type: 'opcua', config: { endpoint: 'opc.tcp://10.0.0.2:4840' } },
  { name: 'secure', type: 'modbus', config: { host: '10.0.0.2', port: 802, transport: 'tls' } },
  { name: 'broker', type: 'mqtt', config: { host: '10.0.0.2', port: 8_883 } },
];

/** Details of malformed messages of one connection. @param sides sender and bytes of each segment */
function faults(port: number, sides: readonly (readonly ['c' | 's', Buffer])[], isOpening = true): string[] {
  const found: WireFaultEvent[] = [];
  const take = (event: WireEvent): void => {
    if (event.type === 'wire-fault') found.push(event);
  };
  const book = new AddressBook(devices, {});
  const protocols = streamProtocols(new TagTable([]), devices);
  const tap = new Tap({ tap: 't', periodMs: 1_000, protocols, book, mostConnections: 10 }, take);
  const next = { c: 101, s: 501 };
  const send = (side: 'c' | 's', flags: number, payload: Buffer): void => {
    const isClient = side === 'c';
    const ports = isClient ? { sourcePort: 40_000, destinationPort: port } : { sourcePort: port, destinationPort: 40_000 };
    const [source, destination] = isClient ? ['10.0.0.1', '10.0.0.2'] : ['10.0.0.2', '10.0.0.1'];
    const sequence = (flags & 2) === 0 ? next[side] : next[side] - 1;
    const segment = tcp({ ...ports, sequence, acknowledged: next[isClient ? 's' : 'c'], flags }, payload);
    const bytes = ipv4({ source, destination, protocol: 6 }, segment);
    next[side] += payload.length;
    tap.packet({ bytes, start: 0, end: bytes.length, wireLength: bytes.length, linkType: 101, time: 0 }, 1_000);
  };
  if (isOpening)
    for (const [side, flags] of [
      ['c', 2],
      ['s', 18],
      ['c', 16],
    ] as const)
      send(side, flags, Buffer.alloc(0));
  for (const [side, payload] of sides) send(side, 24, payload);
  tap.end();
  return found.map(({ fault, ends, detail }) => `${ends.device} ${fault}: ${detail}`);
}

const text = (words: string): Buffer => Buffer.from(`${words}\r\n\r\n`);
/** Record of a ClientHello, RFC 8446. */
const hello = Buffer.concat([Buffer.from('16030100700100006c0303', 'hex'), Buffer.alloc(100, 0xa5)]);

it('reports another protocol on the port of a device, once per connection', () => {
  const page = [
    ['c', text('GET / HTTP/1.1')],
    ['s', text('HTTP/1.1 200 OK')],
    ['c', text('GET /a HTTP/1.1')],
  ] as const;
  expect(faults(502, page)).toEqual(['plc1 malformed: HTTP instead of Modbus']);
  expect(faults(502, page.slice(1, 2))).toEqual(['plc1 malformed: HTTP instead of Modbus']);
  const shell = [
    ['s', text('SSH-2.0-OpenSSH_9.6')],
    ['c', text('SSH-2.0-Go')],
  ] as const;
  expect(faults(502, shell)).toEqual(['plc1 malformed: SSH instead of Modbus']);
  expect(faults(4_840, shell)).toEqual(['ua1 malformed: SSH instead of OPC UA']);
  expect(faults(502, [['c', hello]])).toEqual(['plc1 malformed: TLS instead of Modbus']);
  expect(faults(4_840, [['c', hello]])).toEqual(['ua1 malformed: TLS instead of OPC UA']);
  expect(faults(4_840, [['c', text('DELETE / HTTP/1.1')]])).toEqual(['ua1 malformed: HTTP instead of OPC UA']);
});

it('reports it of a connection that existed before the tap, if none of eight segments has the protocol of the device', () => {
  const page = ['c', text('POST /a HTTP/1.1')] as const;
  const other = ['s', text('<html> and so on')] as const;
  expect(faults(502, [other, page, ...Array.from({ length: 6 }, () => other)], false)).toEqual([
    'plc1 malformed: HTTP instead of Modbus',
  ]);
  expect(faults(502, [page, other], false)).toEqual([]);
});

it('reports nothing on ports that are no device, that have a protocol of their own, or that use TLS', () => {
  expect(faults(80, [['c', text('GET / HTTP/1.1')]])).toEqual([]);
  expect(faults(8_883, [['c', hello]])).toEqual([]);
  expect(faults(802, [['c', hello]])).toEqual([]);
  expect(faults(802, [['c', text('GET / HTTP/1.1')]])).toEqual(['secure malformed: HTTP instead of Modbus']);
});

it('reports nothing of Modbus, whatever its transaction, and of unclear bytes', () => {
  for (const transaction of ['0001', '1603', '4745'])
    expect(faults(502, [['c', Buffer.from(`${transaction}00000006010300000001`, 'hex')]])).toEqual([]);
  expect(faults(502, [['c', text('hello, world')]])).toEqual([]);
});
