import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readCapture } from '../../collectors/capture/replay.ts';
import { TagTable } from '../../src/core/tag.ts';
import { collectedHeap } from '../support/heap.ts';
import { opcuaByTap, opcuaByTshark, otherByTshark } from '../support/opcua-counts.ts';
import { findPeer, howToInstall } from '../support/peers.ts';
import { type BenchRow, median } from './row.ts';
import { datasetsFolder } from './suites/index.ts';

const patienceMs = 60_000;

const fixture = 'open62541_read_service_test_data.pcap.gz';
const folder = fileURLToPath(new URL('../../collectors/capture/fixtures/icsnpp/', import.meta.url));
const fileHeaderBytes = 24;
const recordHeaderBytes = 16;

/** Its packets: the record's header, four bytes of link type, IPv4 without options, TCP. */
const tcpAt = recordHeaderBytes + 4 + 20;
/** The client's port in it; each round has its own, so that each is a connection of its own. */
const clientPort = 59_036;
const firstPort = 10_000;

/** The capture so many times over, each time later and from another port. */
function looped(pcap: Buffer, times: number): Buffer {
  const records = pcap.subarray(fileHeaderBytes);
  const starts: number[] = [];
  for (let at = 0; at < records.length; at += recordHeaderBytes + records.readUInt32LE(at + 8)) starts.push(at);
  const seconds = records.readUInt32LE(starts.at(-1) ?? 0) - records.readUInt32LE(0) + 1;
  const rounds = Array.from({ length: times }, (_, round) => {
    const copy = Buffer.from(records);
    for (const at of starts) {
      copy.writeUInt32LE(copy.readUInt32LE(at) + round * seconds, at);
      for (const port of [at + tcpAt, at + tcpAt + 2])
        if (copy.readUInt16BE(port) === clientPort) copy.writeUInt16BE(firstPort + round, port);
    }
    return copy;
  });
  return Buffer.concat([pcap.subarray(0, fileHeaderBytes), ...rounds]);
}

async function decode(path: string): Promise<{ packets: number; operations: number }> {
  const options = { tap: 'bench', tags: new TagTable([]), devices: [], periodMs: 10_000 };
  let [packets, operations] = [0, 0];
  for await (const { events } of readCapture(path, options, new AbortController().signal)) {
    packets++;
    for (const event of events) if (event.type === 'wire-traffic') operations += event.requests + event.responses;
  }
  return { packets, operations };
}

const seconds = async (work: () => unknown): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

/** Heap after a garbage collection, MiB. */
const keptMb = (): number => collectedHeap() / 2 ** 20;

/**
 * Packets per second of the whole tap and of tshark on the same file of OPC UA in clear, in alternating runs, and the growth of
 * the process from the third reading to the last.
 */
async function speed(times: number, turns: number): Promise<BenchRow[]> {
  const work = mkdtempSync(join(tmpdir(), 'scadawatch-bench-'));
  try {
    const path = join(work, 'looped.pcap');
    writeFileSync(path, looped(gunzipSync(readFileSync(join(folder, fixture))), times));
    const tshark = findPeer('tshark');
    const fields = ['-n', '-r', path, '-Y', 'opcua', '-T', 'fields', '-e', 'opcua.servicenodeid.numeric'];
    const { packets, operations } = await decode(path);
    const [ours, theirs]: [number[], number[]] = [[], []];
    let settled = 0;
    for (let turn = 0; turn < turns; turn++) {
      ours.push(await seconds(() => decode(path)));
      if (turn === 1) settled = keptMb();
      if (tshark !== undefined)
        theirs.push(await seconds(() => execFileSync(tshark.path, fields, { stdio: ['ignore', 'ignore', 'ignore'] })));
    }
    const growth = keptMb() - settled;
    const what = `${fixture} × ${times}: ${packets} packets, ${operations} requests and responses`;
    return [
      { name: 'capture opcua: packets/s', value: packets / median(ours), unit: '1/s', note: what },
      {
        name: 'capture opcua: packets/s against tshark',
        value: tshark === undefined ? Number.NaN : median(theirs) / median(ours),
        unit: 'ratio',
        note: tshark === undefined ? howToInstall('tshark') : 'wall time on the same file, its start included',
      },
      { name: 'capture opcua: heap grown while the file was read again', value: growth, unit: 'MiB', note: `${turns} times` },
    ];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Counts of one capture that differ from tshark's; the note says why tshark reads it otherwise, where it does. */
async function differing(tshark: string, folder: string, capture: string): Promise<BenchRow> {
  const path = join(folder, capture);
  const [ours, theirs] = [await opcuaByTap(path, AbortSignal.timeout(patienceMs)), await opcuaByTshark(tshark, path)];
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])].filter((key) => ours.get(key) !== theirs.get(key));
  const messages = [...ours].reduce((sum, [key, count]) => sum + (/^[A-Z]{3}$/.test(key) ? count : 0), 0);
  const note = [
    `${messages} OPC UA messages`,
    ...[otherByTshark[basename(path)]?.why ?? []].flat(),
    ...keys.slice(0, 3).map((key) => `${key}: ${ours.get(key) ?? 0} against ${theirs.get(key) ?? 0}`),
  ].join('; ');
  return { name: `captures: ${capture}, OPC UA`, value: keys.length, unit: 'counts that differ', note };
}

/** Counts of the tap for OPC UA in every public capture against those of tshark, and the speed of both. */
export async function benchCaptureOpcua(): Promise<BenchRow[]> {
  const tshark = findPeer('tshark')?.path;
  const folder = join(datasetsFolder(), 'pcaps');
  const rows: BenchRow[] = [];
  if (tshark !== undefined)
    for (const capture of globSync('*/opcua/*.pcap', { cwd: folder }).toSorted())
      rows.push(await differing(tshark, folder, capture));
  return [...rows, ...(await speed(300, 7))];
}
