import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../../core/random.ts';
import { main } from '../../../main.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'summary-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const start = Date.UTC(2026, 0, 5);
const minute = 60_000;
const iso = (row: number): string => new Date(start + row * minute).toISOString();

/** Two related tags. With `broken`, the relation is broken in rows 400–499 and 700–799, which are labelled. */
function plant(rows: number, seed: number, { broken = false, days = 0 } = {}): string {
  const random = new Random(seed);
  let a = 0;
  const lines = Array.from({ length: rows }, (_, row) => {
    a = 0.95 * a + random.normal();
    const odd = broken && ((row >= 400 && row < 500) || (row >= 700 && row < 800));
    const b = (odd ? 9 : a) + 0.05 * random.normal();
    return `${new Date(start + days * 86_400_000 + row * minute).toISOString()},${a.toFixed(3)},${b.toFixed(3)},${odd ? 'Attack' : 'Normal'}`;
  });
  return ['time,a,b,label', ...lines].join('\n');
}

async function run(
  normal: string,
  ...argv: string[]
): Promise<{ summary: Record<string, unknown>; out: string; rows: string[][] }> {
  const path = (name: string): string => join(folder, name);
  await writeFile(path('input.csv'), plant(1_000, 2, { broken: true }));
  await writeFile(path('normal.csv'), normal);
  const files = [
    '--input',
    path('input.csv'),
    '--calibrate',
    path('normal.csv'),
    '--out',
    path('out.csv'),
    '--json',
    path('o.json'),
  ];
  await main(['node', 'scadawatch', 'backtest', ...files, '--labels', 'label', ...argv]);
  const out = await readFile(path('out.csv'), 'utf8');
  const rows = out.trimEnd().split('\n').slice(1);
  return {
    summary: JSON.parse(await readFile(path('o.json'), 'utf8')) as Record<string, unknown>,
    out,
    rows: rows.map((line) => line.split(',')),
  };
}

/** The result of normal operation from four weeks before. */
let early: ReturnType<typeof run> | undefined;
const runEarly = (): ReturnType<typeof run> => (early ??= run(plant(6_000, 1, { days: -28 })));

interface Span {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly from: string;
  readonly to: string;
}

it('episodes, labelled stretches and scores agree with the rows', async () => {
  const { summary, rows } = await runEarly();
  const { labelled, episodes, scores } = summary as {
    labelled: (Span & { alarmAt: string | null })[];
    episodes: (Span & { peak: number; labelled: number[]; findings: { detector: string; tags: string[] }[] })[];
    scores: Record<string, Record<string, number>>;
  };
  const { channels, count, list } = summary['unwatched'] as { channels: number; count: number; list: { reason: string }[] };
  expect(channels).toBeGreaterThan(list.length);
  expect(list).toHaveLength(count);
  const alarm = rows.map(([, , own]) => own === '1');
  expect(summary).toMatchObject({ version: 1, unit: 'rows', rows: 1_000, firstRow: 0, lastRow: 999, from: iso(0), to: iso(999) });
  expect(labelled).toEqual(
    [400, 700].map((first) => ({
      firstRow: first,
      lastRow: first + 99,
      from: iso(first),
      to: iso(first + 99),
      alarmAt: iso(alarm.indexOf(true, first)),
    })),
  );
  // every row in alarm is in exactly one episode, and no other row is in any
  const inEpisode = alarm.map((_, row) => episodes.filter(({ firstRow, lastRow }) => firstRow <= row && row <= lastRow).length);
  expect(inEpisode).toEqual(alarm.map(Number));
  for (const [index, { firstRow, lastRow, from, to, peak, labelled: met, findings }] of episodes.entries()) {
    expect(firstRow).toBeGreaterThan((episodes[index - 1]?.lastRow ?? -2) + 1);
    expect([from, to]).toEqual([iso(firstRow), iso(lastRow)]);
    expect(peak).toBeCloseTo(Math.max(...rows.slice(firstRow, lastRow + 1).map(([, score]) => Number(score))), 3);
    expect(met).toEqual([400, 700].flatMap((first, i) => (first <= lastRow && first + 99 >= firstRow ? [i] : [])));
    expect(findings.length).toBeGreaterThan(0);
    for (const { tags } of findings) expect(['a', 'b']).toEqual(expect.arrayContaining(tags));
  }
  expect(episodes.some(({ labelled: met }) => met.length > 0)).toBe(true);
  const tp = alarm.filter((own, row) => own && ((row >= 400 && row < 500) || (row >= 700 && row < 800))).length;
  expect(scores['scadawatch']).toMatchObject({ events: 2, detected: 2, recall: tp / 200 });
  expect(scores['always']).toMatchObject({ recall: 1 });
});

it('unknown values are null, and rows keep their numbers with --every', async () => {
  const { summary, rows } = await run(plant(6_000, 1, { days: -30 }), '--every', '3');
  expect(rows.map(([row]) => Number(row))).toEqual(Array.from({ length: 334 }, (_, row) => 3 * row));
  expect(summary).toMatchObject({ rows: 334, every: 3, lastRow: 999, to: iso(999) });
  expect((summary as { labelled: Span[] }).labelled[0]).toMatchObject({ firstRow: 402, lastRow: 498, from: iso(402) });
  expect((summary as { scores: { never: { precision: unknown } } }).scores.never.precision).toBeNull();
});

it('the result does not depend on when normal operation was recorded', async () => {
  const before = await runEarly();
  for (const days of [0, 28, 350]) expect((await run(plant(6_000, 1, { days }))).out).toBe(before.out);
});
