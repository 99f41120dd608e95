import type { LearnedBacktest } from '../../../../src/tools/backtest/run.ts';
import type { Table } from '../../../../src/tools/backtest/table.ts';
import { type BatadalScore, scoreBatadal } from '../batadal.ts';
import { rateOf } from '../trivial.ts';
import { type Attribution, attribute, noAttribution } from './attribution.ts';
import type { Cover } from './cover.ts';

/** How one concealed table was judged. */
export interface HardScore extends BatadalScore {
  /** Tags named when the first alarm of an attack came, and by its last alarmed row. */
  readonly atFirst: Attribution;
  readonly atLast: Attribution;
  /** Share of rows in alarm. */
  readonly rate: number;
}

/** Judges a concealed table with all detectors. */
export async function scoreHard(
  learned: LearnedBacktest,
  table: Table,
  labels: Uint8Array,
  covers: readonly Pick<Cover, 'from' | 'to' | 'tags'>[],
): Promise<HardScore> {
  const alarm = new Uint8Array(table.rows.length);
  const named = covers.map(() => ({
    first: undefined as readonly string[] | undefined,
    last: undefined as readonly string[] | undefined,
  }));
  for await (const { row, alarm: alarmed, top } of learned.judge(table)) {
    if (!alarmed) continue;
    alarm[row] = 1;
    const of = named[covers.findIndex(({ from, to }) => row >= from && row < to)];
    if (of === undefined) continue;
    of.last = top.map(({ tag }) => tag);
    of.first ??= of.last;
  }
  let atFirst = noAttribution;
  let atLast = noAttribution;
  covers.forEach(({ tags }, index) => {
    const falsified = tags.map((tag) => table.columns[tag] ?? '');
    atFirst = attribute(atFirst, named[index]?.first ?? [], falsified);
    atLast = attribute(atLast, named[index]?.last ?? [], falsified);
  });
  return { ...scoreBatadal(alarm, labels), atFirst, atLast, rate: rateOf(alarm) };
}
