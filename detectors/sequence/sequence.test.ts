import { describe, expect, it } from 'vitest';
import { type Observation, observeBatch } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import {
  batchOf,
  calibrate,
  make,
  paceOf,
  type Sample,
  sameReports,
  scored,
  tagOf,
  targetOf,
} from '../../test/support/detectors.ts';
import { sequence } from './index.ts';
import { twin } from './sequence.twin.ts';

const states = { 0: 'stopped', 1: 'running' };
const discrete = { kind: 'discrete', unit: '', equipment: 'P1', decimals: 0 } as const;
const command = tagOf('P1.CMD', { ...discrete, role: 'command', description: 'Pump 1 command', states: { 0: 'stop', 1: 'run' } });
const run = tagOf('P1.RUN', { ...discrete, role: 'status', description: 'Pump 1', states });
const valve = tagOf('P1.VLV', { ...discrete, role: 'status', description: 'Pump 1 valve', states: { 0: 'closed', 1: 'open' } });

type Row = readonly [number, number];

/** Batches of consecutive samples with the same time: a late sample is a batch of its own. */
function batches(samples: readonly Sample[]): Observation[] {
  const lists: Sample[][] = [];
  for (const sample of samples) {
    if (lists.at(-1)?.[0]?.time !== sample.time) lists.push([]);
    lists.at(-1)?.push(sample);
  }
  return lists.map((list) => observeBatch(batchOf(list)));
}
const samplesOf = (rows: readonly Row[], startMs = 0): Sample[] =>
  rows.flatMap((row, i) => row.map((value, tag) => ({ tag, time: startMs + 1_000 * i, value })));
const times = (row: Row, count: number): Row[] => Array.from({ length: count }, () => row);

/** The second tag follows the first within 3 to 5 s, up and down. */
function following(cycles: number, seed: number): Row[] {
  const random = new Random(seed);
  return Array.from({ length: cycles }, () => [
    ...times([0, 0], random.integer(40, 60)),
    ...times([1, 0], random.integer(3, 5)),
    ...times([1, 1], random.integer(60, 90)),
    ...times([0, 1], random.integer(3, 5)),
  ]).flat();
}

const learnedOf = (rows: readonly Row[], tags = [command, run]) => {
  const detector = make(sequence, targetOf(tags));
  calibrate(sequence, detector, batches(samplesOf(rows)));
  return detector;
};
const most = (detector: ReturnType<typeof learnedOf>, rows: readonly Row[]): number =>
  Math.max(0, ...scored(detector, batches(samplesOf(rows, 1e7))).map(({ surprise }) => surprise));

/** Unusual streams of two tags. */
function nasty(seed: number): Record<string, Sample[]> {
  const random = new Random(seed);
  const rows = (change: number, most: number): Row[] => {
    let [a, b] = [0, 0];
    return Array.from({ length: 160 }, () => {
      if (random.next() < change) a = random.integer(0, most);
      if (random.next() < change) b = random.integer(0, most);
      return [a, b];
    });
  };
  const poked = (poke: (sample: Sample, i: number) => Sample | undefined): Sample[] =>
    samplesOf(rows(0.1, 1)).flatMap((sample, i) => poke(sample, i) ?? []);
  return {
    random: samplesOf(rows(0.15, 2)),
    rare: samplesOf(rows(0.03, 1)),
    constant: samplesOf(times([1, 0], 160)),
    restless: samplesOf(rows(0.9, 1)),
    following: samplesOf(following(1, seed)),
    nan: poked((sample, i) => (i % 17 === 5 ? { ...sample, value: Number.NaN } : sample)),
    fractions: poked((sample, i) => (i % 31 < 2 ? { ...sample, value: 0.5 } : sample)),
    huge: poked((sample, i) => (i % 41 === 7 ? { ...sample, value: i % 2 === 0 ? 1e308 : -1e308 } : sample)),
    gap: poked((sample) => ({ ...sample, time: sample.time + (sample.time < 70_000 ? 0 : 60_000) })),
    away: poked((sample) => (sample.tag === 1 && sample.time > 60_000 && sample.time < 90_000 ? undefined : sample)),
    appears: poked((sample) => (sample.tag === 0 && sample.time < 50_000 ? undefined : sample)),
    duplicates: poked((sample) => ({ ...sample, time: 1_000 * Math.floor(sample.time / 2_000) })),
    backwards: poked((sample) => ({ ...sample, time: sample.time % 50_000 === 49_000 ? sample.time - 30_000 : sample.time })),
  };
}

describe('sequence', () => {
  it('equals its twin on every pair of streams', () => {
    const learned = Object.entries(nasty(3));
    const judged = Object.entries(nasty(4)).map(
      ([name, list]) => [name, list.map((sample) => ({ ...sample, time: sample.time + 1e7 }))] as const,
    );
    let highest = 0;
    for (const [first, normal] of learned) {
      const expected = twin(normal);
      for (const [second, samples] of judged) {
        const detector = make(sequence, targetOf([command, run]), { minSamples: 2 });
        calibrate(sequence, detector, batches(normal));
        const reports = scored(detector, batches(samples));
        expect(sameReports(reports, expected(samples)), `${second} after ${first}`).toBe('');
        highest = Math.max(highest, ...reports.map(({ surprise }) => surprise));
      }
    }
    expect(highest).toBeGreaterThan(2);
  });

  it('reports nothing in learned operation', () => {
    expect(most(learnedOf(following(40, 1)), following(30, 2))).toBeLessThan(1.2);
  });

  it('finds a command without effect', () => {
    const detector = learnedOf(following(40, 1));
    expect(most(detector, [...following(2, 2), ...times([0, 0], 50), ...times([1, 0], 40)])).toBeGreaterThan(2);
    const { sentence, title, techniques, contributions } = detector.explain(0);
    expect(sentence).toBe('Pump 1 command is run while Pump 1 is stopped for 39 s. Normal: at most 5 s.');
    expect(title).toBe('Pump 1 command run/stopped for 39 s');
    expect(techniques[0]).toBe('T1691.001');
    expect(contributions.map(({ tag }) => tag)).toEqual(['P1.CMD', 'P1.RUN']);
    expect(detector.channels[0]).toMatchObject({ key: 'P1', equipment: 'P1' });
  });

  it('says what changed, of both if both did, and calls tags by their names if their descriptions are too long', () => {
    const sentence = (tags: Parameters<typeof learnedOf>[1]): string => {
      const detector = learnedOf(following(40, 1), tags);
      most(detector, [...following(1, 2), ...times([0, 1], 4), ...times([1, 0], 2)]);
      return detector.explain(0).sentence;
    };
    expect(sentence([command, run])).toBe(
      'Pump 1 command changed from stop to run and Pump 1 from running to stopped. Normal: another order.',
    );
    const long = { ...command, description: `Command of ${'the pump '.repeat(20)}` };
    expect(sentence([long, run])).toBe(
      'P1.CMD changed from stop to run and P1.RUN from running to stopped. Normal: another order.',
    );
  });

  it('in a lab above 1× takes a change of both tags as known if one is read after the other, and not at 1×', () => {
    // a breaker closes and its spring is charged again, in one scan; with an open breaker the spring is also found charged
    const closing = (random: Random): Row[] => [
      ...times([0, 1], random.integer(40, 60)),
      ...times([1, 0], random.integer(8, 12)),
      ...times([1, 1], 50),
    ];
    const random = new Random(7);
    const detectorAt = (speed: number) => {
      const detector = learnedOf(Array.from({ length: 40 }, () => closing(random)).flat());
      detector.score(paceOf(speed), () => {});
      return detector;
    };
    const apart = [...times([0, 1], 50), ...times([1, 1], 3), ...times([1, 0], 10), ...times([1, 1], 20)];
    expect(most(detectorAt(1), apart)).toBeGreaterThan(2);
    expect(most(detectorAt(10), apart)).toBeLessThan(1);
    expect(most(detectorAt(10), [...times([1, 1], 50), ...times([0, 0], 20)])).toBeGreaterThan(2);
  });

  it('tolerates the delay of a fast lab in a stay, and none at 1×', () => {
    const slow = [...following(2, 2), ...times([0, 0], 50), ...times([1, 0], 9)];
    const detector = learnedOf(following(40, 1));
    expect(most(detector, slow)).toBeGreaterThan(1);
    const fast = learnedOf(following(40, 1));
    fast.score(paceOf(10), () => {});
    expect(most(fast, slow)).toBeLessThanOrEqual(1);
  });

  it('finds a pump that starts before its valve has opened: each state is known, but not their combination', () => {
    // the valve opens first and closes last
    const detector = learnedOf(
      following(40, 1).map(([a, b], i, all) => [a === 1 || b === 1 || (all[i - 3]?.[1] ?? 0) === 1 ? 1 : 0, b]),
      [valve, run],
    );
    expect(most(detector, [...times([0, 0], 60), ...times([0, 1], 3)])).toBeGreaterThan(2);
    expect(detector.explain(0).sentence).toBe(
      'Pump 1 valve is closed while Pump 1 is running. Normal: each of these states alone, never both together.',
    );
  });

  it('finds a step out of order, although each combination is known', () => {
    const detector = learnedOf(following(40, 1));
    expect(most(detector, [...times([0, 0], 60), ...times([0, 1], 2)])).toBeGreaterThan(2);
    const { title, sentence } = detector.explain(0);
    expect(title).toBe('Pump 1 command stop/running out of order');
    expect(sentence).toBe('Pump 1 changed from stopped to running while Pump 1 command was stop. Normal: another order.');
  });

  it('in a lab above 1× judges no order across a time in which a step may have passed', () => {
    const highest = (speed: number, periodMs: number): number => {
      const detector = learnedOf(following(40, 1));
      detector.score(paceOf(speed), () => {});
      const rows = samplesOf([...times([0, 0], 60), ...times([0, 1], 3)]);
      const spaced = rows.map((sample) => ({ ...sample, time: 1e7 + (sample.time * periodMs) / 1_000 }));
      return Math.max(0, ...scored(detector, batches(spaced)).map(({ surprise }) => surprise));
    };
    expect(highest(10, 1_000)).toBeGreaterThan(2);
    expect(highest(10, 2_000)).toBeLessThan(1.2);
    expect(highest(1, 2_000)).toBeGreaterThan(2);
  });

  describe('with a position, such as that of a tap changer', () => {
    const mode = tagOf('T1.MODE', { ...discrete, equipment: 'T1', role: 'command', states: { 0: 'manual', 1: 'automatic' } });
    const tap = tagOf('T1.TAP', { ...discrete, equipment: 'T1', role: 'status' });
    // moved up and back by hand
    const learned = Array.from({ length: 12 }, () => [...times([1, 10], 60), ...times([0, 11], 30)]).flat();
    const inAutomatic = [...times([1, 10], 60), ...times([1, 11], 60)];

    it('reports nothing for one that the other tag has not met yet', () => {
      expect(most(learnedOf(learned, [mode, tap]), inAutomatic)).toBe(0);
      // a code has names of its values
      const code = { ...tap, states: { 10: 'low', 11: 'high' } };
      expect(most(learnedOf(learned, [mode, code]), inAutomatic)).toBeGreaterThan(1.5);
    });
  });

  it('compares the tags of each object of an equipment, however many others it has', () => {
    const names = ['PICKUP', 'CURVE', 'AR', 'A', 'B', 'C', 'D', 'E'].map((name) => `F3.${name}`);
    const tags = [...names, 'QF3.SEL', 'QF3.POS'].map((name) =>
      tagOf(name, { ...discrete, equipment: 'F3', role: name.endsWith('.SEL') ? 'command' : 'status' }),
    );
    const rows = (pairs: readonly Row[]): Sample[] =>
      pairs.flatMap((row, i) => tags.map((_, tag) => ({ tag, time: 1_000 * i, value: row[tag - names.length] ?? 0 })));
    // selected for 4 s, then opened or closed
    const switching = (cycles: number): Row[] =>
      Array.from({ length: cycles }, () => [
        ...times([0, 1], 60),
        ...times([1, 1], 4),
        ...times([0, 0], 60),
        ...times([1, 0], 4),
      ]).flat();
    const detector = make(sequence, targetOf(tags));
    calibrate(sequence, detector, batches(rows(switching(8))));
    const judged = rows([...switching(2), ...times([0, 1], 60), ...times([1, 1], 4), ...times([0, 1], 2)]);
    const surprises = scored(detector, batches(judged.map((sample) => ({ ...sample, time: sample.time + 1e7 })))).map(
      ({ surprise }) => surprise,
    );
    expect(Math.max(...surprises.slice(0, -10))).toBeLessThan(1);
    expect(Math.max(...surprises)).toBeGreaterThan(1.5);
    const { title, techniques } = detector.explain(0);
    expect(title).toContain('out of order');
    // the command was blocked
    expect(techniques[0]).toBe('T1691.001');
  });

  it('reports nothing for a state that is new to one of the two', () => {
    expect(most(learnedOf(following(40, 1)), [...times([0, 0], 60), ...times([2, 0], 30)])).toBeLessThan(1);
  });

  it('reports nothing for two rare states that would hardly have met by chance', () => {
    const rare: Row[] = [...times([0, 0], 300), ...times([1, 0], 10), ...times([0, 0], 300), ...times([0, 1], 10)];
    const detector = learnedOf(Array.from({ length: 8 }, () => rare).flat());
    expect(most(detector, [...times([1, 0], 5), ...times([1, 1], 10)])).toBeLessThan(0.5);
    expect(detector.explain(0).sentence).toContain('Pump 1');
  });

  it('reports nothing for states without a confirming second sample', () => {
    const together = Array.from({ length: 30 }, () => [...times([0, 0], 20), ...times([1, 1], 20)]).flat();
    expect(most(learnedOf(together), [...times([0, 0], 30), [1, 0], ...times([1, 1], 10)])).toBeLessThan(1);
  });

  it('reports no new order for a step that polling sometimes misses', () => {
    // the first tag leads by one scan, which is too short to count, or by two, which counts
    const cycle = (lead: number): Row[] => [...times([0, 0], 40), ...times([1, 0], lead), ...times([1, 1], 60)];
    const leading = (lead: number, cycles = 1): Row[] => Array.from({ length: cycles }, () => cycle(lead)).flat();
    expect(most(learnedOf(leading(1, 30)), leading(2))).toBeLessThan(1);
    expect(most(learnedOf(leading(2, 30)), leading(1))).toBeLessThan(1);
    // no poll misses a step of three scans
    expect(most(learnedOf(leading(1, 30)), leading(4))).toBeGreaterThan(2);
    expect(most(learnedOf(leading(3, 30)), leading(0))).toBeGreaterThan(2);
  });

  it('reports no new order for a known step that is only shorter than usual', () => {
    const cycle = (selected: number): Row[] => [...times([0, 0], 40), ...times([1, 0], selected), ...times([1, 1], 60)];
    const judged = (rows: readonly Row[]): number => most(learnedOf(Array.from({ length: 30 }, () => cycle(4)).flat()), rows);
    expect(judged(cycle(1))).toBeLessThan(1);
    // a step of another sequence is none, and one long before the change is none either
    expect(judged([...times([0, 0], 40), [0, 1], ...times([1, 1], 60)])).toBeGreaterThan(2);
    expect(judged([...times([0, 0], 40), [1, 0], ...times([0, 0], 10), ...times([1, 1], 60)])).toBeGreaterThan(2);
  });

  it('has a smaller surprise for a new change from a state if more of its known changes occurred only once', () => {
    // a change of both at once is known, but as one after the other
    const ways: Row[] = [
      [1, 0],
      [1, 1],
      [0, 0],
      [2, 0],
      [0, 0],
      [0, 1],
      [0, 0],
      [0, 2],
      [0, 0],
    ];
    const stays = (rows: readonly Row[]): Row[] => rows.flatMap((row) => times(row, 20));
    const learned = (count: number) => learnedOf(Array.from({ length: count }, () => stays(ways)).flat());
    const bothAtOnce = stays([
      [0, 0],
      [1, 1],
    ]);
    expect(most(learned(1), bothAtOnce)).toBeLessThan(1);
    expect(most(learned(6), bothAtOnce)).toBeGreaterThan(2);
  });
});
