import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { type Observation, observeBatch } from '../../src/core/observation.ts';
import { Quality } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag } from '../../src/core/tag.ts';
import { batchOf, calibrate, make, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { interlock } from './index.ts';
import { type Second, twin } from './interlock.twin.ts';

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
const tankOnly: readonly Tag[] = [pump(1), pump(2), tank];

/** A tank that two pumps fill: none runs above 4, one below, two below 3, with hysteresis; who runs changes. */
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

const observe = (seconds: readonly Second[], quality: number = Quality.Good): Observation[] =>
  seconds.map(({ time, state, value }, i) =>
    observeBatch(
      batchOf([
        { tag: 0, time, value: state === 2 || (state === 1 && i % 7_200 < 3_600) ? 1 : 0 },
        { tag: 1, time, value: state === 2 || (state === 1 && i % 7_200 >= 3_600) ? 1 : 0 },
        { tag: 2, time, value, quality },
      ]),
    ),
  );

const learnedOf = (seconds: readonly Second[], tags = tankOnly): Detector => {
  const detector = make(interlock, targetOf(tags));
  calibrate(interlock, detector, observe(seconds));
  return detector;
};
const most = (detector: Detector, seconds: readonly Second[]): number =>
  Math.max(0, ...scored(detector, observe(seconds)).map(({ surprise }) => surprise));

/** The pumps stand still from a second on, and the tank runs empty. */
const stopped = (startMs: number): Second[] =>
  Array.from({ length: 900 }, (_, i) => ({ time: startMs + 1_000 * i, state: 0, value: 4.3 - 0.001 * i }));

describe('interlock', () => {
  it('equals its twin, which sees all at once', () => {
    for (const seed of [1, 2, 3, 4]) {
      const learned = running(12_000, seed);
      const gap = running(2_000, seed + 20, 3e7).filter((_, i) => i < 700 || i > 760);
      const watched = [...running(4_000, seed + 10, 2e7), ...gap, ...stopped(4e7)];
      const expected = twin(learned, watched, options);
      const actual = scored(learnedOf(learned), observe(watched)).map(({ surprise }) => surprise);
      expect(actual.length).toBe(expected.length);
      expect(Math.max(...expected)).toBeGreaterThan(2);
      actual.forEach((surprise, i) => expect(surprise, `second ${i} of seed ${seed}`).toBeCloseTo(expected[i] ?? -1, 9));
    }
  });

  it('is calm on running that it knows', () => {
    expect(most(learnedOf(running(40_000, 1)), running(20_000, 2, 1e8))).toBeLessThan(2);
  });

  it('finds pumps that stand still while the tank is low, says so, and puts the pumps first', () => {
    const detector = learnedOf(running(40_000, 1));
    const reports = scored(detector, observe(stopped(1e8)));
    expect(Math.max(...reports.slice(0, 60).map(({ surprise }) => surprise))).toBe(0);
    expect(reports.at(-1)?.surprise).toBeGreaterThan(2);
    expect(detector.channels[0]).toMatchObject({ key: 'pumping/PS.P#.RUN', equipment: '', area: 'pumping' });
    const { title, sentence, normalIf, contributions, techniques, band } = detector.explain(0);
    expect(title).toBe('No high-lift pump running, Tank 1 level low');
    expect(sentence).toMatch(
      /^No high-lift pump running while Tank 1 level is 3\.401 m; with the drives standing so it was never below \d\.\d{3} m\.$/,
    );
    expect(normalIf).toMatch(/^at least one of the 2 were in state running, or Tank 1 level were at least \d\.\d{3} m$/);
    expect(contributions.map(({ tag }) => tag)).toEqual(['PS.P1.RUN', 'PS.P2.RUN', 'T1.LT']);
    expect(techniques[0]).toBe('T1692.001');
    expect(band).toMatchObject({ tag: 'T1.LT', measured: 3.401 });
  });

  it('says where it is by the station, if the site has it', () => {
    expect(make(interlock, targetOf(plant)).channels[0]).toMatchObject({ equipment: 'PS' });
  });

  it('says nothing of one odd sample, of bad values, and of states that it met too seldom', () => {
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

  it('keeps only the states of drives', () => {
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
});
