import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { FakeMonitor } from '../../dashboard/server/testing/fake-monitor.ts';
import { aBench, passphrase } from '../../dashboard/server/testing/setup.ts';
import { formatFigure } from '../../dashboard/client/src/pure/format.ts';
import { builtClient } from '../../src/app/client-build.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { AchievedSpan, BudgetStatus } from '../../src/core/monitor.ts';
import { budgetRun } from '../support/budget-run.ts';
import { requirePeer } from '../support/peers.ts';
import { launchBrowser, signIn } from './browser.ts';

const spans = (...of: readonly Omit<AchievedSpan, 'days'>[]): AchievedSpan[] =>
  [1, 7, 30].flatMap((days, i) => (of[i] === undefined ? [] : [{ days, ...of[i] }]));

/** A plant within its budget, a position over its budget, and a position without a promise. */
class Promising extends FakeMonitor {
  now: readonly BudgetStatus[] = [
    {
      position: '',
      budgetPerDay: 12,
      promised: true,
      text: 'At most 12 alerts a day, learned from 30 days of normal operation.',
      achieved: spans(
        { coveredDays: 1, raised: 3, unjudged: 1 },
        { coveredDays: 7, raised: 42, unjudged: 40 },
        { coveredDays: 30, raised: 1_234, unjudged: 0 },
      ),
    },
    {
      position: 'North',
      budgetPerDay: 2.4,
      promised: true,
      text: 'At most 2.4 alerts a day.',
      achieved: spans(
        { coveredDays: 1, raised: 3, unjudged: 3 },
        { coveredDays: 7, raised: 14, unjudged: 0 },
        { coveredDays: 9.5, raised: 19, unjudged: 0 },
      ),
    },
    {
      position: 'South',
      budgetPerDay: 1,
      promised: false,
      text: 'Nothing is promised: 2 days of normal operation are too few, 5 more are needed.',
      achieved: spans(
        { coveredDays: 0.2, raised: 5, unjudged: 5 },
        { coveredDays: 0.2, raised: 5, unjudged: 5 },
        { coveredDays: 0.2, raised: 5, unjudged: 5 },
      ),
    },
  ];

  override budgets(): readonly BudgetStatus[] {
    return this.now;
  }
}

const cellsOf = async (row: Locator): Promise<string[]> =>
  (await row.getByRole('cell').allTextContents()).map((text) => text.replaceAll(/\s+/g, ' ').trim());

/** Opens the detection page and returns its budget table. */
async function openBudget(view: FakeMonitor, cleanup: AsyncDisposableStack) {
  const bench = cleanup.use(await aBench({ view, clientDir: await builtClient(), wallClock: systemClock }));
  const browser = await launchBrowser();
  cleanup.defer(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const thrown: string[] = [];
  page.on('pageerror', ({ message }) => thrown.push(message));
  await signIn(page, bench.dashboard.address, { name: 'viewer', passphrase });
  await page.goto(`${bench.dashboard.address}/#/system/detection`);
  const table = page.getByRole('region', { name: 'Alarm budget' });
  await table.getByText('Whole plant').waitFor();
  return { page, table, rows: table.getByRole('row'), thrown };
}

it('shows promised and achieved rates of the plant and of each position, and marks those over budget', async (test) => {
  requirePeer('chromium', test);
  await using cleanup = new AsyncDisposableStack();
  const view = new Promising();
  const { page, table, rows, thrown } = await openBudget(view, cleanup);
  expect(await table.getByRole('columnheader').allTextContents()).toEqual([
    'Operator position',
    'Budget',
    'Last day',
    'Last 7 days',
    'Last 30 days',
    'Promise',
  ]);
  expect(await cellsOf(rows.nth(1))).toEqual([
    'Whole plant',
    '12',
    '3 a day: 3 in 1 d, 1 without verdict',
    '6 a day: 42 in 7 d, 40 without verdict',
    'over budget: 41.1 a day: 1234 in 30 d, 0 without verdict',
    'At most 12 alerts a day, learned from 30 days of normal operation.',
  ]);
  expect(await cellsOf(rows.nth(2))).toEqual([
    'North',
    '2.4',
    'over budget: 3 a day: 3 in 1 d, 3 without verdict',
    '2 a day: 14 in 7 d, 0 without verdict',
    '2 a day: 19 in 9 d 12 h, 0 without verdict',
    'At most 2.4 alerts a day.',
  ]);
  // one alert in the first hour is not shown as 24 a day
  expect((await cellsOf(rows.nth(3))).slice(0, 3)).toEqual(['South', '1', '–– a day: 5 in 4 h 48 min, 5 without verdict']);
  expect((await cellsOf(rows.nth(3))).at(-1)).toMatch(/^Nothing is promised: 2 days/);

  view.now = view.now.slice(0, 1).map((budget) => ({ ...budget, budgetPerDay: 2.4, achieved: [] }));
  await page.reload();
  await table.getByText('Whole plant').waitFor();
  expect(await cellsOf(rows.nth(1))).toEqual(['Whole plant', '2.4', expect.stringMatching(/^At most 12/)]);
  expect(thrown).toEqual([]);
}, 300_000);

it('shows the promise of the calibration and the alerts of the engine', async (test) => {
  requirePeer('chromium', test);
  await using cleanup = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-budget-page-'));
  cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
  const { calibration, told, since } = await budgetRun(dir);
  const view = new Promising();
  view.now = told;
  const { rows } = await openBudget(view, cleanup);
  // the thresholds apply from the second day on
  const figures = (area?: string): unknown[] =>
    [
      { from: 9, days: 1 },
      { from: 3, days: 7 },
      { from: 1, days: 9 },
    ].map(({ from, days }) => {
      const raised = since(from, area);
      const [rate, over] = [formatFigure(raised / days), raised / days > (area === undefined ? 2.4 : 1.2)];
      return `${over ? 'over budget: ' : ''}${rate} a day: ${raised} in ${days} d, ${raised} without verdict`;
    });
  expect(since(9)).toBeGreaterThanOrEqual(2);
  expect(await cellsOf(rows.nth(1))).toEqual(['Whole plant', '2.4', ...figures(), calibration.promise.text]);
  expect(await cellsOf(rows.nth(2))).toEqual(['north', '1.2', ...figures('a'), calibration.positions?.[0]?.text]);
}, 300_000);
