import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ethernet, ipv4, pcapngBlocks, tcp } from '../../../test/support/packets.ts';
import { loadConfig } from '../../config/load.ts';
import { ScadaError } from '../../core/errors.ts';
import { encodeJson } from '../../core/json.ts';
import { Random } from '../../core/random.ts';
import { main } from '../../main.ts';
import { registry } from '../registry.ts';
import { readRecording } from '../../tools/replay/recording.ts';

const plant = `
site: {name: Recorded}
areas: [{id: a, name: A, equipment: [{id: T, name: Tank}]}]
devices:
  plc1: {type: modbus, host: 10.0.0.11, port: 502}
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0}, area: a, equipment: T, description: Level}
dashboard: {port: 0}
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'times-'));
  await file('plant.yaml', plant);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** The error output of a command that must fail. */
async function refusal(...argv: string[]): Promise<string> {
  const before = process.exitCode;
  process.exitCode = undefined;
  const said: string[] = [];
  const note = (text: unknown): void => void said.push(String(text));
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(note),
    vi.spyOn(console, 'error').mockImplementation(note),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      note(text);
      return true;
    }),
  ];
  try {
    await main(['node', 'scadawatch', ...argv]);
    expect([process.exitCode, said.join('\n')]).toEqual([2, said.join('\n')]);
    return said.join('\n');
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

const ends = { source: '10.0.0.5', destination: '10.0.0.11', protocol: 6 };
const segment = (sequence: number): Buffer =>
  ethernet(0x0800, ipv4(ends, tcp({ sourcePort: 40_000, destinationPort: 502, sequence, flags: 2 }, Buffer.alloc(0))));

/** A pcapng capture with packets at the given ticks of an interface. */
function pcapng(resolution: number, offset: bigint, ticks: readonly bigint[], little = true): Buffer {
  const blocks = pcapngBlocks(little);
  const options = [blocks.option(9, Buffer.from([resolution])), blocks.option(14, blocks.uint64(offset))];
  return Buffer.concat([
    blocks.section(),
    blocks.interface(1, 0, ...options),
    ...ticks.map((at, i) => blocks.packet(0, at, segment(i))),
  ]);
}

/** An evidence file with one batch and a valid hash. */
function evidence(sourceTime: number, receiveTime: number): Buffer {
  const time = 1_700_000_000_000;
  const lines = [
    {
      kind: 'manifest',
      format: 'scadawatch-evidence',
      version: 1,
      site: 'x',
      exported: { at: time },
      tool: { name: 'scadawatch', version: '0', node: '24' },
      period: { from: time, to: time + 1 },
      alerts: [],
      configuration: { file: 'plant.yaml', sha256: '' },
      clock: '',
      historian: 'duckdb',
      tags: [],
    },
    {
      kind: 'batch',
      device: 'plc1',
      tag: ['LEVEL'],
      value: [1],
      quality: [0],
      sourceTime: [sourceTime],
      receiveTime: [receiveTime],
    },
    {
      kind: 'summary',
      samples: { count: 1, batches: 1 },
      events: { count: 0 },
      tags: { LEVEL: 1 },
      alertChanges: 0,
      misplaced: 0,
      damaged: [],
    },
  ];
  const text = lines.map((line) => `${encodeJson(line)}\n`).join('');
  const sha256 = createHash('sha256').update(text).digest('hex');
  return gzipSync(`${text}${JSON.stringify({ kind: 'end', sha256 })}\n`);
}

describe('a time outside of the years 1 to 9999', () => {
  it.each(['backtest', 'replay'])('in a pcapng capture is refused by %s with the place of the block', async (command) => {
    const capture = await file('far.pcapng', pcapng(0, 10n ** 17n, [0n, 1n, 2n]));
    const argv =
      command === 'replay' ? [join(folder, 'plant.yaml'), '--data', join(folder, 'data')] : ['--calibrate-packets', '1'];
    const said = await refusal(command, ...argv, '--input', capture, '--out', join(folder, 'out'));
    expect(said).toContain(`${capture}: byte 68: a packet whose time is 100000000000000000 s after 1970`);
    expect(said).toContain('1 ticks in a second and an offset of 100000000000000000 s');
    expect(said).not.toMatch(/^ {4}at /m);
  });

  it.each([
    ['1e20', ['--time-format', 'unix'], 'unix counts seconds after 1970, unixms milliseconds'],
    ['1700000000000', ['--time-format', 'unix'], 'unix counts seconds after 1970, unixms milliseconds'],
    ['-1e15', ['--time-format', 'unixms'], 'unix counts seconds after 1970, unixms milliseconds'],
    ['300000', ['--time-format', '%Y'], '--time-format %Y does not read it'],
  ])('in a table, %s, is refused with its line, column and value', async (text, format, hint) => {
    const table = await file(
      'far.csv',
      `t,LEVEL\n1700000000,1\n${text},2\n`.replace('1700000000,', text === '300000' ? '2026,' : '1700000000,'),
    );
    const argv = ['--input', table, '--time', 't', ...format];
    const out = ['--out', join(folder, 'out')];
    const replayed = await refusal('replay', join(folder, 'plant.yaml'), '--data', join(folder, 'data'), ...argv, ...out);
    for (const said of [await refusal('backtest', '--calibrate-rows', '1', ...argv, ...out), replayed]) {
      expect(said).toContain(`${table}: line 3, column 1 (t): "${text}" is not a time`);
      expect(said).toContain(hint);
    }
  });

  it('is refused if rows without times exceed it', async () => {
    const table = await file('long.csv', `LEVEL\n${'1\n'.repeat(400)}`);
    const argv = ['--input', table, '--period', '1000000000', '--calibrate-rows', '1', '--out', join(folder, 'out')];
    expect(await refusal('backtest', ...argv)).toMatch(/long\.csv: line \d+: the time of this row is after the year 9999/);
  });

  it.each([
    [1e20, 1_700_000_000_000, 1e20],
    [1_700_000_000_000, 9e15, 9e15],
    [Number.NaN, 1_700_000_000_000, Number.NaN],
  ])('in an evidence file (%s, %s) is refused with its line', async (source, received, wrong) => {
    const path = await file('far.jsonl.gz', evidence(source, received));
    const said = await refusal(
      'replay',
      join(folder, 'plant.yaml'),
      '--data',
      join(folder, 'data'),
      '--input',
      path,
      '--out',
      join(folder, 'out'),
    );
    expect(said).toContain(`line 2 has a sample with the time ${wrong}, which is no time within the years 1 to 9999`);
  });

  it.each(['+275760-09-13T00:00:00Z', '999999999999999d'])('as an option, %s, is refused', async (text) => {
    const said = await refusal(
      'evidence',
      'export',
      join(folder, 'plant.yaml'),
      '--from',
      text,
      '--to',
      '1d',
      '--out',
      join(folder, 'e.jsonl.gz'),
    );
    expect(said).toContain('within the years 1 to 9999');
  });
});

/** Most observations that two packets or rows cause: device states, the ticks before a gap, the two themselves. */
const mostObservations = 2_000;

it('never causes an endless stream or an error of another kind, whatever the times are', async () => {
  const config = await loadConfig(join(folder, 'plant.yaml'), { registry, environment: {} });
  const random = new Random(20_261_127);
  const texts = [
    '1e20',
    '-1e20',
    '1e308',
    'NaN',
    'Infinity',
    '-0',
    '0',
    '253402300800',
    '8.64e15',
    '9999-12-31T23:59:59Z',
    '0001-01-01',
    '275760-09-13',
    '2026-11-24 06:30',
    '',
  ];
  let refused = 0;
  let read = 0;
  for (let i = 0; i < 150; i++) {
    const exponent = BigInt(random.integer(0, 62));
    const offset = random.integer(0, 1) === 0 ? 2n ** exponent : -(2n ** exponent);
    const ticks = Array.from({ length: 3 }, () => BigInt(random.uint32()) << BigInt(random.integer(0, 32)));
    const capture = await file('any.pcapng', pcapng(random.integer(0, 255), offset, ticks, random.integer(0, 1) === 0));
    const rows = Array.from(
      { length: 3 },
      (_, row) => `${random.integer(0, 1) === 0 ? 1_700_000_000 + row : texts[random.integer(0, texts.length - 1)]},${row}`,
    );
    const table = await file('any.csv', `t,LEVEL\n${rows.join('\n')}\n`);
    const timeFormat = [undefined, 'unix', 'unixms', '%s', '%Y-%m-%d', '%Q'][random.integer(0, 5)];
    for (const path of [capture, table]) {
      try {
        let count = 0;
        for await (const { time } of readRecording(
          { files: [path], config, time: 't', timeFormat, ignore: [] },
          new AbortController().signal,
        )) {
          expect(Number.isFinite(time)).toBe(true);
          expect(new Date(time).toISOString()).toMatch(/^\d{4}-/);
          if (++count > mostObservations) throw new Error(`${count} observations of ${path} in case ${i}`);
        }
        read++;
      } catch (thrown) {
        if (!(thrown instanceof ScadaError)) throw thrown;
        expect(thrown.message).toMatch(/byte \d+|line \d+|column \d+/);
        refused++;
      }
    }
  }
  expect(Math.min(read, refused)).toBeGreaterThan(30);
});
