import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag } from '../../src/core/tag.ts';
import { batchOf, calibrate, make, type Sample, sameReports, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { interlock } from './index.ts';
import { twin } from './interlock.twin.ts';

const step = 0.025;
const options = { settleMs: 60_000, minVisits: 3, narrower: 0.1, step };
const states = { 0: 'stopped', 1: 'running' };
const pump = (number: number): Tag =>
  tagOf(`PS.P${number}.RUN`, {
    kind: 'discrete',
    role: 'status',
    unit: '',
    states,
    area: 'pumping',
    equipment: `PS.P${number}`,
    description: `High-lift pump ${number} running`,
  });
const station = tagOf('PS.FT', { area: 'pumping', equipment: 'PS', description: 'Station flow', range: { low: 0, high: 300 } });
const tank = tagOf('T1.LT', { area: 'network', equipment: 'T1', description: 'Tank 1 level' });
const plant: readonly Tag[] = [pump(1), pump(2), tank, station];
/** The drives are tags 0 and 1, the tank is tag 2. */
const tankOnly: readonly Tag[] = [pump(1), pump(2), tank];

/** One second of the station: number of running pumps, and level of the tank. */
interface Second {
  readonly time: number;
  readonly state: number;
  readonly value: number;
}

/** A tank that two pumps fill: none runs above 4, one below, two below 3, with hysteresis. The pumps take turns. */
function running(seconds: number, seed: number, startMs = 0): Second[] {
  const random = new Random(seed);
  let level = 3.5;
  let state = 1;
  return Array.from({ length: seconds }, (_, i) => {
    const draw = 0.002 * (1 + 0.6 * Math.sin(i / 900));
    level += 0.0026 * state - draw + 0.0003 * random.normal();
    if (level > 4.5) state = 0;
    else if (level < 3) state = 2;
    else if (level < 4 && state === 0) state = 1;
    else if (level > 3.6 && state === 2) state = 1;
    return { time: startMs + 1_000 * i, state, value: Math.round(level * 1_000) / 1_000 };
  });
}

const pollsOf = (seconds: readonly Second[], quality: number = Quality.Good): Sample[][] =>
  seconds.map(({ time, state, value }, i) => [
    { tag: 0, time, value: state === 2 || (state === 1 && i % 7_200 < 3_600) ? 1 : 0 },
    { tag: 1, time, value: state === 2 || (state === 1 && i % 7_200 >= 3_600) ? 1 : 0 },
    { tag: 2, time, value, quality },
  ]);
const heard = (polls: readonly (readonly Sample[])[]): Observation[] => polls.map((poll) => observeBatch(batchOf(poll)));
const observe = (seconds: readonly Second[], quality?: number): Observation[] => heard(pollsOf(seconds, quality));

/** Unusual polls of the two pumps and the tank. */
function nasty(seed: number): Record<string, Sample[][]> {
  const random = new Random(seed);
  const seconds = (change: number, level: (states: number, i: number) => number): Sample[][] => {
    const drives = [0, 0];
    return Array.from({ length: 240 }, (_, i) => {
      const time = 1_000 * i;
      for (const drive of [0, 1]) if (random.next() < change) drives[drive] = random.integer(0, 1);
      const states = drives.map((value, tag) => ({ tag, time, value }));
      return [...states, { tag: 2, time, value: level((drives[0] ?? 0) + (drives[1] ?? 0), i) + 0.05 * random.normal() }];
    });
  };
  const follows = (state: number): number => 1 + state;
  const poked = (poke: (sample: Sample, i: number) => Sample | undefined): Sample[][] =>
    seconds(0.06, follows).map((poll, i) => poll.flatMap((sample) => poke(sample, i) ?? []));
  const later = (sample: Sample, ms: number): Sample => ({ ...sample, time: sample.time + ms });
  return {
    random: seconds(0.06, () => 2 * random.normal()),
    follows: seconds(0.06, follows),
    constant: seconds(0, () => 3.5),
    restless: seconds(0.8, follows),
    step: seconds(0.06, (state, i) => state + (i < 120 ? 0 : 20)),
    nan: poked((sample, i) => ((i + (sample.tag ?? 0)) % 17 === 5 ? { ...sample, value: Number.NaN } : sample)),
    infinite: poked((sample, i) => (i % 41 === 7 ? { ...sample, value: Number.NEGATIVE_INFINITY } : sample)),
    huge: poked((sample, i) => (i === 100 || i === 200 ? { ...sample, value: i === 100 ? 1e308 : -1e308 } : sample)),
    fractions: poked((sample, i) => (i % 31 < 2 ? { ...sample, value: 0.5 } : sample)),
    bad: poked((sample, i) => (i % 23 < 5 ? { ...sample, quality: Quality.BadTimeout } : sample)),
    gap: poked((sample, i) => later(sample, i < 110 ? 0 : 60_000)),
    pumpAway: poked((sample, i) => (sample.tag === 0 && i % 90 > 60 && i % 90 < 75 ? undefined : sample)),
    tankAway: poked((sample, i) => (sample.tag === 2 && i % 70 > 50 && i % 70 < 60 ? undefined : sample)),
    pumpAppears: poked((sample, i) => (sample.tag === 1 && i < 50 ? undefined : sample)),
    tankAppears: poked((sample, i) => (sample.tag === 2 && i < 50 ? undefined : sample)),
    slow: poked((sample, i) => (sample.tag === 2 && i % 3 > 0 ? undefined : sample)),
    duplicates: poked((sample, i) => later(sample, i % 2 === 0 ? 0 : -1_000)),
    backwards: poked((sample, i) => (i % 50 === 49 ? later(sample, -30_000) : sample)),
    setBack: poked((sample, i) => later(sample, i < 120 ? 0 : -30_000)),
    // the tank's samples arrive in batches of their own, with a clock that is behind
    behind: poked((sample) => (sample.tag === 2 ? later(sample, -20_000) : sample)).flatMap((poll) => [
      poll.slice(0, 2),
      poll.slice(2),
    ]),
  };
}

const learnedOf = (seconds: readonly Second[], tags = tankOnly): Detector => {
  const detector = make(interlock, targetOf(tags));
  calibrate(interlock, detector, observe(seconds));
  return detector;
};
const most = (detector: Detector, seconds: readonly Second[]): number =>
  Math.max(0, ...scored(detector, observe(seconds)).map(({ surprise }) => surprise));

/** The pumps are stopped from a second on, and the tank empties. */
const stopped = (startMs: number): Second[] =>
  Array.from({ length: 900 }, (_, i) => ({ time: startMs + 1_000 * i, state: 0, value: 4.3 - 0.001 * i }));

describe('interlock', () => {
  it('equals its twin, which uses all data at once', () => {
    for (const seed of [1, 2, 3, 4]) {
      const learned = running(12_000, seed);
      const gap = running(2_000, seed + 20, 3e7).filter((_, i) => i < 700 || i > 760);
      const watched = [...running(4_000, seed + 10, 2e7), ...gap, ...stopped(4e7)];
      const expected = twin(pollsOf(learned), options)(pollsOf(watched));
      expect(sameReports(scored(learnedOf(learned), observe(watched)), expected), `seed ${seed}`).toBe('');
      expect(Math.max(...expected.map(({ surprise }) => surprise))).toBeGreaterThan(2);
    }
  });

  it('equals its twin on every pair of nasty streams', () => {
    const brief = { settleMs: 2_000, minVisits: 2 };
    const judged = Object.entries(nasty(4)).map(
      ([name, polls]) => [name, polls.map((poll) => poll.map((sample) => ({ ...sample, time: sample.time + 1e7 })))] as const,
    );
    const silent = new Set<string>();
    let highest = 0;
    for (const [first, polls] of Object.entries(nasty(3))) {
      const expected = twin(polls, { ...options, ...brief });
      for (const [second, watched] of judged) {
        const detector = make(interlock, targetOf(tankOnly), brief);
        calibrate(interlock, detector, heard(polls));
        const reports = scored(detector, heard(watched));
        expect(sameReports(reports, expected(watched)), `${second} after ${first}`).toBe('');
        if (reports.length === 0) silent.add(first);
        highest = Math.max(highest, ...reports.map(({ surprise }) => surprise));
      }
    }
    expect(highest).toBeGreaterThan(2);
    // only one state, and states that each occurred at both levels
    expect([...silent]).toEqual(['constant', 'step']);
  });

  it('reports nothing in learned operation', () => {
    expect(most(learnedOf(running(40_000, 1)), running(20_000, 2, 1e8))).toBeLessThan(2);
  });

  it('finds stopped pumps while the tank is low, explains it, and lists the pumps first', () => {
    const detector = learnedOf(running(40_000, 1));
    const reports = scored(detector, observe(stopped(1e8)));
    expect(Math.max(...reports.slice(0, 60).map(({ surprise }) => surprise))).toBe(0);
    expect(reports.at(-1)?.surprise).toBeGreaterThan(2);
    expect(detector.channels[0]).toMatchObject({ key: 'pumping/PS.P#.RUN', equipment: '', area: 'pumping' });
    const { title, sentence, normalIf, contributions, techniques, band } = detector.explain(0);
    expect(title).toBe('No high-lift pump running, Tank 1 level low');
    expect(sentence).toMatch(
      /^No high-lift pump running while Tank 1 level is 3\.401 m\. Normal in this state: at least \d\.\d{3} m\.$/,
    );
    expect(normalIf).toMatch(/^at least one of the 2 were in state running, or Tank 1 level were at least \d\.\d{3} m$/);
    expect(contributions.map(({ tag }) => tag)).toEqual(['PS.P1.RUN', 'PS.P2.RUN', 'T1.LT']);
    expect(techniques[0]).toBe('T1692.001');
    expect(band).toMatchObject({ tag: 'T1.LT', measured: 3.401 });
  });

  it('uses the station as the equipment, if the site has it', () => {
    expect(make(interlock, targetOf(plant)).channels[0]).toMatchObject({ equipment: 'PS' });
  });

  it('reports nothing for one unusual sample, for bad values, and for states with too few visits', () => {
    const detector = learnedOf(running(40_000, 1));
    const level = Array.from({ length: 300 }, (_, i) => ({ time: 1e8 + 1_000 * i, state: 0, value: i === 200 ? 1 : 4.2 }));
    expect(most(detector, level)).toBeLessThan(1);
    const bad = observe(
      stopped(2e8).map((second) => ({ ...second, value: 1 })),
      Quality.BadDeviceFailure,
    );
    expect(scored(detector, bad).every(({ surprise }) => surprise === 0)).toBe(true);
    const never = running(40_000, 1).map((second) => ({ ...second, state: Math.max(1, second.state) }));
    expect(most(learnedOf(never), stopped(1e8))).toBe(0);
  });

  it('judges by an edited level, which has the margin of the learned one', () => {
    const learned = learnedOf(running(40_000, 1));
    const line = learned.facts?.().find(({ name }) => name === '0 on: T1.LT');
    expect(line).toMatchObject({ channel: 'pumping/PS.P#.RUN', unit: 'm', editable: ['low'] });
    const low = Number(line?.figures['low']);
    const amended = learnedOf(running(40_000, 1));
    amended.amend?.('pumping/PS.P#.RUN', '0 on: T1.LT', { low: low - 0.3 });
    const restored = make(interlock, targetOf(tankOnly));
    restored.restore({
      baseline: JSON.parse(JSON.stringify(amended.snapshot().baseline)),
      running: make(interlock, targetOf(tankOnly)).snapshot().running,
    });
    const lower = stopped(1e8).map((second) => ({ ...second, value: second.value - 0.3 }));
    const before = scored(learned, observe(stopped(1e8)));
    expect(before.at(-1)?.surprise).toBeGreaterThan(2);
    expect(sameReports(scored(restored, observe(lower)), before)).toBe('');
    expect(restored.explain(0).normalIf).toContain(`Tank 1 level were at least ${(low - 0.3).toFixed(3)} m`);
    const at = stopped(2e8).map((second) => ({ ...second, value: low - 0.3 }));
    expect(most(restored, at)).toBeCloseTo(1, 9);
    expect(() => amended.amend?.('pumping/PS.P#.RUN', '0 on: T1.LT', { low: 99 })).toThrow('low cannot be 99');
    expect(() => amended.amend?.('pumping/PS.P#.RUN', '0 on: T1.LT', { high: 3 })).toThrow(
      'high is not an editable figure of this entry',
    );
  });

  it('stores only the states of drives', () => {
    const word = tagOf('WORD', { kind: 'discrete', role: 'status', unit: '' });
    const detector = make(interlock, targetOf([word, tank]));
    const seconds = Array.from({ length: 4_000 }, (_, i) => i);
    calibrate(
      interlock,
      detector,
      seconds.map((i) =>
        observeBatch(
          batchOf([
            { tag: 0, time: 1_000 * i, value: Math.floor(i / 100) % 20 },
            { tag: 1, time: 1_000 * i, value: (Math.floor(i / 100) % 20) / 10 },
          ]),
        ),
      ),
    );
    expect(detector.snapshot().baseline).toMatchObject({ variables: { WORD: 'too many states' } });
    expect(scored(detector, [observeBatch(batchOf([{ tag: 0, time: 1e8, value: 3 }]))])).toEqual([]);
  });

  it('judges what a pump measures by whether this pump runs, though the pumps are counted together', () => {
    const current = tagOf('PS.P1.AMP', { area: 'pumping', equipment: 'PS.P1', unit: 'A', range: { low: 0, high: 160 } });
    const list = [...tankOnly, current];
    const polls = (seconds: readonly Second[], running: number): Observation[] =>
      heard(
        pollsOf(seconds).map((poll, i) => {
          const runs = poll[0]?.value === 1;
          return [...poll, { tag: 3, time: poll[0]?.time ?? 0, value: (runs ? running : 0) + 0.1 * Math.sin(i) }];
        }),
      );
    const detector = make(interlock, targetOf(list));
    expect(detector.channels.map(({ key }) => key)).toEqual(['pumping/PS.P#.RUN', 'PS.P1.RUN']);
    calibrate(interlock, detector, polls(running(80_000, 1), 90));
    const most = (amps: number, from: number): number =>
      Math.max(
        ...scored(detector, polls(running(8_000, 2, from), amps)).flatMap((one) => (one.channel === 1 ? [one.surprise] : [])),
      );
    expect(most(90, 1e9)).toBeLessThan(1.1);
    expect(most(30, 2e9)).toBeGreaterThan(3);
    expect(detector.explain(1).sentence).toContain('PS.P1.AMP');
  });

  it('has one such variable for each apparatus of an equipment', () => {
    const feeder = (number: number): Tag[] => {
      const equipment = `F${number}`;
      const status = (name: string): Tag => ({ ...pump(number), name, equipment });
      const command: Tag = { ...status(`QF${number}.CMD`), role: 'command' };
      return [
        status(`F${number}.PICKUP`),
        command,
        status(`QF${number}.POS`),
        status(`QF${number}.OPN`),
        tagOf(`F${number}.IA`, { equipment }),
      ];
    };
    const keys = make(interlock, targetOf([...feeder(1), ...feeder(2)])).channels.map(({ key }) => key);
    expect(keys.filter((key) => !key.includes('#'))).toEqual(['F1.PICKUP', 'QF1.POS', 'F2.PICKUP', 'QF2.POS']);
  });

  it('opens a baseline of a version without such variables', () => {
    const counted = make(interlock, targetOf(tankOnly));
    calibrate(interlock, counted, observe(running(40_000, 1)));
    const withCurrent = make(interlock, targetOf([...tankOnly, tagOf('PS.P1.AMP', { area: 'pumping', equipment: 'PS.P1' })]));
    withCurrent.restore({ ...counted.snapshot(), running: withCurrent.snapshot().running });
    expect(withCurrent.facts?.().map(({ channel }) => channel)).not.toContain('PS.P1.RUN');
  });
});

describe('a breaker that is closed for days', () => {
  const scanMs = 600_000;
  const dayMs = 86_400_000;
  const slow = tankOnly.map((tag): Tag => ({ ...tag, scanMs, range: { low: 0, high: 100 } }));
  /** Both breakers are closed except for two hours of the second day; the current follows the hour of the day. */
  const load = (days: number, seed: number, from: number): Sample[][] => {
    const random = new Random(seed);
    return Array.from({ length: (days * dayMs) / scanMs }, (_, i) => {
      const time = from + i * scanMs;
      const isOpen = i >= 200 && i < 212;
      const current = 60 + 15 * Math.sin((2 * Math.PI * time) / dayMs) + random.normal();
      return [0, 1, 2].map((tag) => ({ tag, time, value: tag < 2 ? Number(!isOpen) : isOpen ? 0 : current }));
    });
  };
  const learnedDays = (polls: readonly (readonly Sample[])[]): Detector => {
    const detector = make(interlock, targetOf(slow));
    calibrate(interlock, detector, heard(polls));
    return detector;
  };
  const falselyClosed = load(2, 3, 1e10).map((poll, i): Sample[] =>
    i >= 200 && i < 212 ? poll.map((sample) => (sample.tag === 2 ? sample : { ...sample, value: 1 })) : poll,
  );

  it('is judged by its days, as in the twin', () => {
    const [learned, normal] = [load(3, 1, 0), load(2, 2, 5e9)];
    const detector = learnedDays(learned);
    const watched = [...normal, ...falselyClosed];
    const reports = scored(detector, heard(watched));
    const expected = twin(learned, { ...options, step: 0.5, scanMs })(watched);
    expect(sameReports(reports, expected)).toBe('');
    const highest = (from: number, to: number): number =>
      Math.max(...reports.filter(({ time }) => time >= from && time < to).map(({ surprise }) => surprise));
    expect(highest(0, 1e10)).toBeLessThan(1.2);
    expect(highest(1e10, 2e10)).toBeGreaterThan(2.5);
  });

  it('is not judged after fewer days than the required stays', () => {
    expect(scored(learnedDays(load(1.5, 1, 0).filter((_, i) => i < 212)), heard(falselyClosed))).toEqual([]);
  });

  it('has the same visits if its baseline is restored while it is learned', () => {
    const polls = load(3, 1, 0);
    const [whole, first] = [make(interlock, targetOf(slow)), make(interlock, targetOf(slow))];
    for (const detector of [whole, first])
      detector.learn(observeEvent({ type: 'calibration', time: 0, phase: 'begin', pass: 0 }));
    for (const poll of heard(polls)) whole.learn(poll);
    for (const poll of heard(polls.slice(0, 170))) first.learn(poll);
    const second = make(interlock, targetOf(slow));
    const { baseline } = first.snapshot();
    second.restore({ baseline: JSON.parse(JSON.stringify(baseline)), running: second.snapshot().running });
    for (const poll of heard(polls.slice(170))) second.learn(poll);
    expect(second.snapshot().baseline).toEqual(whole.snapshot().baseline);
  });
});

describe('unmoved', () => {
  it('is true only for drives of which one state lasted', () => {
    const seconds = running(4_000, 3);
    const [steady, moving] = [learnedOf(seconds.map((second) => ({ ...second, state: 1 }))), learnedOf(seconds)];
    // either pump takes its turn, and one of two runs all the time
    expect(steady.channels.map((_, channel) => steady.unmoved?.(channel))).toEqual([true]);
    expect(moving.channels.map((_, channel) => moving.unmoved?.(channel))).toEqual([false]);
    const brief = learnedOf(seconds.map((second, i) => ({ ...second, state: i % 1_000 < 20 ? 2 : 1 })));
    expect([brief.judges?.(0), brief.unmoved?.(0)]).toEqual([false, true]);
  });
});

describe('the alarm contact of a device', () => {
  const alarmed: readonly Tag[] = [
    tagOf('T1.LAH', {
      kind: 'discrete',
      role: 'status',
      unit: '',
      states: { 0: 'normal', 1: 'alarm' },
      area: 'network',
      equipment: 'T1',
      description: 'Tank 1 level high alarm',
    }),
    tank,
  ];
  /** Half-hour waves of the level around 3 m. The contact closes above 4 m, and opens below 3.95 m. */
  const waves = (seconds: number, startMs: number, { swing = 1.3, limit = 4, seed = 1 } = {}): Observation[] => {
    const random = new Random(seed);
    let alarm = 0;
    return heard(
      Array.from({ length: seconds }, (_, i) => {
        const value = 3 + swing * Math.sin((2 * Math.PI * i) / 1_800) + 0.005 * random.normal();
        if (value > limit) alarm = 1;
        if (value < limit - 0.05) alarm = 0;
        const time = startMs + 1_000 * i;
        return [
          { tag: 0, time, value: alarm },
          { tag: 1, time, value: Math.round(value * 1_000) / 1_000 },
        ];
      }),
    );
  };
  const calibrated = (learned: readonly Observation[]): Detector => {
    const detector = make(interlock, targetOf(alarmed));
    calibrate(interlock, detector, learned);
    return detector;
  };
  const highest = (detector: Detector, watched: readonly Observation[]): number =>
    Math.max(0, ...scored(detector, watched).map(({ surprise }) => surprise));

  it('that is missing while the level exceeds its limit is found, if the calibration had the alarm', () => {
    const detector = calibrated(waves(18_000, 0));
    expect(highest(detector, waves(5_400, 1e8, { seed: 2 }))).toBeLessThan(2);
    expect(highest(detector, waves(550, 2e8, { limit: 9 }))).toBeGreaterThan(2);
    expect(detector.explain(0).sentence).toMatch(
      /^Tank 1 level is 4\.\d+ m while Tank 1 level high alarm is normal\. Normal in this state: at most 4\.0\d+ m\.$/,
    );
  });

  it('is not judged if the calibration had no alarm: the level alone is then unusual', () => {
    const detector = calibrated(waves(18_000, 0, { swing: 0.8 }));
    expect(highest(detector, waves(550, 2e8, { limit: 9 }))).toBe(0);
  });
});
