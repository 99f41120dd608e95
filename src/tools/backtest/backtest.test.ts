import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { Random } from '../../core/random.ts';
import { tagsOf } from './stream.ts';
import { readTable } from './read-table.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backtest-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const options = { ignore: [] };

describe('reading a table', () => {
  test.each([
    ['comma', 'time,a,b\n2024-01-01T00:00:00Z,1,2\n2024-01-01T00:00:10Z,3,4\n'],
    ['semicolon', 'Time;a;b\n2024-01-01 00:00:00;1;2\n2024-01-01 00:00:10;3;4\n'],
    ['tab', 'timestamp\ta\tb\n2024-01-01T02:00:00+02:00\t1\t2\n2024-01-01T02:00:10+02:00\t3\t4\n'],
    ['comma with blanks and quotes', ' datetime , a ,"b"\n"2024-01-01", 1 ,2\n2024-01-01 00:00:10.000, 3,4'],
  ])('separated by %s', async (_, text) => {
    const table = await readTable(await file('t.csv', text), options);
    expect(table.columns).toEqual(['a', 'b']);
    expect(table.times).toEqual([Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1, 0, 0, 10)]);
    expect(table.rows.map((row) => [...row])).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test('separated by blanks, without a time column, gzipped', async () => {
    const path = await file('t.dat.gz', gzipSync('  a   b\n  1.5e0   2\n  3   -4\n'));
    const table = await readTable(path, { ...options, periodMs: 180_000 });
    expect(table).toMatchObject({ columns: ['a', 'b'], times: [0, 180_000] });
    expect([...(table.rows.at(1) ?? [])]).toEqual([3, -4]);
  });

  test('time by index and format, unix seconds, and missing values', async () => {
    const odd = await readTable(await file('t.csv', 'when,a\n06/01/14 03,NaN\n06/01/14 04,\n'), {
      ...options,
      time: '0',
      timeFormat: '%d/%m/%y %H',
    });
    expect(odd.times).toEqual([Date.UTC(2014, 0, 6, 3), Date.UTC(2014, 0, 6, 4)]);
    expect(odd.rows.map((row) => row[0])).toEqual([Number.NaN, Number.NaN]);
    const unix = await readTable(await file('t.csv', 'a,t\n1,1700000000\n'), { ignore: [], time: 't', timeFormat: 'unix' });
    expect(unix.times).toEqual([1_700_000_000_000]);
  });

  test('a clock that steps back does not stop the stream', async () => {
    const table = await readTable(await file('t.csv', 'time,a\n2024-01-02,1\n2024-01-01,2\n2024-01-03,3\n'), options);
    expect(table.times.map((time, i) => time > (table.times[i - 1] ?? 0))).toEqual([true, true, true]);
  });

  test.each([
    ['time,a\n2024-01-01,x\n', 'line 2, column 2 (a): "x" is not a number'],
    ['time,a\n2024-01-01,1\nnever,2\n', 'line 3, column 1 (time): "never" is not a time'],
    ['a,b\n1,2\n1,2,3\n', 'line 3, column 3: 3 columns where the header has 2'],
    ['a,b\n1,2\n1\n', 'line 3, column 2: 1 columns where the header has 2'],
    ['a,a\n1,2\n', 'line 1, column 2: the column a is there twice'],
    ['a,\n1,2\n', 'line 1, column 2: the header has no name here'],
    ['', 'it is empty'],
  ])('an error in %j is reported with line and column', async (text, message) => {
    await expect(readTable(await file('bad.csv', text), options)).rejects.toThrow(message);
  });

  test('a truncated gzip is an error, not a short table', async () => {
    const whole = gzipSync(`a,b\n${'1,2\n'.repeat(5_000)}`);
    await expect(readTable(await file('cut.csv.gz', whole.subarray(0, whole.length - 20)), options)).rejects.toThrow(
      'cannot be read',
    );
  });
});

test('a column of few whole numbers has these as states, other columns have none', () => {
  const rows = [
    [0, 1.5, 3, Number.NaN],
    [1, 2, 3, 2],
    [0, 2, 3, 7],
  ].map((row) => Float64Array.from(row));
  const { tags } = tagsOf(['a', 'b', 'c', 'd'], [{ name: '', columns: [], times: [0, 1, 2], rows }], 1_000);
  expect(tags.map(({ kind, states }) => [kind, states])).toEqual([
    ['discrete', { 0: '0', 1: '1' }],
    ['analog', undefined],
    ['analog', undefined],
    ['discrete', { 2: '2', 7: '7' }],
  ]);
});

/** Two related tags; from row `from` on the relation is broken. */
function process(rows: number, seed: number, from = rows): string {
  const random = new Random(seed);
  let a = 0;
  const lines = Array.from({ length: rows }, (_, row) => {
    a = 0.95 * a + random.normal();
    const b = (row < from ? a : 0.2) + 0.05 * random.normal();
    const c = a - 2 * random.normal();
    return `${(row * 60).toString()},${a.toFixed(3)},${b.toFixed(3)},${c.toFixed(3)},0`;
  });
  return `t,a,b,c,label\n${lines.join('\n')}\n`;
}

async function run(...argv: string[]): Promise<{ code: number | undefined; rows: string[][] }> {
  const out = join(folder, 'out.csv');
  const before = globalThis.process.exitCode;
  globalThis.process.exitCode = undefined;
  try {
    await main(['node', 'scadawatch', 'backtest', '--out', out, ...argv]);
    const code = globalThis.process.exitCode as number | undefined;
    const text = code === undefined ? await readFile(out, 'utf8') : '';
    return {
      code,
      rows: text
        .trimEnd()
        .split('\n')
        .map((line) => line.split(',')),
    };
  } finally {
    globalThis.process.exitCode = before;
  }
}

const columns = ['--time', 't', '--time-format', 'unix', '--ignore', 'label'];

test('one line per row; no alarm in normal operation, an alarm with its tags when the relation breaks', async () => {
  const normal = await file('normal.csv', process(6_000, 1));
  const input = await file('input.csv', process(600, 2, 400));
  const { code, rows } = await run('--input', input, '--calibrate', normal, ...columns);
  expect(code).toBeUndefined();
  expect(rows[0]).toEqual(['row', 'score', 'alarm', 'top']);
  expect(rows.slice(1).map(([row]) => Number(row))).toEqual(Array.from({ length: 600 }, (_, i) => i));
  const alarms = rows.slice(1).filter(([, , alarm]) => alarm === '1');
  expect(alarms.filter(([row]) => Number(row) < 400).length).toBeLessThan(8);
  expect(alarms.filter(([row]) => Number(row) >= 400).length).toBeGreaterThan(100);
  expect(alarms.at(-1)?.[3]).toMatch(/^b:[01]\.\d+(;[abc]:0\.\d+)*$/);
});

test('the result of a row does not depend on later rows', async () => {
  const normal = await file('normal.csv', process(1_500, 1));
  const text = process(300, 3, 150);
  const whole = await run('--input', await file('input.csv', text), '--calibrate', normal, ...columns);
  const lines = text.split('\n');
  const cut = await run('--input', await file('input.csv', lines.slice(0, 201).join('\n')), '--calibrate', normal, ...columns);
  expect(cut.rows).toEqual(whole.rows.slice(0, 201));
});

test('the first rows calibrate and raise no alarm; without calibration, detectors learn online', async () => {
  const input = await file('input.csv', process(1_200, 4, 1_000));
  const first = await run('--input', input, '--calibrate-rows', '800', ...columns);
  expect(first.rows.slice(1, 801).every(([, score, alarm]) => score === '0' && alarm === '0')).toBe(true);
  expect(first.rows.slice(1_000).some(([, , alarm]) => alarm === '1')).toBe(true);
  const odd = process(1_200, 4).replace(/^60000,.*$/m, '60000,90,1,1,0');
  const online = await run('--input', await file('odd.csv', odd), ...columns);
  expect(online.rows).toHaveLength(1_201);
  expect(online.rows[1_001]?.[2]).toBe('1');
  expect(online.rows[1_001]?.[3]).toBe('a:1.000');
  const alarmed = online.rows.slice(1, 1_001).map(([, , alarm]) => alarm === '1');
  expect(alarmed.filter((alarm, row) => alarm && alarmed[row - 1] !== true).length).toBeLessThan(8);
});

test('invalid input ends with status 2', async () => {
  const { code } = await run('--input', await file('bad.csv', 'a,b\n1,x\n'));
  expect(code).toBe(2);
  expect((await run('--input', join(folder, 'nowhere.csv'))).code).toBe(2);
  const normal = await file('normal.csv', 'a\n1\n2\n');
  expect((await run('--input', await file('i.csv', 'a,b\n1,2\n'), '--calibrate', normal)).code).toBe(2);
});
