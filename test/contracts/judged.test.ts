/**
 * A detector of single tags states truly which channels it judges. A channel that is said to be judged and never is would be unwatched
 * without a statement.
 */
import { describe, expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { Random } from '../../src/core/random.ts';
import { judgingOf } from '../../src/learning/calibration/learned.ts';
import { calibrate, make, observed, scored, tagOf, targetOf } from '../support/detectors.ts';
import type { Observation } from '../../src/core/observation.ts';

const learnedRows = 9_000;
const scoredRows = 1_200;

/** Usual courses of a value, by row. */
const courses: Readonly<Record<string, (row: number, random: Random) => number>> = {
  noisy: (_, random) => 2 + 0.1 * random.normal(),
  constant: () => 3,
  stepped: (row) => Math.floor(row / 3_000) % 2,
  ramp: (row) => (row % 9_000) / 3_000,
  cyclic: (row, random) => ([0, 0, 0, 1, 3, 3, 1][row % 7] as number) + 0.02 * random.normal(),
};
const tags = Object.keys(courses).map((name) => tagOf(name));

function rowsOf(rows: number, from: number, seed: number): readonly Observation[] {
  const random = new Random(seed);
  return Array.from({ length: rows }, (_, i) =>
    observed(
      ...Object.values(courses).map((course, tag) => ({ tag, time: (from + i) * 1_000, value: course(from + i, random) })),
    ),
  );
}

const ofTags = detectors.filter(({ byTag, threshold }) => byTag === true && threshold === 'statistical');

describe.each(ofTags.map((plugin) => [plugin.type, plugin] as const))('%s', (_, plugin) => {
  it('reports for each channel that it says it judges, and for no other', () => {
    const detector = make(plugin, targetOf(tags));
    calibrate(plugin, detector, rowsOf(learnedRows, 0, 1));
    const { idle } = judgingOf(detector);
    const reported = new Set(scored(detector, rowsOf(scoredRows, learnedRows, 2)).map(({ channel }) => channel));
    const keys = (isOf: (channel: number) => boolean): string[] =>
      detector.channels.flatMap(({ key }, channel) => (isOf(channel) ? [key] : []));
    expect(keys((channel) => reported.has(channel))).toEqual(keys((channel) => idle[channel] === false));
  });
});
