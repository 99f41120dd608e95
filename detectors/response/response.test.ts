import { describe, expect, it } from 'vitest';
import type { Detector, DetectorSnapshot } from '../../src/core/detector.ts';
import { type Observation, observeBatch } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag } from '../../src/core/tag.ts';
import { batchOf, calibrate, make, type Sample, sameReports, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { response } from './index.ts';
import { errorTwin, twin } from './response.twin.ts';

const states = { 0: 'stopped', 1: 'running' };
const run = tagOf('P1.RUN', {
  kind: 'discrete',
  role: 'status',
  unit: '',
  states,
  equipment: 'P1',
  description: 'Raw-water pump 1',
});
const flow = tagOf('P1.FT', {
  equipment: 'P1',
  unit: 'm³/h',
  decimals: 0,
  range: { low: 0, high: 200 },
  description: 'Raw-water flow',
});

const together = (rows: readonly (readonly Sample[])[]): Observation[] => rows.map((row) => observeBatch(batchOf(row)));

/** Answer of a flow to a pump: a dead time, then a first-order lag. */
interface Answering {
  readonly size?: number;
  readonly deadS?: number;
  readonly lagS?: number;
  readonly noise?: number;
}

/** A pump that runs half of each `periodS`, and its flow. */
function pumping(
  seconds: number,
  seed: number,
  startS = 0,
  { size = 120, deadS = 2, lagS = 3, noise = 1 }: Answering = {},
  periodS = 400,
): Sample[][] {
  const random = new Random(seed);
  const runs = Array.from({ length: seconds }, (_, s) => ((startS + s) % periodS < periodS / 2 ? 1 : 0));
  let value = 0;
  return runs.map((running, s) => {
    value += ((runs[Math.max(0, s - deadS)] ?? 0) * size - value) / lagS;
    const time = (startS + s) * 1_000;
    return [
      { tag: 0, time, value: running },
      { tag: 1, time, value: value + noise * random.normal() },
    ];
  });
}

function learnedFrom(tags: readonly Tag[], rows: readonly (readonly Sample[])[], config: object = {}): Detector {
  const detector = make(response, targetOf(tags), config);
  calibrate(response, detector, together(rows));
  return detector;
}

const mostOf = (detector: Detector, rows: readonly (readonly Sample[])[]): number =>
  scored(detector, together(rows)).reduce((most, { surprise }) => Math.max(most, surprise), 0);

/** Scores until the first surprise beyond 1, and explains it. */
function firstSentence(detector: Detector, rows: readonly (readonly Sample[])[]): string {
  let sentence = '';
  for (const observation of together(rows))
    detector.score(observation, (channel, _time, surprise) => {
      if (surprise > 1 && sentence === '') sentence = detector.explain(channel).sentence;
    });
  return sentence;
}

const learnedS = 7_900;
/** The pump starts 50 s later. */
const startS = 7_950;
let known: DetectorSnapshot | undefined;
/** A detector that has learned twenty runs of the pump. */
function learned(): Detector {
  known ??= learnedFrom([run, flow], pumping(learnedS, 1)).snapshot();
  const detector = make(response, targetOf([run, flow]));
  detector.restore(known);
  return detector;
}

describe('the response of a flow to its pump', () => {
  it('has its dead time, size and settling as baseline entries', () => {
    const entries = learned().facts?.() ?? [];
    expect(entries.map(({ name }) => name)).toEqual(['P1.RUN running → stopped: P1.FT', 'P1.RUN stopped → running: P1.FT']);
    const [, start] = entries;
    expect(start?.figures['change']).toBeCloseTo(120, -1);
    expect(start?.figures).toMatchObject({ after: '1 s', settled: '8 s' });
    expect(start?.taught).toBe(19);
  });

  it('raises nothing in normal operation of other seeds', () => {
    for (let seed = 2; seed < 6; seed++) expect(mostOf(learned(), pumping(4_000, seed, startS))).toBeLessThan(0.9);
  });

  it.each([
    [
      'is missing',
      { size: 0 },
      /^Raw-water pump 1 is running, but raw-water flow does not rise: [−\d.]+ m³\/h after \d+ s\. Normal: about [\d.]+ m³\/h\.$/,
    ],
    ['is too weak', { size: 60 }, /raw-water flow rises too little: \d+ m³\/h/],
    ['has the wrong direction', { size: -60 }, /raw-water flow falls instead of rising/],
    ['is too slow', { deadS: 40 }, /raw-water flow does not rise: [−\d.]+ m³\/h after \d+ s\. Normal: about/],
  ])('that %s is found', (_, answering, sentence) => {
    expect(firstSentence(learned(), pumping(400, 2, startS, answering))).toMatch(sentence);
  });

  it('that is missing stays a finding while it is missing, and ends with the answer', () => {
    const detector = learned();
    const missing = scored(detector, together(pumping(250, 2, startS, { size: 0 })));
    expect(missing.filter(({ time, surprise }) => time > (startS + 80) * 1_000 && surprise < 1)).toEqual([]);
    const back = Array.from({ length: 20 }, (_, s) => [
      { tag: 0, time: (startS + 250 + s) * 1_000, value: 1 },
      { tag: 1, time: (startS + 250 + s) * 1_000, value: 120 },
    ]);
    // the pump of the source stops now, this one goes on
    expect(scored(detector, together(back)).at(-1)?.surprise).toBeLessThan(0.5);
  });

  it('is found without a command, until it is undone', () => {
    const detector = learned();
    const rows = pumping(2_000, 2, startS, {}, 4_000).map((row, s) =>
      s < 600 || s >= 1_200 ? row : row.map((sample) => (sample.tag === 1 ? { ...sample, value: 3 } : sample)),
    );
    expect(firstSentence(detector, rows)).toMatch(
      /^Raw-water flow fell from 1[12]\d m³\/h to 3 m³\/h without a command \(Raw-water pump 1: running for 9 min \d+ s\)\. Normal: only after a change of a command or status\.$/,
    );
    const all = scored(learned(), together(rows));
    const within = (from: number, to: number): number[] =>
      all.filter(({ time }) => time >= (startS + from) * 1_000 && time < (startS + to) * 1_000).map(({ surprise }) => surprise);
    expect(Math.min(...within(620, 1_200))).toBeGreaterThan(1);
    expect(Math.max(...within(1_260, 2_000))).toBeLessThan(1);
  });

  it.each([
    [1, false],
    [2, false],
    [4, true],
  ])('that is missing for %i readings when it is judged is found: %s', (readings, isFound) => {
    // the pump starts in row 50; the last instant is 128 s later, the one before it 64 s
    const rows = pumping(180, 2, startS).map((row, s) =>
      s >= 114 && s < 114 + readings ? row.map((one) => (one.tag === 1 ? { ...one, value: 0 } : one)) : row,
    );
    expect(mostOf(learned(), rows) > 1).toBe(isFound);
  });

  it('that is already there when the command comes is none that is missing', () => {
    const rows = pumping(200, 2, startS).map((row) =>
      row.map((sample) => (sample.tag === 1 ? { ...sample, value: 118 } : sample)),
    );
    expect(mostOf(learned(), rows)).toBeLessThan(1);
  });

  it('is judged neither with fewer learned steps than the minimum nor if it scatters', () => {
    expect(learnedFrom([run, flow], pumping(1_400, 1)).facts?.()).toEqual([]);
    const random = new Random(5);
    const scattered = Array.from({ length: 20 }, (_, i) => pumping(400, i, 400 * i, { size: 200 * random.next() - 100 })).flat();
    const detector = learnedFrom([run, flow], scattered);
    expect(detector.facts?.()).toEqual([]);
    expect(scored(detector, together(pumping(400, 2, startS, { size: 0 })))).toEqual([]);
  });

  it('is learned from similar machines together: a standby that has never started is judged', () => {
    const standby = [
      { ...run, name: 'P2.RUN', equipment: 'P2', description: 'Raw-water pump 2' },
      { ...flow, name: 'P2.FT', equipment: 'P2', description: 'Raw-water flow 2' },
    ];
    const [r1, f1] = [{ ...run }, { ...flow }];
    const withStandby = (rows: readonly (readonly Sample[])[], running: (s: number) => number) =>
      rows.map((row, s) => [
        ...row,
        { tag: 2, time: row[0]?.time ?? 0, value: running(s) },
        { tag: 3, time: row[0]?.time ?? 0, value: 0 },
      ]);
    const detector = learnedFrom(
      [r1, f1, ...standby],
      withStandby(pumping(learnedS, 1), () => 0),
    );
    const rows = withStandby(pumping(300, 2, startS), (s) => (s >= 100 ? 1 : 0));
    expect(firstSentence(detector, rows)).toMatch(/^Raw-water pump 2 is running, but raw-water flow 2 does not rise/);
  });
});

describe('a control error', () => {
  const setpoint = tagOf('SP', { role: 'setpoint', description: 'Chlorine set-point', unit: 'mg/L' });
  const measured = tagOf('AT', { description: 'Chlorine', unit: 'mg/L', decimals: 2 });
  /** A variable that follows its set-point of 2 but for noise, and lies `off` from it from `offS` on. */
  const following = (seconds: number, seed: number, fromS = 0, off = 0, offS = 0): Sample[][] => {
    const random = new Random(seed);
    let error = 0;
    return Array.from({ length: seconds }, (_, s) => {
      error = 0.9 * error + 0.012 * random.normal();
      const time = (fromS + s) * 1_000;
      return [
        { tag: 0, time, value: 2 },
        { tag: 1, time, value: 2 + error + (s >= offS ? off : 0) },
      ];
    });
  };

  it('is judged by its duration as brute force does', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const rows = following(1_500, seed);
      const next = following(500, seed + 10, 1_500, 0.06, 250);
      const detector = learnedFrom([setpoint, measured], rows);
      expect(sameReports(scored(detector, together(next)), errorTwin(rows.flat())(next.flat()))).toBe('');
    }
  });

  it('that lasts longer than ever is a finding, while a short one and a step of the set-point are not', () => {
    const rows = following(8_000, 1);
    const detector = () => learnedFrom([setpoint, measured], rows);
    expect(mostOf(detector(), following(2_000, 3, 8_000))).toBeLessThan(0.9);
    expect(firstSentence(detector(), following(1_500, 3, 8_000, -0.12, 200))).toMatch(
      /^Chlorine is 1\.\d+ mg\/L and has been more than 0\.\d+ mg\/L below its set-point of 2\.0+ mg\/L for .*\. Normal: at most .*\.$/,
    );
    const stepped = following(1_000, 3, 8_000, -0.08, 200).map((row, s) =>
      row.map((sample) => (sample.tag === 0 && s >= 200 ? { ...sample, value: 2.05 } : sample)),
    );
    expect(mostOf(detector(), stepped)).toBeLessThan(0.9);
  });
});

describe('the detector', () => {
  it('reports what brute force does: random runs, gaps, bad samples and faults', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = new Random(seed);
      const learnedRows = disturbed(pumping(2_500, seed, 0, { noise: 2 }, 240 + 40 * seed), random, 0.002);
      const judgedRows = disturbed(
        [
          ...pumping(600, seed + 20, 2_500, { size: 120 * random.next() }, 300),
          ...pumping(600, seed + 30, 3_100, { deadS: 5, noise: 3 }, 600),
        ],
        random,
        0.004,
      );
      const detector = learnedFrom([run, flow], learnedRows);
      const expected = twin(learnedRows.flat())(judgedRows.flat());
      expect(expected.length).toBeGreaterThan(0);
      expect(sameReports(scored(detector, together(judgedRows)), expected)).toBe('');
    }
  });

  it('has at most the stated number of answers for each command, and of commands for each measurement', () => {
    const many = Array.from({ length: 40 }, (_, i) => tagOf(`M${String.fromCodePoint(65 + i)}`, { equipment: 'P1' }));
    const switches = Array.from({ length: 30 }, (_, i) =>
      tagOf(`S${String.fromCodePoint(65 + i)}`, { kind: 'discrete', role: 'command', equipment: 'P1' }),
    );
    const detector = make(response, targetOf([...switches, ...many]), { mostCandidates: 5, mostCommands: 3 });
    expect(detector.channels.map(({ key }) => key)).toEqual(['P1']);
    expect(detector.channels[0]?.tags.length).toBe(3 + 5);
  });
});

/** Rows with gaps of 2 to 8 s, bad values, and lasting deviations, at random. */
function disturbed(rows: readonly (readonly Sample[])[], random: Random, share: number): Sample[][] {
  let [silent, odd] = [0, 0];
  return rows.flatMap((row) => {
    if (random.next() < share) silent = 2 + Math.floor(6 * random.next());
    if (random.next() < share) odd = Math.floor(60 * random.next());
    silent--;
    odd--;
    if (silent > 0) return [];
    return [
      row.map((sample) => {
        if (random.next() < share) return { ...sample, value: Number.NaN };
        return sample.tag === 1 && odd > 0 ? { ...sample, value: sample.value - 40 } : sample;
      }),
    ];
  });
}

describe('unmoved', () => {
  it('is true for equipment whose commands and statuses never changed', () => {
    const still = learnedFrom([run, flow], pumping(400, 1, 0, {}, 4_000));
    expect([still.judges?.(0), still.unmoved?.(0)]).toEqual([false, true]);
    const moved = learnedFrom([run, flow], pumping(500, 1));
    expect([moved.judges?.(0), moved.unmoved?.(0)]).toEqual([false, false]);
  });
});
