import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/core/observation.ts';
import { calibrate, make, nastyStreams, scored, targetOf } from '../../test/support/detectors.ts';
import { twin, twinFurthest, twinGains, twinOfBoth, type TwinRow } from './balance.twin.ts';
import { balance } from './index.ts';
import { plantTags, gapMs, stated, plant, vectors, balancesOf, balanceOf } from './testing/plant.ts';

/** Unusual rows of the level and two flows, with their times. */
function nasty(): Record<string, TwinRow[]> {
  const normal = plant(700, 11).map((row) => row.slice(0, 3));
  const streams = Object.entries(nastyStreams(12)).map(([name, samples]): [string, TwinRow[]] => [
    name,
    samples.map(({ time, value, quality = 0 }, i) => {
      const usable = quality === 0 && Number.isFinite(value) ? value : Number.NaN;
      // one of the three is unusual, each in turn
      return { time, value: (normal[i] as number[]).with(Math.floor(i / 50) % 3, usable) };
    }),
  ]);
  return {
    ...Object.fromEntries(streams),
    normal: normal.map((value, i) => ({ time: 1_000 * i, value })),
    flat: normal.map((value, i) => ({ time: 1_000 * i, value: i > 200 && i < 400 ? value.with(0, 2.5) : value })),
    nothing: normal.map((_, i) => ({ time: 1_000 * i, value: [Number.NaN, Number.NaN, Number.NaN] })),
  };
}

const few = plantTags.slice(0, 3);
const observe = (rows: readonly TwinRow[], startMs = 0): Observation[] =>
  vectors(
    rows.map(({ value }) => value),
    startMs,
    rows.map(({ time }) => time),
  );

describe('balance and its twin', () => {
  it('give the same surprises for every stream', () => {
    const streams = Object.entries(nasty());
    const different = streams.flatMap(([first, normal]) => {
      const detector = make(balance, targetOf(few), stated);
      calibrate(balance, detector, observe(normal));
      const own = balancesOf(detector)[0];
      return streams.flatMap(([second, rows]) => {
        const fresh = make(balance, targetOf(few), stated);
        fresh.restore({ baseline: detector.snapshot().baseline, running: {} });
        const reports = scored(fresh, observe(rows, 1e9)).map(({ surprise }) => surprise);
        const expected = own === undefined ? [] : twin(own, rows, gapMs);
        const at = expected.findIndex((value, i) => !(Math.abs((reports[i] ?? -1) - value) <= 1e-6 * Math.max(1, value)));
        const alike = reports.length === expected.length && at < 0;
        return alike ? [] : [`${second} after ${first}, row ${at}: ${reports[at]} instead of ${expected[at]}`];
      });
    });
    expect(different).toEqual([]);
  });

  it('give the same surprises for every stream by means of rows too', () => {
    const detector = make(balance, targetOf(few), stated);
    calibrate(balance, detector, observe(plant(6_000, 23).map((row, i) => ({ time: 1_000 * i, value: row.slice(0, 3) }))));
    const all = balancesOf(detector);
    const [fast, slow] = all;
    if (fast?.meanOf !== 1 || slow?.meanOf !== 16) throw new Error('not both were learned');
    const different = Object.entries(nasty()).flatMap(([name, rows]) => {
      const fresh = make(balance, targetOf(few), stated);
      fresh.restore({ baseline: detector.snapshot().baseline, running: {} });
      const reports = scored(fresh, observe(rows, 1e9)).map(({ surprise }) => surprise);
      const shifted = rows.map(({ time, value }) => ({ time: time + 1e9, value }));
      const expected = twinOfBoth([fast, slow], shifted, gapMs);
      const at = expected.findIndex((value, i) => !(Math.abs((reports[i] ?? -1) - value) <= 1e-6 * Math.max(1, value)));
      return reports.length === expected.length && at < 0
        ? []
        : [`${name}, row ${at}: ${reports[at]} instead of ${expected[at]}`];
    });
    expect(different).toEqual([]);
  });

  it.each(['normal', 'nan', 'gap', 'bad', 'step', 'constant', 'flat'])('learn the same baseline from the %s stream', (name) => {
    const rows = nasty()[name] as TwinRow[];
    const detector = make(balance, targetOf(few), stated);
    calibrate(balance, detector, observe(rows));
    const own = balanceOf(detector);
    const fits = [4, 16, 64, 256].map((length) => twinGains(rows, length, gapMs));
    const near = fits.some(
      ({ gains: expected, constant }) =>
        expected.every((gain, i) => Math.abs(gain - (own.terms[i]?.gain ?? 0)) <= 1e-6 * Math.abs(gain)) &&
        Math.abs(constant - own.constant) <= 1e-5 * Math.max(Math.abs(constant), own.scale),
    );
    expect(near).toBe(true);
    for (const { rows: length, furthest } of own.horizons)
      expect(furthest).toBeCloseTo(twinFurthest(own, rows, length, gapMs), 6);
  });
});
