import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectors } from '../../../detectors/index.ts';
import { backtestPackets } from '../../../src/tools/backtest/packets.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { confusion } from './judge.ts';
import type { BenchRow } from '../row.ts';

const suffix = '_labeled.csv';

interface Labelled {
  /** Short: the part of the file name before the plant. */
  readonly name: string;
  readonly path: string;
  /** 1 for each packet of an attack. */
  readonly labels: Uint8Array;
}

/** The labels of a capture: `frame number;0|1` a line, in order. */
export function readLabels(text: string): Uint8Array {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Uint8Array.from(lines, (line) => Number(line.split(/[;,]/)[1]));
}

function load(folder: string): Labelled[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .toSorted()
    .map((file) => {
      const stem = file.slice(0, -suffix.length);
      const labels = readLabels(readFileSync(join(folder, file), 'utf8'));
      return { name: stem.replace(/_modbus.*/, ''), path: join(folder, `${stem}.pcap`), labels };
    });
}

/** Bytes before the first packet of a pcap file, and before the bytes of each. */
const fileHeader = 24;
const packetHeader = 16;

/** The first packets of a pcap file in little-endian order, as a capture of their own. */
function firstPackets(path: string, count: number): Buffer {
  const bytes = readFileSync(path);
  let end = fileHeader;
  for (let i = 0; i < count; i++) end += packetHeader + bytes.readUInt32LE(end + 8);
  return bytes.subarray(0, end);
}

async function judge({ path, labels }: Labelled, calibrate: readonly string[], calibratePackets: number) {
  const signal = new AbortController().signal;
  const options = { input: path, plugins: detectors, calibrate, calibratePackets, clock: systemClock, signal };
  const alarm = new Uint8Array(labels.length);
  for await (const { row, alarm: alarmed } of backtestPackets(options)) alarm[row] = alarmed ? 1 : 0;
  return confusion(alarm.slice(calibratePackets), labels.slice(calibratePackets));
}

/**
 * Modbus captures with an attack in each (Lemay and Fernandez, CSET 2016). The packets before the first malicious one
 * calibrate. Two captures have next to nothing before it: they are judged once more with the normal beginning of the one that
 * has most.
 */
export async function lemay(datasets: string): Promise<BenchRow[]> {
  const captures = load(join(datasets, 'pcaps', 'lemay'));
  const rows: BenchRow[] = [];
  const tell = (name: string, { tp, fn, fp, tn }: ReturnType<typeof confusion>, calibrated: string): void => {
    const note = `of ${tp + fn}; ${fn} missed; ${calibrated}`;
    rows.push({ name: `lemay ${name}: malicious packets alarmed`, value: tp, unit: 'packets', note });
    rows.push({ name: `lemay ${name}: normal packets alarmed`, value: fp, unit: 'packets', note: `of ${fp + tn}` });
  };
  for (const capture of captures) {
    const before = capture.labels.indexOf(1);
    tell(capture.name, await judge(capture, [], before), `${before} packets before the first calibrate`);
  }
  const quiet = captures.toSorted((a, b) => b.labels.indexOf(1) - a.labels.indexOf(1))[0];
  if (quiet === undefined) return rows;
  const folder = mkdtempSync(join(tmpdir(), 'lemay-'));
  try {
    const normal = join(folder, 'normal.pcap');
    writeFileSync(normal, firstPackets(quiet.path, quiet.labels.indexOf(1)));
    for (const capture of captures.filter(({ labels }) => labels.indexOf(1) < 10))
      tell(`${capture.name}, other calibration`, await judge(capture, [normal], 0), `the beginning of ${quiet.name} calibrates`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return rows;
}
