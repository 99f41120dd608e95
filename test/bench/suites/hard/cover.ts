import type { Table } from '../../../../src/tools/backtest/table.ts';
import { type ArrayTable, edges } from '../judge.ts';

/** One attack that is to be hidden: in rows `from` until before `to` the attacker may say what he likes of `tags`. */
export interface Cover {
  /** Rows before `from` are the reported ones, including earlier falsifications. */
  readonly rows: readonly Float64Array[];
  readonly from: number;
  readonly to: number;
  /** Columns, ascending. */
  readonly tags: readonly number[];
}

/** Gives the rows that are reported in place of the true ones. Only the cover's tags may differ. */
export type Attacker = (cover: Cover) => readonly Float64Array[];

/** Windows of rows that are labelled. */
export function windowsOf(labels: Uint8Array): readonly { readonly from: number; readonly to: number }[] {
  return edges(labels).map((from) => {
    const end = labels.indexOf(0, from);
    return { from, to: end < 0 ? labels.length : end };
  });
}

/** The table as the monitor sees it when every attack is covered. */
export function conceal(table: Table, covers: readonly Pick<Cover, 'from' | 'to' | 'tags'>[], attacker: Attacker): ArrayTable {
  const rows = [...table.rows];
  for (const { from, to, tags } of covers) {
    const falsified = attacker({ rows, from, to, tags });
    for (let row = from; row < to; row++) {
      const reported = (rows[row] as Float64Array).slice();
      for (const tag of tags) reported[tag] = Math.round((falsified[row - from]?.[tag] ?? Number.NaN) * 100) / 100;
      rows[row] = reported;
    }
  }
  return { ...table, rows };
}
