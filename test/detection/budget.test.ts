import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { achievedWords } from '../../dashboard/client/src/pure/alerts/alarm-budget.ts';
import { formatFigure } from '../../dashboard/client/src/pure/format.ts';
import { budgetRun } from '../support/budget-run.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-budget-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('what the page says was promised is what the calibration promised, and what was achieved is what the engine raised', async () => {
  const { calibration, since, told: budgets } = await budgetRun(dir);
  const told = budgets.map((status) => ({
    ...status,
    achieved: status.achieved.map((span) => ({ ...span, said: achievedWords(span, status.budgetPerDay) })),
  }));
  const spans = (area?: string) =>
    [9, 3, 1]
      .map((day) => since(day, area))
      .map((count_, i) => ({ raised: count_, unjudged: count_, coveredDays: [1, 7, 9][i] }));
  expect(since(9)).toBeGreaterThanOrEqual(2);
  expect(told).toMatchObject([
    {
      position: '',
      budgetPerDay: 2.4,
      promised: calibration.promise.promised,
      text: calibration.promise.text,
      achieved: spans(),
    },
    {
      position: 'north',
      budgetPerDay: 1.2,
      promised: calibration.positions?.[0]?.promised,
      text: calibration.positions?.[0]?.text,
      achieved: spans('a'),
    },
  ]);
  expect([told[0]?.promised, told[1]?.promised]).toEqual([true, true]);
  expect(told[0]?.achieved.map(({ said }) => [said.rate, said.words, said.over])).toEqual([
    [formatFigure(since(9)), `a day: ${since(9)} in 1 d, ${since(9)} without verdict`, since(9) > 2.4],
    [formatFigure(since(3) / 7), `a day: ${since(3)} in 7 d, ${since(3)} without verdict`, false],
    [formatFigure(since(1) / 9), `a day: ${since(1)} in 9 d, ${since(1)} without verdict`, false],
  ]);
});
