import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { main } from '../../main.ts';
import { registry } from '../registry.ts';
import { type Recorded, readRecording } from './recording.ts';

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

/** Two minutes of a tank that fills up, second by second. */
const rows = Array.from({ length: 120 }, (_, i) => `${1_700_000_000 + i},${(i / 12).toFixed(2)},${(5 + (i % 3)).toFixed(1)}`);

async function recordingFile(): Promise<string> {
  const file = join(folder, 'run.csv');
  await writeFile(file, `t,LEVEL,FLOW\n${rows.join('\n')}\n`);
  return file;
}

async function replay(...argv: string[]): Promise<{ code: number | undefined; lines: string[] }> {
  const out = join(folder, 'findings.jsonl');
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await main([
      'node',
      'scadawatch',
      'replay',
      join(folder, 'plant.yaml'),
      '--data',
      join(folder, 'data'),
      '--out',
      out,
      ...argv,
    ]);
    const code = process.exitCode as number | undefined;
    return { code, lines: code === undefined ? (await readFile(out, 'utf8')).trimEnd().split('\n') : [] };
  } finally {
    process.exitCode = before;
  }
}

const times = ['--time', 't', '--time-format', 'unix'];

describe('replay', () => {
  test('finds what is in the recording, and the same every time', async () => {
    const file = await recordingFile();
    const first = await replay('--input', file, ...times);
    expect(first.code).toBeUndefined();
    const found = first.lines.map((line) => JSON.parse(line) as { detector: string; tags: string[]; beganAt: number });
    expect(found).toMatchObject([{ detector: 'limits', tags: ['LEVEL'] }]);
    expect(found[0]?.beganAt).toBe((1_700_000_000 + 96) * 1000);
    const second = await replay('--input', file, ...times);
    expect(second.lines).toEqual(first.lines);
  }, 60_000);

  test('is one stream in the order of time, with a tick for each second and devices that are up', async () => {
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

  test('a column that is no tag is an error that names it', async () => {
    const file = join(folder, 'odd.csv');
    await writeFile(file, 't,LEVEL,PRESSURE\n1700000000,1,2\n');
    expect((await replay('--input', file, ...times)).code).toBe(2);
    expect((await replay('--input', file, ...times, '--ignore', 'PRESSURE')).code).toBeUndefined();
  }, 60_000);
});
