import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { findPeer, howToInstall } from '../support/peers.ts';
import type { CaptureRun } from './capture/read.ts';
import { type BenchRow, median, onCore, pinned, taskset } from './row.ts';

const run = promisify(execFile);
const rounds = { whole: 7, quick: 3 };
const leastPackets = 500_000;
/** Memory is judged over a longer run: V8's heap takes the first million packets to find its size. */
const leastPacketsForMemory = 3_000_000;
const name = 'iti/mb2';

/**
 * Packets per CPU second of a whole capture session over a looped public capture, against tshark printing the Modbus functions
 * of the same file; and whether memory stays where it is.
 */
export async function benchCapture(quick = false): Promise<BenchRow[]> {
  const tshark = findPeer('tshark');
  if (tshark === undefined) return [{ name: 'capture', value: Number.NaN, unit: '', note: howToInstall('tshark') }];
  const times = quick ? rounds.quick : rounds.whole;
  const folder = mkdtempSync(join(tmpdir(), 'scadawatch-bench-'));
  try {
    const file = join(folder, 'looped.pcap');
    const { packets, loops } = writeLooped(file, leastPackets);
    const ours: CaptureRun[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < times; round++) {
      ours.push(await readByTap(file, packets));
      theirs.push(await readByTshark(tshark.path, file));
    }
    const rates = ours.map(({ cpuSeconds }) => packets / cpuSeconds);
    const [tap, peer] = [median(rates), packets / median(theirs)];
    const how = `${packets} packets, ${name} looped ${loops} times, ${pinned ? 'pinned' : 'not pinned'}`;
    const range = `from ${Math.round(Math.min(...rates))} to ${Math.round(Math.max(...rates))}`;
    const long = await readByTap(file, writeLooped(file, leastPacketsForMemory).packets);
    const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
    return [
      {
        name: 'capture: packets per CPU second',
        value: tap,
        unit: 'packets/s',
        note: `${how}, median of ${times} interleaved runs, ${range}; the start of the process counts`,
      },
      {
        name: 'capture: tap / tshark',
        value: tap / peer,
        unit: 'ratio',
        note: `${Math.round(tap)} against ${Math.round(peer)} packets per CPU second`,
      },
      {
        name: 'capture: memory at the end / at half',
        value: long.rssAtEnd / long.rssAtHalf,
        unit: 'ratio',
        note: `RSS ${megabytes(long.rssAtHalf)} MB and ${megabytes(long.rssAtEnd)} MB of ${long.packets} packets`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Repeats the capture until it has enough packets. Each repetition is later and continues the streams of the previous one:
 * sequence numbers advance by the length of the stream, so that open connections stay open.
 */
function writeLooped(file: string, least: number): { packets: number; loops: number } {
  const fixture = new URL('../../collectors/capture/fixtures/iti/mb2.pcap.gz', import.meta.url);
  const capture = gunzipSync(readFileSync(fixture));
  const body = capture.subarray(24);
  const records: number[] = [];
  for (let at = 0; at < body.length; at += 16 + body.readUInt32LE(at + 8)) records.push(at);
  const seconds = body.readUInt32LE(records.at(-1) ?? 0) - body.readUInt32LE(0) + 1;
  const segments = records.flatMap((at) => segmentAt(body, at + 16) ?? []);
  const lengths = streamLengths(body, segments);
  const loops = Math.ceil(least / records.length);
  writeFileSync(file, capture.subarray(0, 24));
  for (let loop = 0; loop < loops; loop++) {
    const copy = Buffer.from(body);
    for (const at of records) copy.writeUInt32LE(copy.readUInt32LE(at) + loop * seconds, at);
    for (const { tcp, stream, back } of segments) {
      for (const [at, key] of [
        [tcp + 4, stream],
        [tcp + 8, back],
      ] as const) {
        copy.writeUInt32BE((copy.readUInt32BE(at) + loop * (lengths.get(key) ?? 0)) >>> 0, at);
      }
    }
    appendFileSync(file, copy);
  }
  return { packets: loops * records.length, loops };
}

interface Segment {
  /** Place of its TCP header. */
  readonly tcp: number;
  /** Bytes of its payload. */
  readonly length: number;
  /** Addresses and ports of its direction, and of the other. */
  readonly stream: string;
  readonly back: string;
}

/** @param frame place of an Ethernet frame */
function segmentAt(bytes: Buffer, frame: number): Segment | undefined {
  const ip = frame + 14;
  if (bytes.readUInt16BE(frame + 12) !== 0x0800 || bytes[ip + 9] !== 6) return undefined;
  const tcp = ip + ((bytes[ip] ?? 0) & 15) * 4;
  const length = ip + bytes.readUInt16BE(ip + 2) - tcp - ((bytes[tcp + 12] ?? 0) >> 4) * 4;
  const [source, destination] = [bytes.toString('hex', ip + 12, ip + 16), bytes.toString('hex', ip + 16, ip + 20)];
  const [from, to] = [`${source}:${bytes.readUInt16BE(tcp)}`, `${destination}:${bytes.readUInt16BE(tcp + 2)}`];
  return { tcp, length, stream: `${from} ${to}`, back: `${to} ${from}` };
}

/** By how much each stream advances over the capture. */
function streamLengths(bytes: Buffer, segments: readonly Segment[]): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const [stream, own] of Map.groupBy(segments, (segment) => segment.stream)) {
    const first = bytes.readUInt32BE((own[0]?.tcp ?? 0) + 4);
    const ends = own.map(({ tcp, length }) => ((bytes.readUInt32BE(tcp + 4) - first) | 0) + length);
    lengths.set(stream, Math.max(0, ...ends));
  }
  return lengths;
}

async function readByTap(file: string, packets: number): Promise<CaptureRun> {
  const script = fileURLToPath(new URL('./capture/read.ts', import.meta.url));
  const { stdout } = await run(...onCore(1, [script, file]));
  const result = JSON.parse(stdout) as CaptureRun;
  if (result.packets !== packets) throw new Error(`the tap has read ${result.packets} of ${packets} packets`);
  return result;
}

/** CPU seconds that the shell counts. */
async function readByTshark(path: string, file: string): Promise<number> {
  const command = `TIMEFORMAT='%U %S'; time "$0" -n -r "$1" -T fields -e frame.number -e modbus.func_code > /dev/null`;
  const shell = ['bash', '-c', command, path, file];
  const [first = '', ...args] = pinned ? [taskset, '-c', '1', ...shell] : shell;
  const { stderr } = await run(first, args, { env: { ...process.env, LC_ALL: 'C' } });
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line.split(' ').reduce((sum, seconds) => sum + Number(seconds), 0);
}
