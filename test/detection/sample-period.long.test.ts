// Long: eight calibrations of one recording must find the same steps at every sample period: a gate of quality.
import { expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { learnBacktest } from '../../src/tools/backtest/run.ts';
import type { Table } from '../../src/tools/backtest/table.ts';
import { systemClock } from '../../src/core/clock.ts';
import { Random } from '../../src/core/random.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const rows = 3_000;
/** Correlation of each tag's noise with its previous value. */
const memory = [0, 0.3, 0.8, 0.5, 0.9, 0.6];
const plugins = detectors.filter(({ type }) => ['range', 'frozen', 'relations'].includes(type));

interface Step {
  readonly tag: number;
  readonly from: number;
  readonly size: number;
}

function table(count: number, seed: number, from: number, periodMs: number, step?: Step): Table {
  const random = new Random(seed);
  const noise = memory.map(() => 0);
  return {
    name: 'recording',
    columns: memory.map((_, tag) => `T${tag}`),
    rows: Array.from({ length: count }, (_, row) =>
      Float64Array.from(memory, (part, tag) => {
        noise[tag] = part * (noise[tag] as number) + Math.sqrt(1 - part * part) * random.normal();
        return 10 * (tag + 1) + noise[tag] + (step?.tag === tag && row >= step.from ? step.size : 0);
      }),
    ),
    times: Array.from({ length: count }, (_, row) => start + from + row * periodMs),
  };
}

async function found(budgetPerDay: number, days: number) {
  const periodMs = (days * dayMs) / rows;
  const normal = [table(rows, 1, 0, periodMs)];
  const learned = await learnBacktest({ plugins, normal, budgetPerDay, clock: systemClock, periodMs });
  let steps = 0;
  for (const size of [5, -5])
    for (const tag of memory.keys()) {
      const step = { tag, from: 60, size };
      let isFound = false;
      for await (const { row, open } of learned.judge(table(160, 50 + tag + size, rows * periodMs, periodMs, step)))
        isFound ||= row >= step.from && open.some(({ tags }) => tags.includes(`T${tag}`));
      if (isFound) steps++;
    }
  return { steps, promise: learned.promise };
}

it.each([
  [2.4, [0.05, 1.2, 1.26, 1.79, 7]],
  [0.5, [5.9, 6.1, 9.7]],
])(
  'one recording of 3000 rows finds the same 5-sigma steps at every sample period, at %d alerts a day',
  async (budget, lengths) => {
    let most = 0;
    for (const days of lengths) {
      const { steps, promise } = await found(budget, days);
      expect(steps, `${days} days: ${promise.text}`).toBeGreaterThanOrEqual(Math.max(11, most - 1));
      most = Math.max(most, steps);
    }
  },
);
