import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Detector } from '../../src/core/detector.ts';
import {
  calibrate,
  make,
  nastyStreams,
  observed,
  type Sample,
  sameReports,
  scored,
  tagOf,
  targetOf,
} from '../../test/support/detectors.ts';
import { profile } from './index.ts';
import { pointsOf, twin } from './profile.twin.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** A Monday. */
const monday = Date.UTC(2026, 9, 5);
const flow = tagOf('FT01', {
  description: 'Flow out',
  unit: 'm³/h',
  decimals: 1,
  range: { low: 0, high: 100 },
  scanMs: 10 * minuteMs,
});

function detectorOf({ timeZone = 'UTC', config = {}, tag = flow } = {}): Detector {
  return make(profile, { ...targetOf([tag]), timeZone }, config);
}

function learnedFrom(samples: readonly Sample[], options: Parameters<typeof detectorOf>[0] = {}): Detector {
  const detector = detectorOf(options);
  calibrate(
    profile,
    detector,
    samples.map((sample) => observed(sample)),
  );
  return detector;
}

const judged = (detector: Detector, samples: readonly Sample[]) =>
  scored(
    detector,
    samples.map((sample) => observed(sample)),
  );

const most = (detector: Detector, samples: readonly Sample[]): number =>
  Math.max(...judged(detector, samples).map(({ surprise }) => surprise));

/** Samples every ten minutes, with values that depend on their time. */
const samplesOf = (days: number, valueAt: (time: number, noise: number) => number, from = monday, seed = 1): Sample[] => {
  const random = new Random(seed);
  return Array.from({ length: (days * dayMs) / flow.scanMs }, (_, i) => {
    const time = from + i * flow.scanMs;
    return { time, value: valueAt(time, random.normal()) };
  });
};

const hourOf = (time: number): number => Math.floor(time / hourMs) % 24;
const isWeekend = (time: number): boolean => [0, 6].includes(new Date(time).getUTCDay());
/** Demand of a town: 5 m³/h at night and 40 by day. */
const demand = (time: number, noise: number): number => (hourOf(time) < 5 ? 5 : 40) + 0.5 * noise;

describe('profile', () => {
  it('equals its twin on every pair of unusual streams, with and without a daily cycle', () => {
    const scanMs = 40 * minuteMs;
    const settings = { timeZone: 'Europe/Berlin', scanMs, spanMs: 900_000, minDays: 5, explained: 0.3 };
    // both cross the end of summer time
    const from = Date.UTC(2026, 9, 12);
    const kinds = new Map<string, number>();
    const cycles: ((time: number) => number)[] = [
      () => 0,
      (time) => 6 * Math.sin((2 * Math.PI * time) / dayMs),
      (time) => (isWeekend(time) ? -6 : 6) * Math.sin((2 * Math.PI * time) / dayMs),
    ];
    for (const cycle of cycles) {
      const streams = (shiftMs: number) =>
        Object.entries(nastyStreams(11)).map(([name, stream]) => {
          const samples = stream.map((sample): Sample => {
            const time = from + shiftMs + (sample.time / 1_000) * scanMs;
            return { ...sample, time, value: sample.value + cycle(time) };
          });
          const observations = samples.map((sample) => observed(sample));
          return { name, samples, observations, points: pointsOf(samples, settings) };
        });
      const next = streams(280 * dayMs);
      for (const { name, samples, points } of streams(0)) {
        const { kind, judge } = twin(points, settings);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        const { timeZone, minDays, explained } = settings;
        const known = learnedFrom(samples, { timeZone, config: { minDays, explained }, tag: tagOf('A', { scanMs }) });
        const baseline = known.snapshot();
        for (const other of next) {
          known.restore(baseline);
          expect(
            sameReports(scored(known, other.observations), judge(other.points)),
            `${other.name} after learning ${name}`,
          ).toBe('');
        }
      }
    }
    for (const kind of ['none', 'day', 'week']) expect(kinds.get(kind), kind).toBeGreaterThan(4);
  });

  it('finds a value at night that is normal by day, and explains it', () => {
    const detector = learnedFrom(samplesOf(21, demand));
    const next = monday + 21 * dayMs;
    expect(most(detector, samplesOf(2, demand, next, 2))).toBeLessThan(1.3);
    const drawn = samplesOf(
      4 / 24,
      (time, noise) => demand(time, noise) + (time >= next + 2 * dayMs + 3 * hourMs ? 10 : 0),
      next + 2 * dayMs,
      3,
    );
    expect(most(detector, drawn.slice(0, 18))).toBeLessThan(1.3);
    expect(most(detector, drawn)).toBeGreaterThan(2);
    const { sentence, title, normalIf, band } = detector.explain(0);
    expect(sentence).toMatch(
      /^Flow out is 1\d\.\d m³\/h, too high for 02:00 to 05:00\. Normal range [34]\.\d to [56]\.\d m³\/h, from 21 days\.$/,
    );
    expect(title).toMatch(/^Flow out high for 03:00 at 1\d\.\d m³\/h$/);
    expect(normalIf).toMatch(/^it were between .* at this hour$/);
    expect(band?.measured).toBeGreaterThan(band?.high ?? 0);
  });

  it('does not judge a tag without a daily cycle: noise, a random walk, a cycle of another length, a constant', () => {
    let level = 0;
    const streams: readonly ((time: number, noise: number) => number)[] = [
      (_, noise) => 20 + noise,
      (_, noise) => (level += 0.1 * (noise - 0.02 * level)),
      (time) => 20 + 10 * Math.sin((2 * Math.PI * time) / (17 * hourMs)),
      () => 7,
    ];
    for (const [i, stream] of streams.entries())
      for (let seed = 1; seed <= 10; seed++) {
        const detector = learnedFrom(samplesOf(28, stream, monday, seed));
        expect([i, seed, judged(detector, samplesOf(3, demand, monday + 28 * dayMs)), detector.facts?.()]).toEqual([
          i,
          seed,
          [],
          [],
        ]);
      }
  });

  it('does not judge before it has seen a week, and states the number of days', () => {
    const next = samplesOf(1, demand, monday + 40 * dayMs, 2);
    expect(judged(learnedFrom(samplesOf(6, demand)), next)).toEqual([]);
    const detector = learnedFrom(samplesOf(8, demand));
    expect(judged(detector, next).length).toBeGreaterThan(100);
    const [cycle, night] = detector.facts?.() ?? [];
    expect(cycle).toMatchObject({
      name: 'cycle',
      unit: 'm³/h',
      editable: [],
      figures: { follows: 'hour of the day', days: 8, 'rest days': 2 },
    });
    expect(cycle?.figures['explained']).toBeGreaterThan(0.95);
    expect(night).toMatchObject({ name: 'at 00:00', editable: ['low', 'high'], figures: { days: 8 } });
    expect(detector.facts?.()).toHaveLength(25);
  });

  it('separates rest days if they differ, after two weekends', () => {
    const works = (time: number, noise: number): number => (isWeekend(time) ? 5 + 0.5 * noise : demand(time, noise));
    const sunday = monday + 27 * dayMs;
    const onSunday = samplesOf(0.75, demand, sunday, 2);
    // six days contain no Sunday, thirteen contain one weekend: a Sunday with as much demand as a workday is normal then
    expect(most(learnedFrom(samplesOf(13, works)), onSunday)).toBeLessThan(1.3);
    const detector = learnedFrom(samplesOf(21, works));
    expect(most(detector, onSunday)).toBeGreaterThan(2);
    expect(detector.explain(0).sentence).toContain('to 19:00 on rest days. Normal range');
    expect(most(learnedFrom(samplesOf(21, works)), samplesOf(7, works, monday + 28 * dayMs, 3))).toBeLessThan(1.5);
    const names = detector.facts?.().map(({ name }) => name) ?? [];
    expect(names).toHaveLength(49);
    expect(names).toEqual(expect.arrayContaining(['cycle', 'at 03:00 workdays', 'at 03:00 rest days']));
  });

  it('follows local time through the end of summer time', () => {
    // until 25 October local time is two hours ahead of UTC, then one
    const ended = Date.UTC(2026, 9, 25, 1);
    const town = (time: number, noise: number): number => demand(time + (time < ended ? 2 : 1) * hourMs, noise);
    const learned = samplesOf(40, town);
    const detector = learnedFrom(learned, { timeZone: 'Europe/Berlin' });
    expect(most(detector, samplesOf(4, town, monday + 40 * dayMs, 2))).toBeLessThan(1.3);
    const spanAt = (of: Detector, hour: string): number => {
      const { low, high } = of.facts?.().find(({ name }) => name === `at ${hour}`)?.figures ?? {};
      return Number(high) - Number(low);
    };
    // the last hour of the night; in UTC it is another one in winter
    expect(spanAt(detector, '04:00')).toBeLessThan(4);
    expect(spanAt(learnedFrom(learned, { timeZone: 'UTC' }), '03:00')).toBeGreaterThan(30);
  });

  it('judges by an edited hour', () => {
    const detector = learnedFrom(samplesOf(14, demand));
    const night = samplesOf(5 / 24, () => 15, monday + 14 * dayMs);
    expect(most(detector, night)).toBeGreaterThan(2);
    for (let hour = 0; hour < 5; hour++) detector.amend?.('FT01', `at 0${hour}:00`, { high: 16 });
    expect(
      most(
        detector,
        samplesOf(5 / 24, () => 15, monday + 15 * dayMs),
      ),
    ).toBeLessThan(1);
    expect(() => detector.amend?.('FT01', 'at 00:00', { low: 17 })).toThrow('low cannot be above high');
    expect(() => detector.amend?.('FT01', 'cycle', { days: 3 })).toThrow('days is not an editable figure of this entry');
  });

  it('judges a set-point that follows a clock exactly', () => {
    const pressure = { ...flow, role: 'setpoint' as const };
    const lowered = (time: number): number => (hourOf(time) < 5 ? 30 : 45);
    const detector = learnedFrom(samplesOf(14, lowered), { tag: pressure });
    expect(most(detector, samplesOf(3, lowered, monday + 14 * dayMs))).toBeLessThan(1.3);
    expect(
      most(
        detector,
        samplesOf(0.2, () => 45, monday + 17 * dayMs),
      ),
    ).toBeGreaterThan(2);
    expect(detector.explain(0).techniques[0]).toBe('T0836');
  });

  it('learns during operation, without a calibration', () => {
    const detector = detectorOf();
    const counts = samplesOf(9, demand).map((sample) => {
      const reports = judged(detector, [sample]).length;
      detector.learn(observed(sample));
      return reports;
    });
    const perDay = counts.length / 9;
    expect(counts.slice(0, 6 * perDay).every((count) => count === 0)).toBe(true);
    expect(counts.slice(8 * perDay).every((count) => count === 1)).toBe(true);
  });
});
