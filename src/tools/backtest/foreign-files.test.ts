import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adviceOf } from './advice.ts';
import { withLabelsOf } from './labels.ts';
import { inPast, inSequence } from './stream.ts';
import { readTable } from './read-table.ts';
import type { Table, TableOptions } from './table.ts';

/** Files of other programs. Each is read correctly, or refused with a hint. */
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foreign-files-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const start = Date.UTC(2026, 0, 1);
const rows = 30;
const plain = [
  'time,a,b',
  ...Array.from({ length: rows }, (_, row) => `${new Date(start + row * 60_000).toISOString()},${row / 2},-${row}`),
].join('\n');

async function read(content: string | Buffer, options: Partial<TableOptions> = {}) {
  const path = join(folder, 't.csv');
  await writeFile(path, content);
  return await readTable(path, { ignore: [], ...options });
}

const cellsOf = (line: string): string[] => line.split(',');
/** The lines with their time in another format. */
const withTime = (write: (time: Date) => string): string =>
  plain
    .split('\n')
    .map((line, index) => {
      const [time = '', ...rest] = cellsOf(line);
      return [index === 0 ? time : write(new Date(time)), ...rest].join(',');
    })
    .join('\n');
const two = (value: number): string => String(value).padStart(2, '0');

it.each<[string, string | Buffer, Partial<TableOptions>?]>([
  ['a byte order mark and CRLF', `\ufeff${plain.replaceAll('\n', '\r\n')}\r\n`],
  ['CR alone', plain.replaceAll('\n', '\r')],
  ['UTF-16', Buffer.from(`\ufeff${plain}`, 'utf16le')],
  ['semicolons and decimal commas', plain.replaceAll(',', ';').replaceAll(/(\d)\.5/g, '$1,5')],
  ['bars', plain.replaceAll(',', '|')],
  ['line ends of several kinds', plain.replace('\n', '\r\n')],
  ['lines before the header', `Some plant\n\n"a, b",c\n${plain}`, { skipLines: 3 }],
  [
    'a date and a time of day in two columns',
    withTime((time) => `${time.toISOString().slice(0, 10)},${time.toISOString().slice(11, 19)}`).replace('time', 'Date,Time'),
    { time: ['Date', 'Time'] },
  ],
  [
    'every cell in quotes',
    plain
      .split('\n')
      .map((line) =>
        cellsOf(line)
          .map((cell) => `"${cell}"`)
          .join(','),
      )
      .join('\n'),
  ],
  ['seconds since 1970', withTime((time) => String(time.getTime() / 1000)), { timeFormat: 'unix' }],
  ['milliseconds since 1970', withTime((time) => String(time.getTime())), { timeFormat: 'unixms' }],
  ['an offset from UTC', withTime((time) => new Date(time.getTime() + 7_200_000).toISOString().replace('Z', '+02:00'))],
  ['UTC in words', withTime((time) => time.toISOString().replace('T', ' ').replace('.000Z', ' UTC'))],
  [
    'the day first',
    withTime((time) => `${two(time.getUTCDate())}.${two(time.getUTCMonth() + 1)}.2026 ${time.toISOString().slice(11, 16)}`),
    { timeFormat: '%d.%m.%Y %H:%M' },
  ],
  ['a column without a name', plain.replaceAll('\n', '\n7,').replace(/^/, ','), { ignore: ['0'] }],
  ['a column of words', plain.replaceAll('\n', ',ok\n').replace(',ok', ',note').concat(',ok'), { ignore: ['note'] }],
  [
    'times that are no use',
    plain.replaceAll(/T\d\d:\d\d/g, 'T00:00').replaceAll('time', 'when'),
    { ignore: ['when'], periodMs: 60_000 },
  ],
  ['times that are no use in the usual column', withTime(() => '2026'), { ignore: ['time'], periodMs: 60_000 }],
])('%s change nothing', async (_, content, options) => {
  const expected = await read(plain);
  const table = await read(content, options);
  expect(table.columns).toEqual(['a', 'b']);
  expect(table.rows).toEqual(expected.rows);
  const from = (times: readonly number[]): number[] => times.map((time) => time - (times[0] ?? 0));
  expect(from(table.times)).toEqual(from(expected.times));
  if (options?.periodMs === undefined) expect(table.times).toEqual(expected.times);
});

it('a quoted name may contain the other separators', async () => {
  expect((await read('"a; in bar","b|c"\n1,2\n')).columns).toEqual(['a; in bar', 'b|c']);
});

it('states as words become numbers, and missing values stay missing', async () => {
  const table = await read('pump,valve,flow\nTrue,ON,-\nfalse,off,inf\n?,N/A,1\n');
  expect(table.rows.map((row) => [...row])).toEqual([
    [1, 1, Number.NaN],
    [0, 0, Number.NaN],
    [Number.NaN, Number.NaN, 1],
  ]);
});

it('a second run in the same file continues after the first one, at the same hours', async () => {
  const lines = plain.split('\n').slice(1);
  const table = await read([plain, ...lines.slice(0, 5).map((line) => line.replace('2026', '2019'))].join('\n'));
  const minutes = Array.from({ length: rows + 5 }, (_, row) => (row < rows ? row : 24 * 60 + row - rows));
  expect(table.times.map((time) => (time - start) / 60_000)).toEqual(minutes);
  expect(table.file).toMatchObject({ back: 1, equal: 0 });
});

it('several files of normal operation follow each other, whatever their times', async () => {
  const one = await read(plain);
  const [first, second, third] = inSequence([one, one, await read('a,b\n1,2\n')]);
  expect(first).toBe(one);
  expect(second?.times[0]).toBe(start + 86_400_000);
  expect(third?.times[0]).toBeGreaterThan(second?.times.at(-1) ?? 0);
});

it('normal operation that is later than the input is moved back by whole weeks', async () => {
  const hour = 3_600_000;
  const normal = (from: number): Table => ({
    name: '',
    columns: ['a'],
    rows: [Float64Array.of(1), Float64Array.of(2)],
    times: [from, from + hour],
  });
  const moved = (...from: number[]): number[] => inPast(from.map(normal), start).flatMap(({ times }) => times);
  expect(moved(start - 9 * hour)).toEqual([start - 9 * hour, start - 8 * hour]);
  const week = 168 * hour;
  expect(moved(start - hour)).toEqual([start - hour - week, start - week]);
  expect(moved(start - 9 * hour, start + 200 * hour)).toEqual(
    [-9, -8, 200, 201].map((hours) => start + (hours - 2 * 168) * hour),
  );
});

it('labels have the meaning that the user gives', async () => {
  const text = 'a,l\n1,1\n1,-1\n1,A ttack\n1,Normal\n';
  expect([...((await read(text, { labels: 'l' })).labels ?? [])]).toEqual([1, 0, 1, 0]);
  expect([...((await read(text, { labels: 'l', anomalous: ['-1', 'Normal'] })).labels ?? [])]).toEqual([0, 1, 0, 1]);
});

describe('a refusal has a hint', () => {
  const reversed = [plain.split('\n')[0], ...plain.split('\n').slice(1).toReversed()].join('\n');
  it.each<[string, string | Buffer, RegExp, RegExp]>([
    ['a header alone', 'time,a\n', /no row below its header/, /numbers below it/],
    ['the newest row first', reversed, /column 1 \(time\): 29 of 30 rows are older/, /sort the rows by time/],
    [
      'numbers as times',
      'time,a\n1767225600,1\n',
      /line 2, column 1 \(time\): "1767225600" is not a time/,
      /--time-format unix /,
    ],
    ['a date with the day first', 'time,a\n24/11/2026,1\n', /is not a time/, /--time-format .*%d\/%m\/%Y/],
    ['words', 'time,a note\n2026-01-01,ok\n', /line 2, column 2 \(a note\): "ok"/, /--ignore "a note" .*--time "a note"/],
    ['thousands', 'a,b\n"1,000",2\n', /line 2, column 1 \(a\): "1,000" is not a number/, /--ignore a/],
    ['no name', ',a\n1,2\n', /line 1, column 1: the header has no name/, /--ignore 0/],
    ['too few cells', 'a,b\n1,2\n1\n', /line 3, column 2/, /missing is an empty cell/],
    ['a spreadsheet', Buffer.from('504b030414000000', 'hex'), /zip archive or a spreadsheet/, /as CSV/],
  ])('%s', async (_, content, message, hint) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('a folder', async () => {
    await expect(readTable(folder, { ignore: [] })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('suspicious input is reported', () => {
  const advice = async (content: string, options: Partial<TableOptions> = {}, calibrateRows = 0): Promise<string[]> =>
    adviceOf({ input: await read(content, options), calibrate: [], calibrateRows, ignore: options.ignore ?? [] });

  it('ordinary input is not reported', async () => {
    expect(await advice(plain, { ignore: ['b'] }, 20)).toEqual([]);
  });

  it('normal operation with other rounding than the input is reported', async () => {
    const input = await read('a,b,c\n1.25,2,3\n1.5,2,3.125\n');
    const normal = await read('a,b,c\n1.2345,2,3\n1.5,2.125,3.25\n');
    const said = (table: Table): string[] => adviceOf({ input, calibrate: [table], calibrateRows: 0, ignore: [] });
    expect(said(normal)).toEqual([expect.stringMatching(/: a: more decimals than in .*; round both alike/)]);
    expect(said(input)).toEqual([]);
  });

  it('judged rows that were learned are reported, in any order of columns and rows', async () => {
    const input = await read(plain);
    const lines = plain.split('\n').slice(1).map(cellsOf);
    const said = async (cells: readonly string[][]): Promise<string[]> => {
      const calibrate = [
        await read(['b,c,a', ...cells.map(([, a, b], row) => `${b},${row},${a}`)].join('\n'), { periodMs: 60_000 }),
      ];
      return adviceOf({ input, calibrate, calibrateRows: 0, ignore: [] });
    };
    expect(await said(lines.toReversed())).toEqual([expect.stringMatching(/^30 of 30 rows of .* are also in /)]);
    expect(await said(lines.slice(0, 12))).toEqual([expect.stringMatching(/^12 of 30 rows/)]);
    expect(await said(lines.map(([time = '', a, b]) => [time, `${a}1`, b ?? '']))).toEqual([]);
  });

  it('normal operation with another row period is reported', async () => {
    const input = await read(plain);
    const said = async (content: string): Promise<string[]> =>
      adviceOf({ input, calibrate: [await read(content)], calibrateRows: 0, ignore: [] });
    const odd = plain.replaceAll(/-(\d+)$/gm, '-$1.5');
    const before = odd.replaceAll('2026', '2025');
    expect(await said(before)).toEqual([]);
    expect(await said(odd)).toEqual([expect.stringMatching(/learned as if it had come before, moved back by whole weeks/)]);
    expect(await said(before.replaceAll('Z', ''))).toEqual([expect.stringMatching(/only one names a time zone/)]);
    const slow = before.replaceAll(/T00:(\d\d)/g, 'T$1:00').replaceAll(/T2[4-9]|T[3-9]\d/g, 'T23');
    expect(await said(slow)).toContainEqual(expect.stringMatching(/has one row every 1 h, .* one every 1 min/));
  });

  it.each<[string, string, Partial<TableOptions>, number, RegExp]>([
    [
      'labels the wrong way round',
      'a,l\n1,1\n2,1\n3,-1\n',
      { labels: 'l' },
      0,
      /2 of 3 rows are labelled anomalous; --anomalous/,
    ],
    ['labels that call nothing anomalous', 'a,l\n1,0\n2,0\n', { labels: 'l' }, 0, /no row that is judged is labelled anomalous/],
    ['rows without a label', 'a,l\n1,0\n2,\n3,1\n', { labels: 'l' }, 0, /1 rows have no label and count as normal/],
    ['a name that no column has', plain, { ignore: ['c'] }, 0, /--ignore c: unknown column/],
    ['labels among the tags', 'a,ATT_FLAG\n1,0\n', {}, 0, /ATT_FLAG is judged as a tag/],
    [
      'anomalies that are learned',
      'a,l\n1,0\n2,1\n3,0\n4,1\n5,0\n',
      { labels: 'l' },
      2,
      /^1 of the rows that are learned as normal/,
    ],
    ['nothing to judge', plain, {}, rows, /none is left to judge/],
    ['coarse times', plain.replaceAll(/:\d\d:/g, ':00:'), {}, 0, /29 of 30 rows have the time of the one before; --ignore/],
    ['a clock that is set back', plain.replace('00:20', '00:10'), {}, 0, /1 of 30 rows are older/],
  ])('%s', async (_, content, options, calibrateRows, said) => {
    expect(await advice(content, options, calibrateRows)).toEqual([expect.stringMatching(said)]);
  });
});

it('a file that is read with every n-th row keeps its clock', async () => {
  const expected = await read(plain);
  const table = await read(plain, { every: 7 });
  const kept = [0, 7, 14, 21, 28];
  expect(table.times).toEqual(kept.map((row) => expected.times[row]));
  expect(table.rows.map((row) => [...row])).toEqual(kept.map((row) => [...(expected.rows.at(row) ?? [])]));
  expect((await read('a\n1\n2\n3\n', { every: 2, periodMs: 60_000 })).times).toEqual([0, 120_000]);
});

describe('labels in a separate file', () => {
  const labelled = async (content: string, options: Partial<TableOptions> = {}) => {
    const table = await read(plain, options);
    const path = join(folder, 'labels.csv');
    await writeFile(path, content);
    return withLabelsOf(path, table, { ignore: [], labels: 'l', ...options });
  };
  const lines = plain.split('\n').slice(1);
  const timed = ['time,l', ...lines.map((line, row) => `${cellsOf(line)[0]},${row === 4 ? 'Attack' : 'Normal'}`)];

  it('belong to the rows, with and without times', async () => {
    const expected = lines.map((_, row) => (row === 4 ? 1 : 0));
    expect([...((await labelled(timed.join('\n'))).labels ?? [])]).toEqual(expected);
    const bare = timed.map((line) => cellsOf(line)[1]).join('\n');
    expect([...((await labelled(bare)).labels ?? [])]).toEqual(expected);
    const table = await read(`exported by hand\n${plain}`, { skipLines: 1 });
    const path = join(folder, 'labels.csv');
    const options = { ignore: [], labels: 'l', skipLines: 1 };
    expect([...((await withLabelsOf(path, table, options)).labels ?? [])]).toEqual(expected);
    expect([...((await labelled(bare, { every: 4 })).labels ?? [])]).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
  });

  it.each<[string, string, RegExp]>([
    ['is a row short', timed.slice(0, -1).join('\n'), /it labels 29 rows, and .* has 30/],
    ['has a row more', [...timed, '2026-01-02,Normal'].join('\n'), /it labels 31 rows, and .* has 30/],
    [
      'is late by a row',
      [timed[0], ...timed.slice(2), '2026-01-01T00:30:00Z,Normal'].join('\n'),
      /line 2: it is of 2026-01-01T00:01:00.000Z, and row 1/,
    ],
    ['has no such column', timed.join('\n').replace('time,l', 'time,m'), /line 1: there is no column l/],
    ['has a word that is no label', timed.join('\n').replace('Attack', 'odd'), /line 6, column 2 \(l\): "odd" is no label/],
  ])('are refused from a file that %s', async (_, content, message) => {
    await expect(labelled(content)).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringMatching(message) });
  });
});

it('a file that does not fit in memory is refused early with a hint', async () => {
  const path = join(folder, 'long.csv');
  await writeFile(path, `a,b\n${'1,2\n'.repeat(200_000)}`);
  const reading = (left: number): Promise<Table> => readTable(path, { ignore: [] }, {}, () => left);
  await expect(reading(2 ** 29)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(/takes about 0\.0 GB of memory, and 0\.0 GB are left/),
    hint: expect.stringMatching(/--ignore.*--every 10/),
  });
  expect((await reading(2 ** 29 + 2 ** 23)).rows).toHaveLength(200_000);
});

it('an unclosed quote does not consume the rest of the file', async () => {
  const text = `a,b\n1,"2\n${'1,2\n'.repeat(2_000_000)}`;
  await expect(read(text)).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringMatching(/Max Record Size/) });
});

it('a long read shows its progress and ends when it is cancelled', async () => {
  const path = join(folder, 'long.csv');
  await writeFile(path, `a,b\n${'1,2\n'.repeat(200_000)}`);
  const heard: number[] = [];
  expect((await readTable(path, { ignore: [] }, { onProgress: (done) => heard.push(done) })).rows).toHaveLength(200_000);
  expect(heard.length).toBeGreaterThan(100);
  expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  expect(heard.at(-1)).toBe(1);
  const stop = new AbortController();
  const reading = readTable(path, { ignore: [] }, { onProgress: () => stop.abort(), signal: stop.signal });
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});
