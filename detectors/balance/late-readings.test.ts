import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/core/observation.ts';
import { scored } from '../../test/support/detectors.ts';
import { channelOf, gains, learned, most, plant, plantTags, vectors } from './testing/plant.ts';

const level = 0;
const inflow = 1;
/** Other rows of normal operation reach 1.2. */
const alarm = 1.5;

/** Rows in which some columns repeat their last sample: a column is sampled in the rows for which `isSampled` holds. */
function repeated(rows: readonly (readonly number[])[], isSampled: (column: number, row: number) => boolean): Observation[] {
  const sampledAt = plantTags.map(() => 0);
  const held = rows.map((row, t) => {
    row.forEach((_, column) => {
      if (isSampled(column, t)) sampledAt[column] = t;
    });
    return { value: sampledAt.map((at, column) => rows[at]?.[column] as number), ages: sampledAt.map((at) => (t - at) * 1_000) };
  });
  return vectors(
    held.map(({ value }) => value),
    1e9,
  ).map((observation, t) =>
    observation.kind === 'vector'
      ? { ...observation, vector: { ...observation.vector, age: Float64Array.from(held[t]?.ages ?? []) } }
      : observation,
  );
}

/** Surprises of the level, if one column is polled every `rows` rows. */
function surprises(observations: readonly Observation[]): number[] {
  const detector = learned();
  const own = channelOf(detector);
  return scored(detector, observations).flatMap(({ channel, surprise }) => (channel === own ? [surprise] : []));
}

const polledEvery =
  (column: number, rows: number) =>
  (one: number, row: number): boolean =>
    one !== column || row % rows === 0;

/** The rows with a loss of the level per row, which no flow measures. */
const leaking = (rows: readonly number[][], perRow: number): number[][] =>
  rows.map((row, t) => row.with(level, (row[level] as number) - perRow * t));

describe('late readings of balance', () => {
  const rows = plant(2_000, 23);

  it.each([
    ['level', level, [12, 40]],
    ['flow', inflow, [4]],
  ])('raises nothing if the %s is polled less often than in the calibration', (_, column, periods) => {
    for (const period of periods) {
      const late = repeated(rows, polledEvery(column, period));
      expect(most(surprises(late))).toBeLessThan(alarm);
      // without the ages, the same rows are a deviation
      const unknown = late.map((one) =>
        one.kind === 'vector' ? { ...one, vector: { ...one.vector, age: new Float64Array(plantTags.length) } } : one,
      );
      expect(most(surprises(unknown)), `${period}`).toBeGreaterThan(alarm);
    }
  });

  it('finds a leak although the level is polled less often', () => {
    const leak = 5 * gains.IN;
    expect(most(surprises(repeated(leaking(rows, leak), polledEvery(level, 12))))).toBeGreaterThan(alarm);
  });

  it('allows for at most 60 periods of lateness', () => {
    const every = (period: number): Observation[] => repeated(rows, polledEvery(level, period));
    expect(most(surprises(every(60)))).toBeLessThan(alarm);
    expect(most(surprises(every(400)))).toBeGreaterThan(alarm);
  });

  it('finds a level that a subscription no longer reports', () => {
    const stuck = 700;
    // it reports each change, so that a value that has not changed for long is as old
    const reports = (column: number, row: number): boolean => column !== level || (row < stuck && row % 3 === 0);
    expect(most(surprises(repeated(rows, reports)).slice(0, stuck))).toBeLessThan(alarm);
    expect(most(surprises(repeated(rows, reports)).slice(stuck, stuck + 300))).toBeGreaterThan(alarm);
  });
});
