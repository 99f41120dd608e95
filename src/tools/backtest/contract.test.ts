import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { Random } from '../../core/random.ts';
import { main } from '../../main.ts';

/**
 * The contract by which other projects score scadawatch on unknown data. Each test is one of its sentences. A change here breaks
 * their scoring.
 */
let folder = '';
let stderr: MockInstance<typeof console.error>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contract-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => stderr.mockRestore());

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

interface Row {
  readonly row: number;
  readonly score: number;
  readonly alarm: string;
  readonly top: string;
}

async function run(...argv: string[]) {
  const out = join(folder, 'out.csv');
  await rm(out, { force: true });
  stderr.mockClear();
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await main(['node', 'scadawatch', 'backtest', '--out', out, ...argv]);
    const code = process.exitCode as number | undefined;
    const text = code === undefined ? await readFile(out, 'utf8') : '';
    const [header, ...lines] = text.trimEnd().split('\n');
    const rows = lines.map((line): Row => {
      const [row = '', score = '', alarm = '', top = ''] = line.split(',');
      return { row: Number(row), score: Number(score), alarm, top };
    });
    return { code, header, rows, said: stderr.mock.calls.flat().join('\n') };
  } finally {
    process.exitCode = before;
  }
}

/** Two related tags as cells by row. From row `broken` on, the second one is shifted. */
function process2(rows: number, seed: number, broken = rows): string[][] {
  const random = new Random(seed);
  let a = 0;
  return Array.from({ length: rows }, (_, row) => {
    a = 0.9 * a + random.normal();
    const b = row < broken ? a : a + 30;
    return [a.toFixed(3), (b + 0.05 * random.normal()).toFixed(3)];
  });
}

const iso = (row: number): string => new Date(Date.UTC(2026, 0, 1) + row * 60_000).toISOString().slice(0, 19);

function table(cells: readonly string[][], separator = ',', time?: { name: string; of: (row: number) => string }): string {
  const header = [...(time === undefined ? [] : [time.name]), 'a', 'b'].join(separator);
  const lines = cells.map((row, i) => [...(time === undefined ? [] : [time.of(i)]), ...row].join(separator));
  return `${[header, ...lines].join('\n')}\n`;
}

const rows = 300;
const cells = process2(rows, 3, 240);
const normal = ['--calibrate-rows', '200'];
const timed = { name: 'time', of: iso };

describe('input', () => {
  it('is plain or gzipped CSV with one header line, separated by comma, semicolon, tab or blanks', async () => {
    const expected = (await run('--input', await file('i.csv', table(cells, ',', timed)), ...normal)).rows;
    expect(expected).toHaveLength(rows);
    for (const separator of [';', '\t'])
      expect((await run('--input', await file('i.csv', table(cells, separator, timed)), ...normal)).rows).toEqual(expected);
    const blanks = await file('i.dat', table(cells, '   ', timed));
    expect((await run('--input', blanks, ...normal)).rows).toEqual(expected);
    const zipped = await file('i.csv.gz', gzipSync(table(cells, ',', timed)));
    expect((await run('--input', zipped, ...normal)).rows).toEqual(expected);
  });

  it('has its time in a column named time, timestamp, datetime or date, in any case, as ISO 8601', async () => {
    const expected = (await run('--input', await file('i.csv', table(cells, ',', timed)), ...normal)).rows;
    for (const name of ['TIME', 'Timestamp', 'DateTime', 'date'])
      expect((await run('--input', await file('i.csv', table(cells, ',', { name, of: iso })), ...normal)).rows).toEqual(expected);
  });

  it('accepts --time as a name or a 0-based index, and --time-format', async () => {
    const expected = (await run('--input', await file('i.csv', table(cells, ',', timed)), ...normal)).rows;
    const odd = await file(
      'i.csv',
      table(cells, ',', { name: 'when', of: (row) => `${Date.UTC(2026, 0, 1) / 1000 + row * 60}` }),
    );
    const format = ['--time-format', 'unix'];
    expect((await run('--input', odd, '--time', 'when', ...format, ...normal)).rows).toEqual(expected);
    expect((await run('--input', odd, '--time', '0', ...format, ...normal)).rows).toEqual(expected);
    const day = { name: 'when', of: (row: number) => `${String(1 + Math.floor(row / 24)).padStart(2, '0')}/01/26 ${row % 24}` };
    const hourly = await file('i.csv', table(cells, ',', day));
    expect((await run('--input', hourly, '--time', 'when', '--time-format', '%d/%m/%y %H', ...normal)).code).toBeUndefined();
  });

  it('uses --period if there is no time column, 1 s by default', async () => {
    const path = await file('i.csv', table(cells));
    const second = await run('--input', path, ...normal);
    expect((await run('--input', path, '--period', '1', ...normal)).rows).toEqual(second.rows);
    const minute = await run('--input', path, '--period', '60', ...normal);
    const same = await run('--input', await file('t.csv', table(cells, ',', timed)), ...normal);
    expect(minute.rows).toEqual(same.rows);
  });

  it('has a tag in every other column that --ignore does not name', async () => {
    const expected = (await run('--input', await file('i.csv', table(cells, ',', timed)), ...normal)).rows;
    const wide = table(
      cells.map((row, i) => [...row, i < 240 ? 'ok' : 'bad', String(i)]),
      ',',
      timed,
    ).replace('time,a,b', 'time,a,b,note,number');
    const path = await file('w.csv', wide);
    expect((await run('--input', path, ...normal, '--ignore', 'note', 'number')).rows).toEqual(expected);
    expect((await run('--input', path, ...normal, '--ignore', 'number')).code).toBe(2);
  });
});

describe('normal operation', () => {
  const input = table(process2(120, 5, 60), ',', timed);

  it('is read from the files of --calibrate, one or several', async () => {
    const whole = process2(600, 1);
    const one = await run('--input', await file('i.csv', input), '--calibrate', await file('n.csv', table(whole, ',', timed)));
    expect(one.rows.slice(0, 50).some(({ alarm }) => alarm === '1')).toBe(false);
    expect(one.rows.slice(60).some(({ alarm }) => alarm === '1')).toBe(true);
    const later = { name: 'time', of: (row: number) => iso(row + 300) };
    const first = await file('n1.csv', table(whole.slice(0, 300), ',', timed));
    const second = await file('n2.csv', table(whole.slice(300), ',', later));
    expect((await run('--input', await file('i.csv', input), '--calibrate', first, second)).rows).toEqual(one.rows);
  });

  it('is the first rows of the input with --calibrate-rows; these raise no alarm', async () => {
    const { rows: all } = await run('--input', await file('i.csv', table(cells, ',', timed)), ...normal);
    expect(all.slice(0, 200).every(({ score, alarm, top }) => score === 0 && alarm === '0' && top === '')).toBe(true);
    expect(all.slice(240).some(({ alarm }) => alarm === '1')).toBe(true);
  });

  it('is learned online from the first row without either option', async () => {
    const { code, rows: all, said } = await run('--input', await file('i.csv', table(process2(600, 7, 540), ',', timed)));
    expect(code).toBeUndefined();
    expect(said).toMatch(/learning online/);
    expect(all.slice(540).some(({ alarm }) => alarm === '1')).toBe(true);
  });
});

describe('output', () => {
  it('is row,score,alarm,top: one line per row in order, rows from 0, threshold 1, contributions of tags', async () => {
    const { header, rows: all } = await run('--input', await file('i.csv', table(cells, ',', timed)), ...normal);
    expect(header).toBe('row,score,alarm,top');
    expect(all.map(({ row }) => row)).toEqual(Array.from({ length: rows }, (_, i) => i));
    expect(all.every(({ score, alarm }) => score >= 0 && (alarm === '0' || alarm === '1'))).toBe(true);
    const first = all.find(({ alarm }) => alarm === '1');
    expect(first?.score).toBeGreaterThanOrEqual(1);
    const named = all.filter(({ alarm }) => alarm === '1').map(({ top }) => top);
    for (const top of named) {
      expect(top).toMatch(/^[ab]:(0|1|0\.\d+|1\.000|0\.000)(;[ab]:[01]\.\d+)*$/);
      const shares = top.split(';').map((part) => Number(part.split(':')[1]));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1.01);
    }
  });

  it('reports on stderr if the budget cannot be promised, and nothing if it can', async () => {
    const path = await file('i.csv', table(cells, ',', timed));
    const short = await run('--input', path, ...normal, '--budget', '2.4');
    expect(short.said).toMatch(/2\.4 alerts per day cannot be promised yet: .* of normal operation/);
    expect(short.said).toMatch(/0\.3 % of rows/);
    // 200 minutes at 48 alerts per day allow 6.7 alerts: the one that the holdout folds raise proves it
    for (const budget of ['48', '96']) {
      const enough = await run('--input', path, ...normal, '--budget', budget);
      expect(enough.code).toBeUndefined();
      expect(enough.said).not.toMatch(/promised/);
    }
  });
});

it.each([
  ['a cell that is no number', 'time,a,b\n2026-01-01,1,2\n2026-01-02,1,x\n', /line 3, column 3 \(b\)/],
  ['a time that is none', 'time,a,b\n2026-01-01,1,2\nlater,1,2\n', /line 3, column 1 \(time\)/],
  ['a row that is too short', 'a,b\n1,2\n1\n', /line 3, column 2/],
  ['a row that is too long', 'a,b\n1,2,3\n', /line 2, column 3/],
  ['a column that is there twice', 'a,a\n1,2\n', /line 1, column 2/],
])('%s ends with status 2, line and column', async (_, text, place) => {
  const { code, said } = await run('--input', await file('bad.csv', text), '--calibrate-rows', '1');
  expect(code).toBe(2);
  expect(said).toMatch(place);
});
