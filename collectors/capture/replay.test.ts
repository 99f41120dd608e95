import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { pcap } from '../../test/support/packets.ts';
import { requirePeer } from '../../test/support/peers.ts';
import { TagTable } from '../../src/core/tag.ts';
import type { WireEvent } from '../../src/core/wire.ts';
import { readCapture, type ReplayedPacket } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'scadawatch-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const replay = (path: string, periodMs = 0) =>
  readCapture(path, { tap: 'TAP', tags: new TagTable([]), devices: [], periodMs }, new AbortController().signal);

async function replayed(path: string, periodMs = 0): Promise<ReplayedPacket[]> {
  const packets: ReplayedPacket[] = [];
  for await (const packet of replay(path, periodMs)) packets.push(packet);
  return packets;
}

const eventsOf = (packets: readonly ReplayedPacket[]): WireEvent[] => packets.flatMap(({ events }) => events);

describe('a replayed capture', () => {
  it('yields every packet in order, with events that are not later than the packet', async () => {
    const packets = await replayed(fixture('iti/mb2.pcap.gz'));
    expect(packets.map(({ stamp }) => stamp.number)).toEqual(Array.from({ length: 13_472 }, (_, i) => i + 1));
    let last = 0;
    for (const { stamp, events } of packets) {
      expect(stamp.time).toBeGreaterThanOrEqual(last);
      last = stamp.time;
      for (const { time } of events) expect(time).toBeLessThanOrEqual(stamp.time);
    }
    const traffic = eventsOf(packets).filter((event) => event.type === 'wire-traffic');
    expect(traffic.reduce((sum, event) => sum + event.packets, 0)).toBe(13_472);
  });

  it('is the same every time', async () => {
    const name = fixture('iti/modbus_test_data_part2.pcap.gz');
    expect(await replayed(name, 1_000)).toEqual(await replayed(name, 1_000));
  });

  it('loses no packet in the aggregates', async () => {
    const packets = eventsOf(await replayed(fixture('iti/modbusSmall.pcap.gz'), 1_000));
    expect(packets.reduce((sum, event) => sum + (event.type === 'wire-traffic' ? event.packets : 0), 0)).toBe(166);
  });

  it('that is truncated yields all packets before the end, and then reports the offset', async () => {
    const path = join(folder, 'cut.pcap');
    const bytes = Buffer.alloc(60, 7);
    writeFileSync(path, pcap(Array.from({ length: 5 }, (_, i) => ({ time: 1_000 + i, bytes }))).subarray(0, -1));
    const numbers: number[] = [];
    const reading = (async () => {
      for await (const { stamp } of replay(path)) numbers.push(stamp.number);
    })();
    await expect(reading).rejects.toThrow('byte 328: the end, 75 bytes into what was not complete');
    expect(numbers).toEqual([1, 2, 3, 4]);
  });
});

describe('tshark and the whole path', () => {
  const run = promisify(execFile);
  const captures = ['ModbusTCP', 'mb2', 'modbusSmall', 'modbus_test', 'modbus_test_2', 'modbus_test_data_part1'];

  it.for(captures)('count the same Modbus functions in %s', async (name, test) => {
    const { path } = requirePeer('tshark', test);
    const file = fixture(`iti/${name}.pcap.gz`);
    const args = [
      '-n',
      '-o',
      'tcp.reassemble_out_of_order:TRUE',
      '-r',
      file,
      '-Y',
      'modbus',
      '-T',
      'fields',
      '-E',
      'separator=|',
      '-e',
      'modbus.func_code',
    ];
    const { stdout } = await run(path, args, { maxBuffer: 64 << 20 });
    const byTshark = new Map<string, number>();
    for (const code of stdout.split(/[\n,]/).filter((text) => text !== '')) {
      const operation = `FC${Number(code) & 0x7f}`;
      byTshark.set(operation, (byTshark.get(operation) ?? 0) + 1);
    }
    const byTap = new Map<string, number>();
    for (const event of eventsOf(await replayed(file))) {
      if (event.type !== 'wire-traffic' || event.ends.protocol !== 'modbus' || event.requests + event.responses === 0) continue;
      const operation = event.operation.replace(/\/.*/, '');
      byTap.set(operation, (byTap.get(operation) ?? 0) + event.requests + event.responses);
    }
    expect(Object.fromEntries(byTap)).toEqual(Object.fromEntries(byTshark));
  });
});
