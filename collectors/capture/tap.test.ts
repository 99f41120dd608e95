import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { TagTable } from '../../src/core/tag.ts';
import type { WireEvent } from '../../src/core/wire.ts';
import { AddressBook } from './ends.ts';
import { CaptureReader } from './file/reader.ts';
import type { PacketRecord } from './file/record.ts';
import { streamProtocols } from './protocols.ts';
import { fileSource } from './sources/file.ts';
import { Tap } from './tap.ts';

const captures = [
  'iti/modbusSmall',
  'iti/modbus_test_data_part2',
  'iti/fuzz-72',
  'icsnpp/open62541_browse_next',
  'icsnpp/opcua_with-gap',
];

async function recordsOf(name: string): Promise<PacketRecord[]> {
  const path = fileURLToPath(new URL(`./fixtures/${name}.pcap.gz`, import.meta.url));
  await using source = await fileSource(path).open(new AbortController().signal);
  const reader = new CaptureReader(path, 'config');
  const records: PacketRecord[] = [];
  for await (const chunk of source.chunks()) {
    reader.push(chunk);
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      const bytes = Buffer.from(record.bytes.subarray(record.start, record.end));
      records.push({ ...record, bytes, start: 0, end: bytes.length });
    }
  }
  return records;
}

const all = (await Promise.all(captures.map(recordsOf))).flat();

/** Packets after a bad link: some lost, repeated, out of order, changed or truncated. */
function spoiled(random: Random): PacketRecord[] {
  const records: PacketRecord[] = [];
  for (const record of all) {
    const fate = random.next();
    if (fate < 0.03) continue;
    const bytes = Buffer.from(record.bytes);
    if (fate < 0.25)
      for (let i = random.integer(0, 3); i >= 0; i--) bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
    const end = fate > 0.95 ? random.integer(0, bytes.length - 1) : bytes.length;
    const copy = { ...record, bytes, end };
    records.push(copy);
    if (fate > 0.9) records.splice(Math.max(0, records.length - random.integer(0, 11)), 0, copy);
  }
  return records;
}

describe('a tap on a bad link', () => {
  it.each([1, 2, 3, 4, 5, 6])('counts every packet, throws nothing and stays within its bounds (seed %i)', (seed) => {
    const records = spoiled(new Random(seed));
    const limits = { streamBytes: 20_000, streamParts: 16, totalBytes: 50_000, patienceMs: 200 };
    const events: WireEvent[] = [];
    const protocols = streamProtocols(new TagTable([]), []);
    const options = { tap: 't', periodMs: 1_000, protocols, book: new AddressBook([], {}), mostConnections: 20, limits };
    const tap = new Tap(options, (event) => events.push(event));
    let last = 0;
    for (const record of records) {
      const { time } = tap.packet(record, record.time);
      expect(time).toBeGreaterThanOrEqual(last);
      last = time;
      const figures = tap.figures();
      expect(figures.get('tcp-held-bytes')).toBeLessThanOrEqual(50_000);
      expect(figures.get('connections')).toBeLessThanOrEqual(20);
    }
    tap.end();
    expect(tap.figures().get('packets')).toBe(records.length);
    expect(tap.figures().get('tcp-held-bytes')).toBe(0);
    const packets = events.reduce((sum, event) => sum + (event.type === 'wire-traffic' ? event.packets : 0), 0);
    expect(packets).toBe(records.length);
    expect(tap.figures().get('connections-evicted')).toBeGreaterThan(0);
  });

  it('reports packets that were dropped before it, once', () => {
    const events: WireEvent[] = [];
    const options = { tap: 't', periodMs: 1_000, protocols: [], book: new AddressBook([], {}), mostConnections: 20 };
    const tap = new Tap(options, (event) => events.push(event));
    tap.advance(5_000);
    for (const total of [0, 7, 7, 9]) tap.lost(total);
    tap.advance(6_000);
    tap.advance(7_000);
    expect(events).toEqual([{ type: 'wire-loss', tap: 't', time: 6_000, dropped: 9 }]);
  });
});
