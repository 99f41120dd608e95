import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capture, packetsPerPoll, poll, polling } from '../../../test/support/small-capture.ts';
import { main } from '../../main.ts';
import { isCapture } from '../../../collectors/capture/file/recognise.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packets-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const start = Date.UTC(2026, 4, 5, 6);
const normal = 20 * packetsPerPoll;
/** Normal polling, then an unknown client between two more polls. */
const attacked = (): Buffer =>
  capture(
    ...polling(20, start),
    poll(start + 100_000, '10.0.0.5', 41_000),
    poll(start + 101_000, '10.0.0.66', 42_000),
    poll(start + 105_000, '10.0.0.5', 41_001),
  );

async function file(name: string, content: Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function run(...argv: string[]): Promise<{ code: number | undefined; rows: string[][] }> {
  const out = join(folder, 'out.csv');
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await main(['node', 'scadawatch', 'backtest', '--out', out, ...argv]);
    const code = process.exitCode as number | undefined;
    const lines = code === undefined ? (await readFile(out, 'utf8')).trimEnd().split('\n') : [];
    return { code, rows: lines.map((line) => line.split(',')) };
  } finally {
    process.exitCode = before;
  }
}

const alarmed = (rows: readonly string[][]): number[] =>
  rows.slice(1).flatMap(([row, , alarm]) => (alarm === '1' ? [Number(row)] : []));
const strangers = Array.from({ length: packetsPerPoll }, (_, i) => normal + packetsPerPoll + i);

describe('backtest of a capture', () => {
  it('writes a line per packet, and alarms only for those of the unknown client', async () => {
    const { code, rows } = await run('--input', await file('a.pcap', attacked()), '--calibrate-packets', String(normal));
    expect(code).toBeUndefined();
    expect(rows[0]).toEqual(['row', 'score', 'alarm', 'top']);
    expect(rows.slice(1).map(([row]) => Number(row))).toEqual(Array.from({ length: normal + 3 * packetsPerPoll }, (_, i) => i));
    expect(rows.slice(1, normal + 1).every(([, score, alarm, top]) => score === '0' && alarm === '0' && top === '')).toBe(true);
    expect(alarmed(rows)).toEqual(strangers);
    expect(rows[(strangers[0] ?? 0) + 1]?.[3]).toMatch(/^client:(1|0\.\d+)/);
  });

  it('learns from other captures, zipped or several, and then judges every packet', async () => {
    const first = await file('n1.pcap.gz', gzipSync(capture(...polling(10, start - 200_000))));
    const second = await file('n2.pcap', capture(...polling(10, start - 100_000)));
    const { rows } = await run('--input', await file('a.pcap.gz', gzipSync(attacked())), '--calibrate', first, second);
    expect(alarmed(rows)).toEqual(strangers);
  });

  it('raises no alarm for unknown clients if nothing was learned', async () => {
    const { rows } = await run('--input', await file('a.pcap', attacked()));
    expect(alarmed(rows)).toEqual([]);
  });

  it('gives each packet the same result with and without the packets after it', async () => {
    const whole = attacked();
    const { rows } = await run('--input', await file('a.pcap', whole), '--calibrate-packets', String(normal));
    const last = poll(start, '10.0.0.5', 1);
    const short = await file('short.pcap', whole.subarray(0, whole.length - last.length));
    const before = await run('--input', short, '--calibrate-packets', String(normal));
    // the end of a file reports what was still pending with its last packet
    expect(before.rows.slice(0, -1)).toEqual(rows.slice(0, before.rows.length - 1));
  });

  it('reports where a capture is truncated, after the complete packets', async () => {
    const whole = attacked();
    const { code } = await run('--input', await file('cut.pcap', whole.subarray(0, whole.length - 5)));
    expect(code).toBe(2);
    const lines = (await readFile(join(folder, 'out.csv'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(normal + 3 * packetsPerPoll);
  });

  it.each([
    ['what is no capture', Buffer.from('a,b\n1,2\n'), ['--calibrate-packets', '1']],
    ['a capture with options for tables', attacked(), ['--calibrate-rows', '5']],
    ['more packets to learn from than there are', capture(...polling(1, start)), ['--calibrate-packets', '100']],
    ['an empty file', Buffer.alloc(0), ['--calibrate-packets', '1']],
  ])('ends with status 2 for %s', async (_, content, options) => {
    expect((await run('--input', await file('bad.pcap', content), ...options)).code).toBe(2);
  });

  it('ends with status 2 for a capture calibrated with a table', async () => {
    const table = await file('t.csv', Buffer.from('a,b\n1,2\n'));
    expect((await run('--input', await file('a.pcap', attacked()), '--calibrate', table)).code).toBe(2);
  });
});

describe('the kind of a file', () => {
  it('is recognised by its first bytes', async () => {
    expect(await isCapture(await file('x', capture()))).toBe(true);
    expect(await isCapture(await file('x', gzipSync(capture())))).toBe(true);
    expect(await isCapture(await file('x', Buffer.from([10, 13, 13, 10, 0, 0, 0, 0])))).toBe(true);
    expect(await isCapture(await file('x', Buffer.from('time,a\n')))).toBe(false);
    expect(await isCapture(await file('x', gzipSync(Buffer.from('time,a\n'))))).toBe(false);
    expect(await isCapture(await file('x', Buffer.from([0x1f, 0x8b, 1])))).toBe(false);
    expect(await isCapture(join(folder, 'nowhere'))).toBe(false);
  });
});
