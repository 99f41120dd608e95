import type { Random } from '../../../../src/core/random.ts';
import type { Attacker } from './cover.ts';

/** Rows of one day; a copy starts at the same hour. */
const dayRows = 24;
/** Noise on a donor's values, in standard deviations of the tag. */
const donorNoise = 0.005;

/**
 * Puts a stretch of another year in place, with a little noise: of all that start at the same hour the one that fits the last
 * true row best.
 * @param states columns that take no noise
 */
export function donor(normal: readonly Float64Array[], states: readonly number[], random: Random): Attacker {
  const deviation = deviations(normal);
  return ({ rows, from, to, tags }) => {
    const length = to - from;
    const last = rows[from - 1] as Float64Array;
    let best = dayRows;
    let least = Number.POSITIVE_INFINITY;
    for (let start = dayRows + (from % dayRows); start + length <= normal.length; start += dayRows) {
      const before = normal[start - 1] as Float64Array;
      const distance = tags.reduce(
        (sum, tag) => sum + (((before[tag] as number) - (last[tag] as number)) / (deviation[tag] as number)) ** 2,
        0,
      );
      if (distance >= least) continue;
      least = distance;
      best = start;
    }
    return Array.from({ length }, (_, i) => {
      const copy = (normal[best + i] as Float64Array).slice();
      for (const tag of tags)
        if (!states.includes(tag) && copy[tag] !== 0)
          (copy[tag] as number) += donorNoise * (deviation[tag] as number) * random.normal();
      return copy;
    });
  };
}

/** Plays the last stretch of whole days before the attack that has no attack in it, value for value. */
export function replayed(labels: Uint8Array): Attacker {
  return ({ rows, from, to }) => {
    const length = to - from;
    let start = from - Math.ceil(length / dayRows) * dayRows;
    while (start >= 0 && labels.subarray(start, start + length).includes(1)) start -= dayRows;
    if (start < 0) throw new Error(`no ${length} rows without an attack come before row ${from}`);
    return rows.slice(start, start + length);
  };
}

function deviations(rows: readonly Float64Array[]): Float64Array {
  return Float64Array.from({ length: rows[0]?.length ?? 0 }, (_, j) => {
    const values = rows.map((row) => row[j] as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  });
}
