import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { batchOf } from '../../test/support/samples.ts';
import { testContext } from '../../test/support/tiny-plant.ts';
import { loadConfig } from '../config/load.ts';
import { VirtualClock } from '../core/clock.ts';
import { Quality } from '../core/quality.ts';
import { duckdb } from '../historian/duckdb/index.ts';
import { main } from '../main.ts';
import { registry } from './registry.ts';
import { readRecording } from '../tools/replay/recording.ts';
import type { Recorded } from '../monitor/replay-player.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
  await writeFile(join(folder, 'plant.yaml'), plant);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const plant = `
site: {name: Recorded}
areas: [{id: a, name: A, equipment: [{id: T, name: Tank}]}]
devices:
  plc1: {type: modbus, host: 127.0.0.1, port: 5020}
  plc2: {type: modbus, host: 127.0.0.1, port: 5021}
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0}, area: a, equipment: T, description: Level, limits: {high: 8, priority: 2, response: Close the inlet}}
  FLOW: {device: plc2, address: {table: holding, register: 0}, area: a, equipment: T, description: Flow}
dashboard: {port: 0}
`;

/** Two minutes of a filling tank, one row per second. */
const rows = Array.from({ length: 120 }, (_, i) => `${1_700_000_000 + i},${(i / 12).toFixed(2)},${(5 + (i % 3)).toFixed(1)}`);

/** Calls a function at its first use, and gives its result to every caller. */
function shared<T>(compute: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return async () => await (result ??= compute());
}

async function recordingFile(): Promise<string> {
  const file = join(folder, 'run.csv');
  await writeFile(file, `t,LEVEL,FLOW\n${rows.join('\n')}\n`);
  return file;
}

/** The same rows as the embedded historian stores a finished day, and one late sample with bad quality. */
const recordedDay = shared(async (): Promise<string> => {
  const { tags } = await loadConfig(join(folder, 'plant.yaml'), { registry, environment: {} });
  const dataDir = await mkdtemp(join(folder, 'history-'));
  const clock = new VirtualClock(1_700_000_000_000);
  const signal = new AbortController().signal;
  await using historian = await duckdb.create(duckdb.schema.parse({ retentionDays: 0 }), { tags, dataDir }, testContext(clock));
  for (const [i, row] of rows.entries()) {
    const [seconds, level, flow] = row.split(',').map(Number);
    const time = (seconds ?? 0) * 1000;
    await historian.write(batchOf(tags, 'plc1', [{ tag: 'LEVEL', time, value: level ?? 0 }]), signal);
    await historian.write(batchOf(tags, 'plc2', [{ tag: 'FLOW', time, value: flow ?? 0 }]), signal);
    if (i !== 9) continue;
    const late = {
      tag: 'LEVEL',
      time: 1_700_000_001_500,
      received: 1_700_000_009_500,
      value: 3,
      quality: Quality.UncertainEngineeringUnitsExceeded,
      text: '3',
    };
    await historian.write(batchOf(tags, 'plc1', [late]), signal);
  }
  clock.set(1_700_000_000_000 + 2 * 86_400_000);
  await historian.write(batchOf(tags, 'plc1', []), signal);
  const files = async (): Promise<string[]> => (await readdir(dataDir)).filter((name) => name.endsWith('.parquet'));
  await vi.waitFor(async () => expect(await files()).toHaveLength(1), { timeout: 60_000, interval: 20 });
  return join(dataDir, (await files())[0] ?? '');
});

const replay = async (...argv: string[]): Promise<{ code: number | undefined; lines: string[] }> =>
  replayOf('plant.yaml', ...argv);

async function replayOf(config: string, ...argv: string[]): Promise<{ code: number | undefined; lines: string[] }> {
  const out = join(folder, 'findings.jsonl');
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await main(['node', 'scadawatch', 'replay', join(folder, config), '--data', join(folder, 'data'), '--out', out, ...argv]);
    const code = process.exitCode as number | undefined;
    return { code, lines: code === undefined ? (await readFile(out, 'utf8')).trimEnd().split('\n') : [] };
  } finally {
    process.exitCode = before;
  }
}

const times = ['--time', 't', '--time-format', 'unix'];
const replayedTable = shared(async () => await replay('--input', await recordingFile(), ...times));

describe('replay', () => {
  test('writes its findings while a running monitor uses the dashboard’s port', async () => {
    const running = createServer().listen(0, '127.0.0.1');
    await once(running, 'listening');
    const { port } = running.address() as AddressInfo;
    await writeFile(join(folder, 'beside.yaml'), plant.replace('dashboard: {port: 0}', `dashboard: {port: ${port}}`));
    try {
      const { code, lines } = await replayOf('beside.yaml', '--input', await recordingFile(), ...times);
      expect(code).toBeUndefined();
      expect(lines).toHaveLength(1);
    } finally {
      running.close();
    }
  });

  test('has the same findings each time', async () => {
    const first = await replayedTable();
    expect(first.code).toBeUndefined();
    const found = first.lines.map((line) => JSON.parse(line) as { detector: string; tags: string[]; beganAt: number });
    expect(found).toMatchObject([{ detector: 'limits', tags: ['LEVEL'] }]);
    expect(found[0]?.beganAt).toBe((1_700_000_000 + 96) * 1000);
    const second = await replay('--input', await recordingFile(), ...times);
    expect(second.lines).toEqual(first.lines);
  }, 120_000);

  test('is one stream in time order, with a tick per second and devices in state up', async () => {
    const config = await loadConfig(join(folder, 'plant.yaml'), { registry, environment: {} });
    const options = { files: [await recordingFile()], config, time: 't', timeFormat: 'unix', ignore: [] };
    const seen: Recorded[] = [];
    for await (const recorded of readRecording(options, new AbortController().signal)) seen.push(recorded);
    expect(seen.every(({ time }, i) => time >= (seen[i - 1]?.time ?? 0))).toBe(true);
    const kinds = seen.map(({ observation }) => (observation.kind === 'event' ? observation.event.type : observation.kind));
    expect(kinds.slice(0, 5)).toEqual(['device', 'device', 'batch', 'batch', 'tick']);
    expect(kinds.filter((kind) => kind === 'tick')).toHaveLength(119);
    expect(kinds.filter((kind) => kind === 'batch')).toHaveLength(240);
  });

  test('has the same findings from a day of the historian as from a table of the same samples', async () => {
    const fromTable = await replayedTable();
    const day = await recordedDay();
    const first = await replay('--input', day);
    expect(first.code).toBeUndefined();
    expect(first.lines).toEqual(fromTable.lines);
    expect((await replay('--input', day)).lines).toEqual(first.lines);
  }, 120_000);

  test('keeps order, qualities, source times and texts of a day, and refuses unknown tags', async () => {
    const config = await loadConfig(join(folder, 'plant.yaml'), { registry, environment: {} });
    const seen: string[] = [];
    const options = { files: [await recordedDay()], config, ignore: [] };
    for await (const { time, observation } of readRecording(options, new AbortController().signal)) {
      if (observation.kind !== 'batch') continue;
      const { batch } = observation;
      expect(batch.length).toBe(1);
      seen.push(
        [
          time,
          batch.device,
          batch.value[0],
          batch.quality[0],
          batch.sourceTime[0],
          batch.receiveTime[0],
          batch.texts.get(0),
        ].join(),
      );
    }
    const expected = rows.flatMap((row) => {
      const [seconds, level, flow] = row.split(',').map(Number);
      const at = (seconds ?? 0) * 1000;
      return [
        [at, 'plc1', level, 0, at, at, ''],
        [at, 'plc2', flow, 0, at, at, ''],
      ].map((cells) => cells.join());
    });
    // a late sample is ordered by its receive time
    expected.splice(
      20,
      0,
      [1_700_000_009_500, 'plc1', 3, Quality.UncertainEngineeringUnitsExceeded, 1_700_000_001_500, 1_700_000_009_500, '3'].join(),
    );
    expect(seen).toEqual(expected);
    const day = options.files[0] as string;
    const fewer = join(folder, 'fewer.yaml');
    await writeFile(fewer, plant.replace(/^ {2}FLOW.*\n/m, ''));
    const other = await loadConfig(fewer, { registry, environment: {} });
    const read = async (ignore: readonly string[]): Promise<number> => {
      let count = 0;
      const signal = new AbortController().signal;
      for await (const { observation } of readRecording({ files: [day], config: other, ignore }, signal)) {
        if (observation.kind === 'batch') count++;
      }
      return count;
    };
    await expect(read([])).rejects.toThrow(/no tag is called FLOW/);
    expect(await read(['FLOW'])).toBe(121);
    const broken = join(folder, 'broken.parquet');
    await writeFile(broken, 'PAR1 is not all that it takes');
    await expect(
      readRecording({ files: [broken], config, ignore: [] }, new AbortController().signal).next(),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  }, 120_000);

  test('has the same findings from a capture each time', async () => {
    const capture = fileURLToPath(
      new URL('../../collectors/capture/fixtures/iti/modbus_test_data_part2.pcap.gz', import.meta.url),
    );
    const first = await replay('--input', capture);
    expect(first.code).toBeUndefined();
    const found = first.lines.map((line) => JSON.parse(line) as { since: number; explanation: { sentence: string } });
    expect(found).toMatchObject([
      { detector: 'traffic', channel: 'network/fault' },
      { detector: 'traffic', channel: 'network/scan' },
    ]);
    // in packet time: a client violates the protocol and scans the function codes
    const said = found.map(({ since, explanation }) => `${new Date(since).toISOString()} ${explanation.sentence}`);
    expect(said[0]).toMatch(/^2006-07-21T14:24:52.*192\.168\.66\.235 and 166\.161\.16\.230 .* 17 malformed messages/);
    expect(said[1]).toMatch(/^2006-07-21T14:24:59.*192\.168\.66\.235 scans functions of 166\.161\.16\.230, 104 different ones/);
    const second = await replay('--input', capture);
    expect(second.lines).toEqual(first.lines);
  }, 120_000);

  test('refuses a column that is no tag, and names it', async () => {
    const file = join(folder, 'odd.csv');
    await writeFile(file, 't,LEVEL,PRESSURE\n1700000000,1,2\n');
    expect((await replay('--input', file, ...times)).code).toBe(2);
    expect((await replay('--input', file, ...times, '--ignore', 'PRESSURE')).code).toBeUndefined();
  }, 120_000);
});
