import { expect, it } from 'vitest';
import { ethernet } from '../../test/support/packets.ts';
import type { WireAddressEvent, WireEvent } from '../../src/core/wire.ts';
import { AddressBook } from './ends.ts';
import { Tap } from './tap.ts';

const own = '00:0c:29:00:00:01';
const other = '00:0c:29:00:00:02';
const book = new AddressBook(
  [
    { name: 'plc1', type: 'modbus', config: { host: '10.0.0.11', port: 502 } },
    { name: 'plc2', type: 'modbus', config: { host: '10.0.0.11', port: 503 } },
  ],
  {},
);

/** ARP for IPv4 over Ethernet (RFC 826). @param operation 1 request, 2 reply */
function arp(ip: string, address: string, { operation = 2, target = '10.0.0.1' } = {}) {
  const ipBytes = (text: string): Buffer => Buffer.from(text.split('.').map(Number));
  const bytes = ethernet(
    0x0806,
    Buffer.concat([
      Buffer.from([0, 1, 8, 0, 6, 4, 0, operation]),
      Buffer.from(address.replaceAll(':', ''), 'hex'),
      ipBytes(ip),
      Buffer.alloc(6),
      ipBytes(target),
    ]),
  );
  return { linkType: 1, time: 0, bytes, start: 0, end: bytes.length, wireLength: bytes.length };
}

function tapOf(periodMs = 1_000): { readonly events: WireAddressEvent[]; readonly tap: Tap } {
  const events: WireAddressEvent[] = [];
  const take = (event: WireEvent): void => {
    if (event.type === 'wire-address') events.push(event);
  };
  return { events, tap: new Tap({ tap: 't', periodMs, protocols: [], book, mostConnections: 20 }, take) };
}

it('reports the first hardware address of an IP address and each change, with the device', () => {
  const { events, tap } = tapOf();
  tap.packet(arp('10.0.0.11', own), 1_000);
  tap.packet(arp('10.0.0.11', own, { operation: 1 }), 2_000);
  // an announcement
  tap.packet(arp('10.0.0.11', other, { operation: 1, target: '10.0.0.11' }), 3_000);
  tap.packet(arp('10.0.0.12', own), 4_000);
  const ends = { client: '10.0.0.11', server: '10.0.0.11', port: 0, protocol: 'arp', device: 'plc1' };
  expect(events).toEqual([
    { type: 'wire-address', time: 1_000, tap: 't', ends, address: own, before: undefined },
    { type: 'wire-address', time: 3_000, tap: 't', ends, address: other, before: own },
    expect.objectContaining({ time: 4_000, ends: { ...ends, client: '10.0.0.12', server: '10.0.0.12', device: undefined } }),
  ]);
});

it('ignores probes, addresses that no host has, and other operations', () => {
  const { events, tap } = tapOf();
  tap.packet(arp('0.0.0.0', own, { operation: 1, target: '10.0.0.11' }), 1_000);
  for (const address of ['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01'])
    tap.packet(arp('10.0.0.11', address), 2_000);
  tap.packet(arp('10.0.0.11', own, { operation: 8 }), 3_000);
  expect(events).toEqual([]);
});

it('reports at most a hundred in a period, and the others when they are seen again', () => {
  const { events, tap } = tapOf();
  const flood = (second: number): void => {
    for (let i = 0; i < 150; i++) tap.packet(arp(`10.1.0.${i}`, own), second * 1_000);
  };
  flood(1);
  expect(events).toHaveLength(100);
  expect(tap.figures().get('meter-addresses-unreported')).toBe(50);
  flood(3);
  expect(events).toHaveLength(150);
  const all = tapOf(0);
  for (let i = 0; i < 40_000; i++) all.tap.packet(arp(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, own), 1_000);
  expect(all.events).toHaveLength(40_000);
  expect(all.tap.figures().get('addresses-evicted')).toBeGreaterThan(20_000);
});
