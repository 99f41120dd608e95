import type { Rows } from '../../../src/detector-kit/rows.ts';
import type { Residuals } from './crossfit.ts';

/** State of the switches in a row; empty if it is unknown. */
export type StateOf = (row: Float64Array) => string;

/** Rows of normal operation, in stretches. */
export type LearnedRows = Pick<Rows, 'length' | 'seen' | 'stretches'>;

/** A state is another operation if the median residual of a tag in it is beyond this, in standard errors and in medians of all rows. */
const mostErrors = 4;
const mostMedians = 6;
/** The others are the usual operation if they have at least this share of the rows. */
const usualShare = 0.5;

/**
 * States in which the relations of the other rows do not hold, such as a feeder without load that was switched off in one part of the
 * calibration only. Their rows would be the largest surprises of normal operation, and no fault would exceed them.
 * @param residuals of each row by relations that were learned without its fold
 * @param states of the same rows
 */
export function otherStates(residuals: Residuals, states: readonly string[]): ReadonlySet<string> {
  const rows = residuals.flat(2);
  const tags = rows[0]?.length ?? 0;
  const all = mediansOf(rows, tags);
  const byState = Map.groupBy(rows, (_, row) => states[row] ?? '');
  const others = [...byState].filter(([, own]) =>
    mediansOf(own, tags).some((median, tag) => median > Math.max(mostErrors, mostMedians * (all[tag] as number))),
  );
  const count = others.reduce((sum, [, own]) => sum + own.length, 0);
  return new Set(count > (1 - usualShare) * rows.length ? [] : others.map(([state]) => state));
}

/** The rows that are in none of some states. A stretch is cut there. */
export function without(rows: LearnedRows, states: ReadonlySet<string>, stateOf: StateOf): LearnedRows {
  const stretches = rows.stretches().flatMap((stretch) => {
    const parts: Float64Array[][] = [];
    let follows = false;
    for (const row of stretch) {
      const isKept = !states.has(stateOf(row));
      if (isKept && follows) parts.at(-1)?.push(row);
      else if (isKept) parts.push([row]);
      follows = isKept;
    }
    return parts;
  });
  const length = stretches.reduce((sum, stretch) => sum + stretch.length, 0);
  return { length, seen: Math.round((rows.seen * length) / Math.max(1, rows.length)), stretches: () => stretches };
}

function mediansOf(rows: readonly Float64Array[], tags: number): number[] {
  return Array.from({ length: tags }, (_, tag) => {
    const sizes = Float64Array.from(rows, (row) => Math.abs(row[tag] as number)).sort();
    return sizes[sizes.length >> 1] ?? 0;
  });
}
