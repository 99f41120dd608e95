import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { batchOf } from '../../../../test/support/samples.ts';
import { testContext } from '../../../../test/support/tiny-plant.ts';
import { loadConfig } from '../../../config/load.ts';
import { VirtualClock } from '../../../core/clock.ts';
import type { Contribution, Finding } from '../../../core/finding.ts';
import { joinGapMs } from '../../../core/join.ts';
import { Random } from '../../../core/random.ts';
import { duckdb } from '../../../historian/duckdb/index.ts';
import { main } from '../../../main.ts';
import { registry } from '../../../app/registry.ts';
import { AlertBook, type JudgedAlert } from '../alerts.ts';
import { scoreRows, scoreTrivial } from '../score.ts';
import { traceChart } from './charts.ts';
import { html } from './html.ts';
import { alertArticle } from './sections.ts';
import { Timeline } from './timeline.ts';
import { apart } from './words.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function run(...argv: string[]) {
  const report = join(folder, 'report.html');
  await rm(report, { force: true });
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await main(['node', 'scadawatch', 'backtest', ...argv, '--report', report]);
    const code = process.exitCode as number | undefined;
    return { code, page: code === undefined ? await readFile(report, 'utf8') : '', said: said.mock.calls.flat().join('\n') };
  } finally {
    process.exitCode = before;
    said.mockRestore();
  }
}

/** Asserts that a page loads and runs nothing from elsewhere. */
function alone(page: string): void {
  expect(/https?:|src=|<script|@import|url\(/i.exec(page)?.[0]).toBeUndefined();
  expect([...page.matchAll(/href="([^"]*)"/g)].every(([, target]) => target?.startsWith('#'))).toBe(true);
  expect(page).toContain("default-src 'none'");
  expect(page).toContain('prefers-color-scheme: dark');
  expect(page).toContain('@media print');
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  for (const [svg] of page.matchAll(/<svg [^>]*>/g)) expect(svg).toMatch(/role="img" aria-label="[^"]+"/);
}

describe('the report of a table', () => {
  /** Two related tags, the second one wrong in the last fifth. One name contains markup. */
  function table(): string {
    const random = new Random(5);
    let a = 0;
    const lines = Array.from({ length: 500 }, (_, row) => {
      a = 0.9 * a + random.normal();
      const b = (row < 400 ? a : a + 40) + 0.05 * random.normal();
      const time = new Date(Date.UTC(2026, 0, 1) + row * 600_000).toISOString();
      return `${time},${a.toFixed(3)},${b.toFixed(3)},${row < 400 ? 'normal' : 'attack'}`;
    });
    return `time,a,<b>,what\n${lines.join('\n')}\n`;
  }

  it('is one self-contained page with budget, scores, timeline and every alert explained', async () => {
    const input = join(folder, 'input.csv');
    await writeFile(input, table());
    const { code, page, said } = await run('--input', input, '--calibrate-rows', '300', '--labels', 'what');
    expect(code).toBeUndefined();
    alone(page);
    expect(page).not.toContain('<b>');
    expect(page).toContain('&lt;b&gt;');
    expect(page).toMatch(/200 rows, after 300 that taught/);
    expect(page).toMatch(/The budget is 2\.4 per day/);
    expect(page).toContain('Against the labels');
    expect(page).toMatch(/<article id="alert-1"><h3>1\. /);
    // the stretch begins in row 400 and is detected in it
    expect(page).toMatch(
      /<h3>Labelled stretches<\/h3>[^]*<td>2026-01-03 18:40:00 UTC<\/td><td>2026-01-04 11:10:00 UTC<\/td><td>2026-01-03 1/,
    );
    expect(page).toMatch(/in a labelled stretch<\/th>[^]*<td>yes<\/td><\/tr>/);
    for (const part of ['It would be normal if', 'class="trace"', 'labelled anomalous'])
      expect(page.includes(part), part).toBe(true);
    expect(said).toMatch(/^scadawatch: +precision .*; 1 of 1 stretches, median delay /m);
    for (const name of ['never', 'always', 'random']) expect(said).toContain(`${name}: `);
    expect(said).toMatch(/^never: .*0 of 1 stretches/m);
  });

  it('shows the alerts of each day as the engine raised them, including the last row', async () => {
    const random = new Random(6);
    let a = 0;
    const taught = 300;
    const days = 3;
    // exactly three days after the first judged row
    const last = taught + days * 144;
    const odd = [
      [400, 412],
      [610, 615],
      [660, 664],
      [last, last],
    ] as const;
    const lines = Array.from({ length: last + 1 }, (_, row) => {
      a = 0.9 * a + random.normal();
      const off = odd.some(([first, to]) => row >= first && row <= to) ? 40 : 0;
      return `${new Date(Date.UTC(2026, 0, 1) + row * 600_000).toISOString()},${a.toFixed(3)},${(a + off + 0.05 * random.normal()).toFixed(3)}`;
    });
    const input = join(folder, 'days.csv');
    const out = join(folder, 'days.out.csv');
    await writeFile(input, `time,a,b\n${lines.join('\n')}\n`);
    const { page } = await run('--input', input, '--out', out, '--calibrate-rows', `${taught}`);
    const alarms = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[2] === '1');
    const raised = alarms.flatMap((alarm, row) => (alarm && alarms[row - 1] !== true ? [row] : []));
    const byDay = Array.from(
      { length: days },
      (_, day) => raised.filter((row) => Math.min(days - 1, Math.floor((row - taught) / 144)) === day).length,
    );
    expect(raised).toContain(last);
    expect(page).toContain(`aria-label="Alerts of each day: ${byDay.join(', ')}; the budget is 2.4"`);
    byDay.forEach((count, day) => expect(page).toContain(`<title>day ${day + 1}: ${count}</title>`));
    expect(page).toContain(`${raised.length} in 3 d. The budget is 2.4 per day of normal operation.`);
    expect(page.match(/<article id="alert-/g)?.length).toBe(raised.length);
  });

  it('refuses invalid labels and a missing column', async () => {
    const input = join(folder, 'odd.csv');
    await writeFile(input, 'a,l\n1,0\n2,maybe\n');
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect((await run('--input', input, '--labels', 'l')).code).toBe(2);
    expect(errors.mock.calls.flat().join()).toMatch(/line 3, column 2 \(l\): "maybe" is no label/);
    expect((await run('--input', input, '--labels', 'nowhere', '--ignore', 'l')).code).toBe(2);
    expect((await run('--input', input, 'plant.yaml')).code).toBe(2);
    errors.mockRestore();
  });
});

describe('the report of a stored period', () => {
  const start = Date.UTC(2026, 0, 5);
  const plant = `
site: {name: Stored <site>}
areas: [{id: a, name: A, equipment: [{id: T, name: Tank}]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: 5020}}
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0}, area: a, equipment: T, unit: m, description: Level}
  FLOW: {device: plc1, address: {table: holding, register: 1}, area: a, equipment: T, unit: L/s, description: Flow}
historian: {type: duckdb, retentionDays: 0}
dashboard: {port: 0}
`;

  it('judges a recorded period by the recording before it', async () => {
    const config = join(folder, 'plant.yaml');
    const data = join(folder, 'data');
    await writeFile(config, plant);
    const { tags } = await loadConfig(config, { registry, environment: {} });
    const random = new Random(9);
    const signal = new AbortController().signal;
    {
      const target = { tags, dataDir: join(data, 'history') };
      const context = testContext(new VirtualClock(start));
      await using historian = await duckdb.create(duckdb.schema.parse({ retentionDays: 0 }), target, context);
      for (let i = 0; i < 1_200; i++) {
        const time = start + i * 2_000;
        const level = 5 + Math.sin(i / 40) + 0.05 * random.normal();
        const values = [
          { tag: 'LEVEL', time, value: i < 1_050 ? level : level + 12 },
          { tag: 'FLOW', time, value: 2 * level + 0.05 * random.normal() },
        ];
        await historian.write(batchOf(tags, 'plc1', values), signal);
      }
    }
    const at = (row: number): string => new Date(start + row * 2_000).toISOString();
    const span = ['--data', data, '--from', at(900), '--to', at(1_200)];
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
    // there is no baseline for this plant yet
    expect((await run(config, ...span)).code).toBe(2);
    const { code, page } = await run(config, ...span, '--calibrate-from', at(0));
    expect(errors.mock.calls.slice(2).flat().join()).toMatch(/cannot be promised/);
    errors.mockRestore();
    expect(code).toBeUndefined();
    alone(page);
    expect(page).toContain('Back-test of Stored &lt;site&gt;');
    expect(page).toMatch(
      /<h2>Unwatched channels<\/h2><p class="lead">(\d+ of \d+ channels (is|are) unwatched: |All \d+ channels are watched)/,
    );
    expect(page).toMatch(/<article id="alert-1">/);
    // it is undecidable which of two tags is wrong
    expect(page).toMatch(/(LEVEL|FLOW) from [\d.]+ to [\d.]+ /);
    expect(page).toMatch(/60 periods/);
  }, 120_000);
});

describe('the parts of the report', () => {
  it('escapes all text of other origin', () => {
    const inner = html`<i>${'<&"\''}</i>`;
    expect(html`<p title="${'a"b'}">${inner}${[inner]}${undefined}</p>`.text).toBe(
      '<p title="a&quot;b"><i>&lt;&amp;&quot;&#39;</i><i>&lt;&amp;&quot;&#39;</i></p>',
    );
  });

  it('keep a timeline of a thousand spans for any duration, with every peak', () => {
    const timeline = new Timeline();
    const silent = { alarm: false, label: false, taught: false };
    for (let i = 0; i < 50_000; i++) timeline.add(1_000 * i, { ...silent, score: i === 33_333 ? 9 : 0.1, alarm: i === 7 });
    expect(timeline.spans.length).toBeLessThanOrEqual(1_000);
    expect(Math.max(...timeline.spans.map((span) => span?.score ?? 0))).toBe(9);
    expect(timeline.spans.findIndex((span) => span?.score === 9)).toBe(Math.floor(33_333_000 / timeline.spanMs));
    expect(timeline.spans.flatMap((span, index) => (span?.alarm === true ? [index] : []))).toEqual([0]);
  });

  it('join findings of one place into one alert until the gap is too long', () => {
    const finding = (id: string, equipment: string, peak: number): Finding =>
      ({ id, area: 'A', equipment, since: 0, peak }) as unknown as Finding;
    const book = new AlertBook();
    book.see(1_000, [finding('1', 'P', 2)]);
    book.see(2_000, [finding('1', 'P', 3), finding('2', 'Q', 2)]);
    book.see(3_000, [finding('1', 'P', 2.5)]);
    book.see(4_000, []);
    book.see(3_000 + joinGapMs, [finding('3', 'P', 2)]);
    book.see(4_000 + joinGapMs, []);
    book.see(3_001 + 2 * joinGapMs, [finding('4', 'P', 2)]);
    expect(book.raised).toEqual([1_000, 2_000, 3_001 + 2 * joinGapMs]);
    expect(book.alerts()[0]?.findings.map(({ id, peak }) => [id, peak])).toEqual([
      ['1', 3],
      ['3', 2],
    ]);
  });

  it('show states by their names, without a band', () => {
    const part = { tag: 'P1.RUN', share: 1, unit: '', measured: 1, expected: 0.1234 };
    const band = { tag: 'P1.RUN', unit: '', measured: 1, low: -0.7777, high: 0.8888 };
    const told = { sentence: 'It runs.', title: 'P1 runs', normalIf: 'it stood', techniques: [], band };
    const pageOf = (contributions: readonly Contribution[]): string => {
      const certainty = { kind: 'learning' } as const;
      const finding = { peak: 2, certainty, explanation: { ...told, contributions } } as unknown as Finding;
      const alert = { since: 0, raisedAt: 0, until: 1_000, findings: [finding] } as unknown as JudgedAlert;
      return alertArticle(alert, 1, { from: 0, to: 1, traces: [] }, String).text;
    };
    const page = pageOf([{ ...part, states: { measured: 'running', expected: 'stopped' } }]);
    expect(page).toContain('<td class="n">running</td><td class="n">stopped</td>');
    expect(page).not.toMatch(/0\.1234|0\.8888/);
    expect(pageOf([part])).toMatch(/normal −0\.7777 to 0\.8888[^]*0\.1234/);
    expect(pageOf([{ ...part, states: { measured: 'running' } }])).toContain('<td class="n">running</td><td class="n">–</td>');
  });

  it('draw the normal band of an alert only during the alert', () => {
    const points = Array.from({ length: 11 }, (_, time) => ({ time, low: time, high: time }));
    const chart = traceChart(
      { tag: 'T', unit: '', points },
      { from: 0, to: 10 },
      { since: 5, until: 7 },
      { low: 2, high: 4 },
    ).text;
    const [, x, width] = /class="band" x="([^"]*)" width="([^"]*)"/.exec(chart) ?? [];
    expect([Number(x), Number(width)]).toEqual([240, 96]);
  });

  it('keep an alert open as long as its findings, even if a row is longer than the gap', () => {
    const finding = { id: '1', area: 'A', equipment: 'P', since: 0, peak: 2 } as unknown as Finding;
    const book = new AlertBook();
    for (let hour = 0; hour < 10; hour++) book.see(3_600_000 * hour, hour === 7 ? [] : [finding]);
    expect(book.raised).toEqual([0, 8 * 3_600_000]);
    expect(book.alerts().map(({ until }) => until / 3_600_000)).toEqual([6, 9]);
  });

  it('write compared values with enough decimals to distinguish them, and no unit if there is none', () => {
    expect(apart([107.71, 107.785], '')).toEqual(['107.71', '107.785']);
    expect(apart([0.039434, 0.03757, 0.04082], 'm')).toEqual(['0.03943 m', '0.03757 m', '0.04082 m']);
    expect(apart([-2, Number.NaN], 'bar')).toEqual(['−2 bar', '–']);
    expect(apart([25.6204, 25.6201], '°C')).toEqual(['25.6204 °C', '25.6201 °C']);
    expect(apart([3, 3], 'm')).toEqual(['3 m', '3 m']);
  });
});

describe('scores against labels', () => {
  const times = Array.from({ length: 10 }, (_, i) => i * 3_600_000);
  const labels = Uint8Array.from([0, 1, 1, 1, 0, 0, 1, 1, 0, 0]);

  it('count rows, stretches, delay and false episodes', () => {
    const alarm = Uint8Array.from([1, 0, 0, 1, 1, 0, 0, 0, 0, 1]);
    expect(scoreRows(alarm, labels, times)).toMatchObject({
      precision: 1 / 4,
      recall: 1 / 5,
      f1: 2 / 9,
      events: 2,
      detected: 1,
      delayMs: 2 * 3_600_000,
      falseEpisodes: 2,
      falsePerDay: (2 * 24) / 4,
    });
    const hour = 3_600_000;
    expect(scoreRows(alarm, labels, times).stretches).toEqual([
      { from: hour, to: 3 * hour, alarmAt: 3 * hour },
      { from: 6 * hour, to: 7 * hour, alarmAt: undefined },
    ]);
    // learned rows are not scored
    expect(scoreRows(alarm, labels, times, 4)).toMatchObject({ events: 1, detected: 0, falseEpisodes: 2, precision: 0 });
  });

  it('of trivial detectors are their known values', () => {
    const { never, always } = scoreTrivial(Uint8Array.from([0, 0, 0, 1, 1, 0, 0, 0, 0, 0]), labels, times);
    expect(never).toMatchObject({ recall: 0, detected: 0, falseEpisodes: 0 });
    expect(always).toMatchObject({ recall: 1, precision: 0.5, detected: 2, delayMs: 0, falseEpisodes: 0 });
  });
});
