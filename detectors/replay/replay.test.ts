import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import {
  calibrate,
  counting,
  make,
  nastyStreams,
  observed,
  reportsOf,
  type Sample,
  scored,
  series,
  surprises,
  tagOf,
  targetOf,
  wave,
} from '../../test/support/detectors.ts';
import { countPairs, fitChance } from './chance.ts';
import { replay } from './index.ts';
import { Recall } from './recall.ts';
import { bounds, changesOf, lawOf, longestMatches, pairsOf } from './replay.twin.ts';

const tag = tagOf('LT01', { description: 'Clearwell level 1' });
const learnedOf = (values: readonly number[], config: object = {}) => {
  const detector = make(replay, targetOf([tag]), config);
  calibrate(replay, detector, series(values));
  return detector;
};

/** Match length after each change, for searched sequences of `length`. */
function followed(samples: readonly Sample[], length: number): number[] {
  const recall = new Recall(Float64Array.of(length), 1_024, false);
  const matched: number[] = [];
  for (const { time, value, gap } of counting(samples)) {
    if (gap && matched.length > 0) {
      recall.part(0, time);
      matched.push(0);
    }
    const before = recall.past(0).count;
    recall.advance({ length: 1, channel: Int32Array.of(0), time: Float64Array.of(time), value: Float64Array.of(value) });
    if (recall.past(0).count > before) matched.push(recall.matched[0] ?? 0);
  }
  return matched;
}

describe('replay', () => {
  it.each(Object.entries(nastyStreams()))('follows the matches of its twin in the %s stream played twice', (_, once) => {
    const later = 10_000_000 + 1_000;
    const twice = [...once, ...once.slice(0, 300).map((sample) => ({ ...sample, time: sample.time + later }))];
    const length = 6;
    const twin = longestMatches(changesOf(twice).map(({ value }) => value));
    const actual = followed(twice, length);
    expect(actual).toHaveLength(twin.length);
    actual.forEach((matched, i) => {
      if (matched > 0) expect(twin[i]).toBeGreaterThanOrEqual(matched);
      // a sequence may have lost its slot in the table: then it is found a little later
      if ((twin[i] ?? 0) >= 3 * length) expect(matched).toBeGreaterThanOrEqual(length);
    });
  });

  it('has a surprise within the bounds of its twin, on every pair of streams, each played twice', () => {
    const config = { memory: 1_024, longest: 24, minDistinct: 8 };
    const streams = Object.entries(nastyStreams(11));
    let judged = 0;
    let highest = 0;
    for (const [first, learned] of streams) {
      const law = lawOf(learned, config);
      for (const [second, once] of streams) {
        const again = once.slice(0, 300).map((sample) => ({ ...sample, time: sample.time + 1_000_000 }));
        const twice = [...once, ...again].map((sample) => ({ ...sample, time: sample.time + 10_000_000 }));
        const reports = reportsOf(replay, tag, { learned, scored: twice }, config);
        const expected = law === undefined ? [] : bounds(law, twice);
        expect(
          reports.map(({ time }) => time),
          `${second} after ${first}`,
        ).toEqual(expected.map(({ time }) => time));
        const out = reports.filter(({ surprise }, i) => {
          const { least = 0, most = 0 } = expected[i] ?? {};
          return !(surprise >= least - 1e-9 && surprise <= most + 1e-9);
        });
        expect(out, `${second} after ${first}`).toEqual([]);
        judged += reports.length;
        highest = Math.max(highest, ...expected.map(({ least }) => least));
      }
    }
    expect(judged).toBeGreaterThan(10_000);
    expect(highest).toBeGreaterThan(2);
  });

  it('counts equal sequences as its twin does (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 80 }), (values) => {
        const counted = countPairs(Float64Array.from(values), 8);
        for (let length = 3; length <= 8; length++) expect(counted[length] ?? 0).toBe(pairsOf(values, length));
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('expects fewer chance matches with increasing length, with a slower decrease for coarser values', () => {
    const coarse = fitChance(Float64Array.from(wave(2_000, 1, { noise: 0.02, step: 0.01, swing: 0.1 })), 24);
    const fine = fitChance(Float64Array.from(wave(2_000, 1, { noise: 0.02, step: 0.001, swing: 0.1 })), 24);
    expect(coarse?.length).toBeGreaterThan(fine?.length ?? 99);
    expect(
      fitChance(
        Float64Array.from({ length: 1_000 }, (_, i) => i % 30),
        24,
      ),
    ).toBeUndefined();
  });

  it('reports nothing on new data, and finds a replay within twenty changes', () => {
    const detector = learnedOf(wave(3_000));
    const live = wave(1_500, 2);
    expect(Math.max(...surprises(detector, series(live, 1e7)))).toBe(0);
    const again = surprises(detector, series(live.slice(200, 260), 1e7 + 1_500_000));
    expect(again.findIndex((surprise) => surprise >= 1)).toBeLessThan(20);
    expect(again.at(-1)).toBeGreaterThan(2);
    const { sentence, title } = detector.explain(0);
    expect(sentence).toMatch(
      /^Clearwell level 1 repeats its values of 2[12] min( \d+ s)? earlier exactly, for (5\d|60) changes in a row\. Normal: /,
    );
    expect(title).toBe('Clearwell level 1 replays earlier values');
  });

  it('finds a replay that is sampled faster than it was recorded', () => {
    const detector = learnedOf(wave(3_000));
    const live = wave(600, 2);
    scored(detector, series(live, 1e7));
    const held = live.slice(100, 140).flatMap((value) => [value, value, value]);
    expect(surprises(detector, series(held, 1e7 + 600_000)).at(-1)).toBeGreaterThan(1);
  });

  it('does not report alternation between few values, a rest or a constant', () => {
    const flicker = wave(4_000, 1, { noise: 0.004, step: 0.01, period: 40_000 });
    const detector = learnedOf(flicker);
    expect(
      Math.max(0, ...surprises(detector, series(wave(4_000, 2, { noise: 0.004, step: 0.01, period: 40_000 }), 1e7))),
    ).toBeLessThan(1);
    expect(surprises(learnedOf(Array.from({ length: 900 }, () => 7)), series([7, 7, 7], 1e7))).toEqual([]);
  });

  it('does not report the noise of an idle machine around zero, though the calibration varied much', () => {
    const detector = learnedOf(wave(3_000));
    const random = new Random(8);
    const values = Array.from({ length: 20_000 }, () => Math.round(Math.max(0, 5 * random.normal())) / 1_000);
    expect(Math.max(...surprises(detector, series(values, 1e7)))).toBeLessThan(0.75);
  });

  it('does not report a slow trend by the last digit, though the calibration varied much', () => {
    const detector = learnedOf(wave(3_000));
    const random = new Random(5);
    let up = true;
    let level = 300;
    const values = Array.from({ length: 4_000 }, () => {
      if (level < 290 || level > 310 || random.next() < 0.04) up = level < 290 || (level <= 310 && !up);
      level += up ? 1 : -1;
      return level / 100;
    });
    expect(Math.max(...surprises(detector, series(values, 1e7)))).toBeLessThan(1);
  });

  it('never matches across a gap', () => {
    const detector = learnedOf(wave(3_000));
    const live = wave(400, 2);
    scored(detector, series(live, 1e7));
    const broken = live
      .slice(100, 160)
      .map((value, i) => observed({ time: 1e7 + 400_000 + i * 1_000 + Math.floor(i / 5) * 60_000, value }));
    expect(Math.max(...surprises(detector, broken))).toBe(0);
  });

  it('forgets changes beyond its memory, and keeps it bounded', () => {
    const detector = learnedOf(wave(3_000), { memory: 512 });
    const live = wave(2_000, 2);
    scored(detector, series(live, 1e7));
    expect(Math.max(...surprises(detector, series(live.slice(100, 160), 1e7 + 2_000_000)))).toBe(0);
    expect(Math.max(...surprises(detector, series(live.slice(1_700, 1_760), 1e7 + 2_060_000)))).toBeGreaterThan(1);
  });

  it('learns its chance during operation', () => {
    const detector = make(replay, targetOf([tag]));
    const live = wave(1_500, 4);
    for (const observation of series(live)) {
      scored(detector, [observation]);
      detector.learn(observation);
    }
    expect(surprises(detector, series(live.slice(900, 960), 2e6)).at(-1)).toBeGreaterThan(1);
  });

  it('stores the fitted chance in the baseline, and none of the values', () => {
    const text = JSON.stringify(learnedOf(wave(3_000)).snapshot().baseline);
    expect(text).toMatch(/"length":\d+,.*"chanceLength":\d+,"logP":-\d+/);
    expect(text.length).toBeLessThan(400);
  });
});
