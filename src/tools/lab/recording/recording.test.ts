import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { registry } from '../../../app/registry.ts';
import { loadConfig } from '../../../config/load.ts';
import { historians } from '../../../historian/index.ts';
import { exercise } from '../exercise.ts';
import { CsvFile, writing } from './csv-file.ts';
import { readTable } from '../../backtest/read-table.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-recording-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const scenario = `
id: tank-lie
plant: waterworks
kind: attack
title: Level of tank 1 held
description: The level of tank 1 is held.
techniques: [T1692.002]
physicalResult: None in a minute.
difficulty: 1
duration: 60s
steps:
  - {at: 20s, actor: attacker, protocol: plant, operation: sensor-stuck, target: T1.LT, value: 1.5, text: holds the level}
truth:
  - {from: 20s, to: 50s, tags: [T1.LT], equipment: [T1]}
`;
const file = join(dir, 'tank-lie.yaml');
const configOf = async (path: string) => await loadConfig(path, { registry, environment: { SCADAWATCH_UA1_PASSPHRASE: 'none' } });
const record = (name: string, beforeS = 30) =>
  exercise(file, { hour: 7 }, { dir: join(dir, name), beforeS, version: '1.2.3', configOf });
const read = (name: string): string => readFileSync(join(dir, 'one', name), 'utf8');

beforeAll(async () => {
  writeFileSync(file, scenario);
  await record('one');
});

it('labels the seconds of the ground truth, and the tags that the attack affects', () => {
  const [, ...lines] = read('samples.csv').trimEnd().split('\n');
  const rows = lines.map((line) => line.split(','));
  const times = (column: number, tag: string): readonly string[] => [
    ...new Set(rows.filter((row) => row[column] === '1' && row[1] === tag).map(([time = '']) => time.slice(11, 19))),
  ];
  expect(rows[0]?.[0]).toBe('2026-11-24T06:59:31.000Z');
  expect([times(6, 'T1.LT').at(0), times(6, 'T1.LT').at(-1)]).toEqual(['07:00:20', '07:00:45']);
  expect(times(7, 'T1.LT')).toEqual(times(6, 'T1.LT'));
  expect(times(7, 'CW.LT01')).toEqual([]);
  const held = rows.filter(([time = '', tag]) => tag === 'T1.LT' && time >= '2026-11-24T07:00:25');
  expect(new Set(held.slice(0, 20).map((row) => row[2]))).toEqual(new Set(['1.5']));
  // the true level moves on
  const [head = '', ...truths] = read('process.csv').trimEnd().split('\n');
  expect([truths.length, head.split(',').length > 50]).toEqual([90, true]);
});

it('writes a table that a back-test reads, and Parquet that a replay reads', async () => {
  const table = await readTable(join(dir, 'one', 'table.csv'), { labels: 'anomalous', ignore: [], anomalous: [] });
  expect([table.times.length, table.labels?.reduce((a, b) => a + b, 0)]).toEqual([90, 30]);
  await using parquet = await historians[0]?.files?.open(join(dir, 'one', 'samples.parquet'), new AbortController().signal);
  const samples = [];
  for await (const some of parquet?.samples(['T1.LT'], new AbortController().signal) ?? []) samples.push(...some);
  const line =
    read('samples.csv')
      .split('\n')
      .find((one) => one.includes(',T1.LT,')) ?? '';
  expect(samples[0]).toMatchObject({
    sourceTime: Date.parse(line.split(',')[0] ?? ''),
    value: Number(line.split(',')[2]),
    quality: 0,
  });
});

it('describes every file with its checksum, and is the same when it is made again', async () => {
  const sheet = read('datasheet.md');
  for (const name of readdirSync(join(dir, 'one')).filter((one) => !/datasheet|SHA256/.test(one))) {
    const sha256 = createHash('sha256')
      .update(readFileSync(join(dir, 'one', name)))
      .digest('hex');
    expect(sheet, name).toContain(`\`${name}\``);
    expect(sheet, name).toContain(sha256);
  }
  expect(sheet).toContain('scadawatch exercise tank-lie.yaml --seed 1 --hour 7 --record DIR --before 30s');
  expect(read('truth.csv').split('\n')[1]).toBe(
    'tank-lie,attack,2026-11-24T07:00:20.000Z,2026-11-24T07:00:50.000Z,T1692.002,Reporting Message,T1.LT,T1',
  );
  await record('two');
  expect(readFileSync(join(dir, 'two', 'SHA256SUMS'), 'utf8')).toBe(read('SHA256SUMS'));
});

it('refuses a folder with files', async () => {
  await expect(record('one')).rejects.toThrow(/the folder .*one is not empty/);
});

it('states what to do if the folder is a file, cannot be made, or its disk is full', async () => {
  const hint = /a new folder on a disk that has room/;
  writeFileSync(join(dir, 'taken'), '');
  await expect(record('taken')).rejects.toMatchObject({ code: 'INPUT_INVALID', hint: expect.stringMatching(hint) });
  await expect(record('taken/below')).rejects.toMatchObject({ code: 'INPUT_INVALID', hint: expect.stringMatching(hint) });
  const columns = [{ name: 'value', type: 'number', meaning: '' }] as const;
  expect(() => new CsvFile(join(dir, 'none', 'x.csv'), columns)).toThrow(/x\.csv cannot be written: ENOENT/);
  // a device of Linux on which each write fails as on a full disk
  const full = () => writing('samples.csv', () => writeFileSync('/dev/full', 'x'));
  expect(full).toThrow(/samples\.csv cannot be written: ENOSPC/);
});
