import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { requirePeer } from '../../test/support/peers.ts';
import type { StreamProtocol } from './decoder.ts';
import { AddressBook } from './ends.ts';
import { CaptureReader } from './file/reader.ts';
import type { PacketRecord } from './file/record.ts';
import { addressText } from './packet/addresses.ts';
import { PacketDecoder } from './packet/decode.ts';
import type { Packet } from './packet/packet.ts';
import { fileSource } from './sources/file.ts';
import { Tap } from './tap.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('./fixtures/', import.meta.url));
const captures = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.pcap.gz'))
  .toSorted();

async function eachRecord(name: string, take: (record: PacketRecord) => void): Promise<void> {
  const path = folder + name;
  await using source = await fileSource(path).open(new AbortController().signal);
  const reader = new CaptureReader(path, 'config');
  for await (const chunk of source.chunks()) {
    reader.push(chunk);
    for (let record = reader.next(); record !== undefined; record = reader.next()) take(record);
  }
  reader.end();
}

async function tshark(path: string, name: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(path, ['-n', '-r', folder + name, ...args], { maxBuffer: 256 << 20 });
  return stdout;
}

const kinds: Readonly<Record<string, string>> = { tcp: 'tcp', udp: 'udp', icmp: 'icmp', icmpv6: 'icmp', arp: 'arp' };

/** One line per packet: kind, ends and number of TCP payload bytes. */
async function linesByTshark(path: string, name: string): Promise<string[]> {
  const fields = [
    'frame.time_epoch',
    'frame.protocols',
    'ip.src',
    'ip.dst',
    'ipv6.src',
    'ipv6.dst',
    'tcp.srcport',
    'tcp.dstport',
    'udp.srcport',
    'udp.dstport',
    'tcp.len',
  ];
  const out = await tshark(
    path,
    name,
    '-T',
    'fields',
    '-E',
    'occurrence=f',
    '-E',
    'separator=|',
    ...fields.flatMap((field) => ['-e', field]),
  );
  return out
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [time, protocols = '', source4, destination4, source6, destination6, ...rest] = line.split('|');
      const kind =
        protocols
          .split(':')
          .map((layer) => kinds[layer])
          .find((found) => found !== undefined) ?? 'other';
      const ports = kind === 'tcp' ? rest.slice(0, 2) : kind === 'udp' ? rest.slice(2, 4) : ['0', '0'];
      const [source, destination] =
        kind === 'arp' || kind === 'other' ? ['', ''] : [source4 || source6, destination4 || destination6];
      return [Number(time).toFixed(3), kind, source, destination, ...ports, kind === 'tcp' ? rest[4] : ''].join(' ');
    });
}

function lineOf(record: PacketRecord, packet: Packet): string {
  const { kind, bytes, addressesAt, addressBytes, sourcePort, destinationPort, payloadLength } = packet;
  const isIp = kind !== 'arp' && kind !== 'other' && (addressBytes === 4 || addressBytes === 16);
  const [source, destination] = isIp
    ? [0, addressBytes].map((skip) => addressText(bytes, addressesAt + skip, addressBytes))
    : ['', ''];
  const length = kind === 'tcp' ? String(payloadLength) : '';
  return [(record.time / 1000).toFixed(3), kind, source, destination, sourcePort, destinationPort, length].join(' ');
}

describe('tshark and the packet decoder', () => {
  it('have at least one capture in common', () => {
    expect(captures).toHaveLength(39);
  });

  it.for(captures)('agree on every packet of %s', async (name, test) => {
    const { path } = requirePeer('tshark', test);
    const decoder = new PacketDecoder();
    const lines: string[] = [];
    await eachRecord(name, (record) => lines.push(lineOf(record, decoder.decode(record, record.time))));
    expect(lines).toEqual(await linesByTshark(path, name));
  });
});

/** Data of each connection as hex of client and server; a gap is a `?`. */
async function streamsOf(name: string): Promise<string[]> {
  const streams: Record<'client' | 'server', string>[] = [];
  const protocol: StreamProtocol = {
    protocol: 'tcp',
    ports: [],
    recognise: () => 'yes',
    create: () => {
      const said = { client: '', server: '' };
      streams.push(said);
      return {
        data: (from, bytes) => {
          said[from] += bytes.toString('hex');
        },
        gap: (from) => {
          said[from] += '?';
        },
        end: () => {},
      };
    },
  };
  const options = { tap: 't', periodMs: 1_000, protocols: [protocol], book: new AddressBook([], {}), mostConnections: 1_000 };
  const tap = new Tap(options, () => {});
  await eachRecord(name, (record) => tap.packet(record, record.time));
  tap.end();
  return streams.map((said) => [said.client, said.server].toSorted().join(' ')).toSorted();
}

/** `[N bytes missing in capture file]`, which tshark inserts for a gap. */
const missing = /5b(3\d)+206279746573206d697373696e6720696e20636170747572652066696c655d/g;

async function streamsByTshark(path: string, name: string, count: number): Promise<string[]> {
  const follow = Array.from({ length: count }, (_, i) => ['-z', `follow,tcp,raw,${i}`]).flat();
  const out = await tshark(path, name, '-q', ...follow);
  return out
    .split(/^=+$/m)
    .filter((part) => part.includes('Follow: tcp'))
    .map((part) => {
      const lines = part.split('\n').filter((line) => /^\t?[0-9a-f]+$/.test(line));
      const said = [lines.filter((line) => !line.startsWith('\t')), lines.filter((line) => line.startsWith('\t'))];
      return said
        .map((side) => side.join('').replaceAll('\t', '').replace(missing, '?'))
        .toSorted()
        .join(' ');
    })
    .filter((streams) => streams !== ' ')
    .toSorted();
}

describe('tshark and the reassembly', () => {
  const followed: readonly [name: string, connections: number][] = [
    ['iti/modbusSmall.pcap.gz', 16],
    ['iti/modbus_test_data_part1.pcap.gz', 6],
    ['iti/modbus_test_data_part2.pcap.gz', 4],
    ['iti/opc-ua-ap-method-wireshark-freeze.pcap.gz', 2],
    ['iti/modbusBig.pcap.gz', 3],
    ['icsnpp/opcua_with-gap.pcap.gz', 1],
    ['icsnpp/modbus_example.pcap.gz', 2],
    ['icsnpp/open62541_browse_next.pcap.gz', 13],
    ['icsnpp/open62541_create_monitored_items.pcap.gz', 8],
    ['icsnpp/open62541_client-server_encrypted.pcap.gz', 2],
  ];

  it.for(followed)('agree on every byte of every stream of %s', async ([name, connections], test) => {
    const { path } = requirePeer('tshark', test);
    const streams = await streamsOf(name);
    expect(streams).toEqual(await streamsByTshark(path, name, connections));
  });
});
