import fc from 'fast-check';
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import type { Frozen } from '../../src/core/detector.ts';
import { Random } from '../../src/core/random.ts';
import {
  calibrate,
  make,
  nastyStreams,
  observed,
  type Sample,
  sameReports,
  scored,
  series,
  surprises,
  tagOf,
  targetOf,
  wave,
} from '../../test/support/detectors.ts';
import { Cover } from './cover.ts';
import { Days } from './days.ts';
import { novelty } from './index.ts';
import { TagMemory } from './memory.ts';
import { rankTwin, twin } from './novelty.twin.ts';
import { mostSurprise, Rank } from './rank.ts';

const tag = tagOf('LT01', { description: 'Clearwell level 1' });
const fresh = (config: object = {}, of = tag) => make(novelty, targetOf([of]), { settleS: 0, ...config });
const most = (values: readonly number[]): number => Math.max(0, ...values);

describe('the twin agrees', () => {
  it.each(Object.entries(nastyStreams(3)))('on the %s stream', (_, samples) => {
    const some = samples.slice(0, 320);
    const actual = scored(
      fresh({ memory: 1_024 }),
      some.map((sample) => observed(sample)),
    );
    expect(sameReports(actual, twin(some))).toBe('');
  });

  it.each(Object.entries(nastyStreams(3)))('on the %s stream if some samples must not be learned', (_, samples) => {
    const random = new Random(6);
    const frozen = ['no', 'own', 'yes'] as const;
    let why: Frozen = 'no';
    const some = samples.slice(0, 320).map((sample) => ({
      ...sample,
      frozen: (why = random.next() < 0.05 ? (frozen[Math.floor(3 * random.next())] ?? 'no') : why),
    }));
    const detector = fresh({ memory: 1_024 });
    const actual = some.flatMap((sample) => {
      detector.freeze?.(0, sample.frozen);
      return scored(detector, [observed(sample)]);
    });
    expect(sameReports(actual, twin(some))).toBe('');
  });

  it('over days', () => {
    const random = new Random(5);
    const periodMs = 600_000;
    const samples: Sample[] = Array.from({ length: 500 }, (_, i) => ({
      time: i * periodMs + 1_000 * Math.floor(100 * random.next()),
      value: 3 + 2 * Math.sin((2 * Math.PI * i) / 144) + 0.1 * random.normal() + (i === 450 ? 2 : 0),
    }));
    const slow = tagOf('T', { scanMs: periodMs });
    const actual = scored(
      fresh({ memory: 1_024 }, slow),
      samples.map((sample) => observed(sample)),
    );
    expect(sameReports(actual, twin(samples, periodMs))).toBe('');
    expect(actual.length).toBeGreaterThan(400);
  });

  it('on the rank of a distance (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 13, noNaN: true }), { minLength: 20, maxLength: 200 }), (magnitudes) => {
        const rank = new Rank();
        magnitudes.forEach((magnitude, i) => {
          const expected = rankTwin(magnitudes.slice(0, i), magnitude);
          const actual = rank.surprise(magnitude);
          if (Number.isNaN(expected)) expect(actual).toBeNaN();
          else expect(actual).toBeCloseTo(expected, 9);
          rank.add(magnitude);
        });
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});

describe('the memory', () => {
  it('stays within its bounds, and covers old values', () => {
    const random = new Random(2);
    const cover = new Cover(128);
    cover.add(50);
    cover.add(50);
    for (let i = 0; i < 5_000; i++) cover.add(random.normal());
    expect(cover.count).toBeLessThanOrEqual(128);
    expect([...cover.values.subarray(0, cover.count)]).toEqual(
      [...cover.values.subarray(0, cover.count)].toSorted((a, b) => a - b),
    );
    expect(Math.abs(50 - cover.secondNearest(50))).toBeLessThan(50);
    for (let i = 0; i < 100; i++) {
      const value = random.normal();
      expect(Math.abs(value - cover.secondNearest(value))).toBeLessThan(Math.abs(value) < 2 ? 0.2 : 3);
    }
  });

  it('gives the second nearest value while all values fit in (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 40 }),
        fc.integer({ min: -12, max: 12 }),
        (values, x) => {
          const cover = new Cover(64);
          for (const value of values) cover.add(value);
          const expected = values.map((value) => Math.abs(value - x)).toSorted((a, b) => a - b)[1];
          expect(Math.abs(cover.secondNearest(x) - x)).toBe(expected);
        },
      ),
      { seed: 1 },
    );
  });

  it('counts all values of one finding as one, and as none during that finding', () => {
    const cover = new Cover(64);
    for (let i = 0; i < 20; i++) cover.add(i / 10);
    for (let i = 0; i < 5; i++) cover.add(9, 1);
    expect(cover.secondNearest(9, 1)).toBe(1.8);
    expect(cover.secondNearest(9, 2)).toBe(1.9);
    cover.add(8, 2);
    expect(cover.secondNearest(9, 3)).toBe(8);
    expect(cover.secondNearest(8)).toBe(9);
    for (let i = 0; i < 100; i++) cover.add(i / 100);
    expect(cover.secondNearest(9, 3)).toBe(8);
  });

  it('drops a day after two weeks', () => {
    const days = new Days();
    const dayMs = 86_400_000;
    for (let day = 0; day < 20; day++) days.add(day * dayMs + 1_000, day < 2 ? 100 : 1);
    expect(days.distance(20 * dayMs, 100)).toBe(99);
    expect(days.distance(20 * dayMs, 1)).toBe(0);
    expect([days.nearLow, days.nearHigh]).toEqual([1, 1]);
  });

  it('takes as much as it has learned', () => {
    const lengths = [1, 64, 65, 512, 5_000].map((count) => {
      const cover = new Cover(512);
      for (let i = 0; i < count; i++) cover.add(i);
      return cover.values.length;
    });
    expect(lengths).toEqual([64, 64, 128, 512, 512]);
  });

  it('continues bit for bit from any length, with and without findings (property)', () => {
    const stepMs = 20 * 60_000;
    const judgedBy = (memory: TagMemory, from: number, count: number): number[] => {
      const random = new Random(from);
      return Array.from({ length: count }, (_, i) => {
        const [time, value] = [(from + i) * stepMs, random.normal()];
        const surprise = memory.judge(time, value, 1, true);
        if (value > 2) memory.learnFound();
        else if (value < -2.5) memory.leaveOut();
        else memory.learn(time, value);
        memory.rank();
        return surprise;
      });
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_400 }), (count) => {
        const [whole, resumed] = [new TagMemory(64), new TagMemory(64)];
        judgedBy(whole, 0, count);
        resumed.load(deserialize(serialize(whole.save())));
        expect(judgedBy(resumed, count, 150)).toEqual(judgedBy(whole, count, 150));
        expect(resumed.save()).toEqual(whole.save());
      }),
      { seed: 1, numRuns: 12, examples: [[0], [63], [64], [65], [1_100]] },
    );
  });

  it('costs the same for any length of the history', () => {
    const sizeAfter = (count: number): number => {
      const detector = fresh();
      for (const observation of series(wave(count))) detector.score(observation, () => {});
      return serialize(detector.snapshot().running).length;
    };
    expect(Math.abs(sizeAfter(6_000) - sizeAfter(100))).toBeLessThan(20);
    expect(sizeAfter(6_000)).toBeLessThan(41_000);
  });
});

describe('learning online', () => {
  const calm = wave(3_000, 1, { period: 700 });

  it('reports low surprises in learned operation and a high one for a new value', () => {
    const detector = fresh();
    const before = surprises(detector, series(calm)).slice(1_000);
    const calmShare = before.filter((surprise) => surprise >= 1).length / before.length;
    expect(calmShare).toBeLessThan(0.05);
    const after = surprises(
      detector,
      series(
        Array.from({ length: 5 }, () => 6),
        3_000_000,
      ),
    );
    expect(most(after)).toBeGreaterThan(2);
    expect(most(after)).toBeLessThanOrEqual(mostSurprise);
  });

  it('recognises a shape by its movement: a flat stretch within the range of a wave', () => {
    const detector = fresh();
    const waves = wave(2_000, 1, { period: 40, noise: 0.02 });
    const before = most(surprises(detector, series(waves)).slice(1_500));
    const flat = surprises(detector, series(wave(30, 3, { swing: 0, mean: 2.3, noise: 0.02 }), 2_000_000));
    expect(most(flat)).toBeGreaterThan(Math.max(1, before));
  });

  it('states that it is still learning, from how many samples, and the nearest normal value', () => {
    const detector = fresh();
    surprises(detector, series([...calm.slice(0, 700), 9, 9, 9]));
    const { sentence, contributions, normalIf } = detector.explain(0);
    expect(sentence).toMatch(/^Clearwell level 1 .*Still learning from 703 samples: a state that lasts a day becomes normal\.$/);
    expect(contributions[0]).toMatchObject({ tag: 'LT01', share: 1, unit: 'm' });
    expect(normalIf).not.toBe('');
  });

  it('leaves calibrated tags to the other detectors', () => {
    const detector = fresh();
    calibrate(novelty, detector, series(calm.slice(0, 200)));
    expect(surprises(detector, series([...calm, 99, 99], 1_000_000))).toEqual([]);
    const tooLittle = fresh();
    calibrate(novelty, tooLittle, series(calm.slice(0, 199)));
    expect(surprises(tooLittle, series([...calm, 99, 99], 1_000_000)).length).toBeGreaterThan(0);
  });

  it('does not judge a tag from fewer samples than configured, nor sooner', () => {
    const config = { settleS: 0 };
    const from = novelty.judgesFrom?.(novelty.schema.parse(config));
    expect(from).toEqual({ samples: 64, ms: 0 });
    // a tag that was constant until it changes is judged from the smallest number of samples
    const still = [...Array.from({ length: 64 }, () => 2), 3, 4, 5, 6, 7];
    const first = (values: readonly number[]): number =>
      (scored(make(novelty, targetOf([tag]), config), series(values))[0]?.time ?? 0) / 1_000 + 1;
    expect(first(still)).toBeGreaterThan(64);
    expect(first(still)).toBeLessThan(70);
    expect(first(calm)).toBeGreaterThan(64);
  });

  it('does not judge before it has observed for an hour', () => {
    const reported = scored(make(novelty, targetOf([tag])), series([...calm, ...calm]));
    expect(reported[0]?.time).toBe(3_600_000);
  });

  it('watches no more tags than configured', () => {
    const detector = make(novelty, targetOf([tag, tagOf('LT02'), tagOf('NOTE', { kind: 'text' })]), { mostTags: 1 });
    expect(detector.channels.map(({ key }) => key)).toEqual(['LT01']);
  });

  it('continues bit for bit from a snapshot', () => {
    const whole = fresh();
    surprises(whole, series(calm.slice(0, 800)));
    const { baseline, running } = whole.snapshot();
    const resumed = fresh();
    resumed.restore({ baseline, running: deserialize(serialize(running)) as unknown });
    const rest = series(calm.slice(800, 1_600), 800_000);
    expect(surprises(resumed, rest)).toEqual(surprises(whole, rest));
    expect(() => fresh({ memory: 1_024 }).restore({ baseline, running })).toThrow(/another size/);
  });
});

describe('tags of other kinds', () => {
  const repeated = (pattern: readonly number[], times: number): number[] => Array.from({ length: times }, () => pattern).flat();

  it('reports nothing for a constant, and a large surprise for its first change', () => {
    const detector = fresh();
    expect(surprises(detector, series(repeated([7], 1_000)))).toEqual([]);
    expect(most(surprises(detector, series([8, 8, 8], 1_000_000)))).toBeGreaterThan(1.5);
  });

  it('reports nothing for a state that changes as before', () => {
    const detector = fresh({}, tagOf('P1', { kind: 'discrete', role: 'status' }));
    const states = repeated([...repeated([0], 50), ...repeated([1], 30)], 40);
    expect(most(surprises(detector, series(states)).slice(1_000))).toBeLessThan(1);
  });

  it('watches the steps of a counter, not its level', () => {
    const detector = fresh({}, tagOf('HRS', { kind: 'counter' }));
    const random = new Random(4);
    let total = 0;
    const counts = Array.from({ length: 2_000 }, () => (total += Math.round(2 + random.next())));
    expect(most(surprises(detector, series(counts)).slice(1_000))).toBeLessThan(1);
    expect(most(surprises(detector, series([total + 500, total + 502, total + 505], 2_000_000)))).toBeGreaterThan(1);
  });

  it.each([
    ['a heartbeat', 7, 1],
    ['a clock', 1_000_000, 0],
  ])('divides the larger steps of %s by the number of their scans', (_, first, jitter) => {
    const detector = fresh({}, tagOf('HB', { kind: 'counter' }));
    const random = new Random(4);
    const at = (count: number, everyMs: number, from: number): Sample[] =>
      Array.from({ length: count }, (_sample, i) => {
        const time = from + i * everyMs + Math.round(jitter * 200 * random.next());
        return { time, value: first + Math.floor(time / 250) };
      });
    const judge = (samples: readonly Sample[]): number =>
      most(
        surprises(
          detector,
          samples.map((sample) => observed(sample)),
        ),
      );
    judge(at(3_000, 1_000, 0));
    expect(judge(at(40, 3_000, 3_003_000))).toBeLessThan(1);
    expect(judge(at(40, 11_000, 3_130_000))).toBeLessThan(1);
    expect(judge(at(40, 1_000, 3_580_000).map(({ time, value }) => ({ time, value: 3 * value })))).toBeGreaterThan(1);
  });

  it('neither learns nor judges values while the equipment settles or is in none of its modes', () => {
    const modes = { tag: 'RUN', of: { 0: 'stopped', 1: 'running' }, settleMs: 5_000 };
    const run = tagOf('RUN', { kind: 'discrete', role: 'status' });
    const detector = make(novelty, targetOf([tagOf('FT', { modes }), run]), { settleS: 0 });
    const flow = wave(400, 1, { period: 60 });
    // 2 is the mode of starting, which the configuration omits
    const state = (s: number): number => (s < 200 ? 1 : s < 300 ? 2 : 1);
    const reported = scored(
      detector,
      flow.map((value, s) => observed({ tag: 0, time: 1_000 * s, value }, { tag: 1, time: 1_000 * s, value: state(s) })),
    ).flatMap(({ channel, time }) => (channel === 0 ? [time / 1_000] : []));
    expect(reported.length).toBeGreaterThan(150);
    expect(reported.filter((s) => s >= 200 && s < 305)).toEqual([]);
    const known = /learning from (\d+) samples/.exec(detector.explain(0).sentence)?.[1];
    // the last sample is held until the next one; the first five are those of settling
    expect(Number(known)).toBe(400 - 1 - 5 - 101 - 5);
  });

  it('is not affected by samples after a long gap', () => {
    const detector = fresh();
    const calm = wave(2_000, 1, { period: 100 });
    surprises(detector, series(calm));
    expect(most(surprises(detector, series(wave(100, 9, { period: 100 }), 9_000_000)))).toBeLessThan(1.5);
  });
});
