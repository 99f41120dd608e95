import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { readCapture } from '../../collectors/capture/index.ts';
import { TagTable } from '../../src/core/tag.ts';
import { countsByTap, countsByTshark, otherByTshark } from '../support/modbus-counts.ts';
import { findPeer, howToInstall } from '../support/peers.ts';
import type { BenchRow } from './row.ts';
import { datasetsFolder } from './suites/index.ts';

const run = promisify(execFile);
const patienceMs = 300_000;

/**
 * Counts of the tap in every public capture against those of tshark: packets, and for Modbus the requests, responses and
 * exceptions by unit and function. The value of a row is the number of counts that differ; its note names them.
 */
export async function benchCaptureCounts(): Promise<BenchRow[]> {
  const tshark = findPeer('tshark')?.path;
  const folder = join(datasetsFolder(), 'pcaps');
  const without = (note: string): BenchRow[] => [
    { name: 'captures: counts that differ from tshark', value: Number.NaN, unit: '', note },
  ];
  if (tshark === undefined) return without(howToInstall('tshark'));
  if (!existsSync(folder)) return without(`skipped: no pcaps in ${datasetsFolder()}; set SCADAWATCH_DATASETS`);
  const rows: BenchRow[] = [];
  for (const capture of globSync('**/*.pcap', { cwd: folder }).toSorted()) rows.push(await row(tshark, folder, capture));
  return rows;
}

async function row(tshark: string, folder: string, capture: string): Promise<BenchRow> {
  const path = join(folder, capture);
  const other = otherByTshark[basename(capture)];
  const [packets, theirPackets] = [await packetsByTap(path), await packetsByTshark(tshark, path)];
  const ours = await countsByTap(path, AbortSignal.timeout(patienceMs));
  const theirs = other?.decodes === false ? ours : await countsByTshark(tshark, path, other?.patient);
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])].filter((key) => ours.get(key) !== theirs.get(key));
  const value = keys.length + (packets === theirPackets ? 0 : 1);
  const messages = [...ours].reduce((sum, [key, count]) => sum + (key === 'exceptions' ? 0 : count), 0);
  const differing = keys.slice(0, 3).map((key) => `${key}: ${ours.get(key) ?? 0} against ${theirs.get(key) ?? 0}`);
  const note = [
    `${packets} packets, ${messages} Modbus messages`,
    ...(other === undefined ? [] : [other.decodes ? other.why : `Modbus not compared: ${other.why}`]),
    ...differing,
  ].join('; ');
  return { name: `captures: ${capture}`, value, unit: 'counts that differ', note };
}

async function packetsByTap(path: string): Promise<number> {
  let packets = 0;
  const options = { tap: 'counts', tags: new TagTable([]), devices: [], periodMs: 60_000 };
  for await (const { stamp } of readCapture(path, options, AbortSignal.timeout(patienceMs))) packets = stamp.number;
  return packets;
}

async function packetsByTshark(tshark: string, path: string): Promise<number> {
  const { stdout } = await run(tshark, ['-n', '-r', path, '-T', 'fields', '-e', 'frame.number'], { maxBuffer: 64 << 20 });
  return stdout.split('\n').filter((line) => line !== '').length;
}
