import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchBuilder } from '../../core/batch.ts';
import type { Channel, Detector, DetectorSnapshot, Report } from '../../core/detector.ts';
import type { Explanation, FindingChange } from '../../core/finding.ts';
import { type Observation, observeBatch, observeEvent } from '../../core/observation.ts';
import { Quality } from '../../core/quality.ts';
import { type Tag, TagTable } from '../../core/tag.ts';
import { createEngine, defaultEngineSettings, type EngineOptions } from './index.ts';

const tag = (name: string, more: Partial<Tag> = {}): Tag => ({
  name,
  description: name,
  short: name,
  area: 'a1',
  equipment: 'pump',
  device: 'plc',
  kind: 'analog',
  role: 'measurement',
  unit: 'm',
  decimals: 2,
  scanMs: 1_000,
  address: undefined,
  ...more,
});

const tags = new TagTable([
  tag('A'),
  tag('B', { limits: { high: 5, priority: 2, response: 'look at it' } }),
  tag('C', { kind: 'discrete', states: { 0: 'closed', 2: 'open', 4: 'stuck' } }),
]);

/** Surprise = value of the tag. */
class Echo implements Detector {
  readonly channels: readonly Channel[];
  explained = 0;
  #last = 0;
  constructor(channels: readonly Channel[]) {
    this.channels = channels;
  }
  learn(): void {}
  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'batch') return;
    const { batch } = observation;
    for (let row = 0; row < batch.length; row++) {
      const channel = this.channels.findIndex((one) => one.tags.includes(batch.tag[row] as number));
      this.#last = batch.value[row] as number;
      report(channel, batch.sourceTime[row] as number, this.#last);
    }
  }
  explain(channel: number): Explanation {
    this.explained++;
    const name = tags.at(this.channels[channel]?.tags[0] ?? 0).name;
    return {
      sentence: '',
      title: `${name} is odd`,
      contributions: [{ tag: name, share: 1, unit: 'm', measured: this.#last, expected: 0 }],
      normalIf: '',
      techniques: [],
    };
  }
  snapshot(): DetectorSnapshot {
    return { baseline: null, running: this.#last };
  }
  restore(snapshot: DetectorSnapshot): void {
    this.#last = snapshot.running as number;
  }
}

const channels: readonly Channel[] = [
  { key: 'A', tags: [0], area: 'a1', equipment: 'pump' },
  { key: 'B', tags: [1], area: 'a1', equipment: '' },
];

function sample(index: number, time: number, value: number): Observation {
  const builder = new BatchBuilder('plc', 1);
  builder.add(index, value, Quality.Good, time, time);
  return observeBatch(builder.publish());
}

function engineOf(detector: Detector, more: Partial<EngineOptions> = {}) {
  return createEngine({
    detectors: [{ name: 'echo', plugin: { input: 'sample', threshold: 'statistical' }, detector }],
    tags,
    groups: [],
    thresholds: { echo: { A: { begin: 10, end: 9 }, B: { begin: 2, end: 1 } } },
    ...more,
  });
}

const run = (engine: ReturnType<typeof engineOf>, values: readonly number[], index = 0, from = 0): FindingChange[] =>
  values.flatMap((value, i) => [...engine.observe(sample(index, (from + i) * 1_000, value))]);

test('a finding begins at the threshold of its channel, ends after the off-delay and keeps its peak', () => {
  const engine = engineOf(new Echo(channels));
  const changes = run(engine, [1, 9.9, 10, 30, 8, 8, 9.5, 8, 8, 8, 8, 8, 8]);
  expect(changes.map(({ change, finding }) => [change, finding.updatedAt])).toEqual([
    ['begin', 2_000],
    ['update', 3_000 + 4_000],
    ['end', 11_000],
  ]);
  const last = changes.at(-1)?.finding;
  expect(last).toMatchObject({ since: 2_000, beganAt: 2_000, endedAt: 11_000, peak: 3, detector: 'echo', channel: 'A' });
  expect(engine.open()).toEqual([]);
});

test('an act on the network reports its tag with the next event, and then at the usual pace', () => {
  class Act extends Echo {
    override explain(channel: number): Explanation {
      const known = this.explained > 0;
      const explanation = super.explain(channel);
      return known ? { ...explanation, title: `${explanation.title} ${this.explained}` } : { ...explanation, contributions: [] };
    }
  }
  const detector = new Act([{ key: 'A', tags: [], area: '', equipment: '', device: 'plc' }]);
  const plugin = { input: 'event', threshold: 'statistical', network: true } as const;
  const engine = createEngine({
    detectors: [{ name: 'act', plugin, detector }],
    tags,
    groups: [],
    thresholds: { act: { A: { begin: 10, end: 9 } } },
  });
  detector.score = (_observation, report) => report(0, time, 20);
  let time = 0;
  const changes = [0, 1_000, 2_000, 3_000, 6_400].flatMap((at) => {
    time = at;
    return [...engine.observe(observeEvent({ type: 'tick', time: at }))];
  });
  expect(changes.map(({ change, finding }) => [change, finding.updatedAt, finding.tags])).toEqual([
    ['begin', 0, []],
    ['update', 1_000, ['A']],
    ['update', 6_400, ['A']],
  ]);
});

test('an act on the network reports at once in its first seconds that its messages are encrypted', () => {
  let time = 0;
  class Act extends Echo {
    override explain(channel: number): Explanation {
      const explanation = { ...super.explain(channel), contributions: [] };
      return time < 40 ? explanation : { ...explanation, encrypted: true };
    }
  }
  const detector = new Act([{ key: 'A', tags: [], area: '', equipment: '', device: 'plc' }]);
  detector.score = (_observation, report) => report(0, time, 20);
  const plugin = { input: 'event', threshold: 'statistical', network: true } as const;
  const detectors = [{ name: 'act', plugin, detector }];
  const engine = createEngine({ detectors, tags, groups: [], thresholds: { act: { A: { begin: 10, end: 9 } } } });
  const changes = [0, 20, 40, 60].flatMap((at) => {
    time = at;
    return [...engine.observe(observeEvent({ type: 'clock', device: 'plc', time: at, offsetMs: 0 }))];
  });
  expect(changes.map(({ change, finding }) => [change, finding.updatedAt, finding.explanation.encrypted])).toEqual([
    ['begin', 0, undefined],
    ['update', 40, true],
  ]);
});

test('a finding has the marks of its plug-in: a signal that somebody falsifies', () => {
  const plugin = { input: 'event', threshold: 'statistical', signal: true, deliberate: true } as const;
  const detector = new Echo([{ key: 'A', tags: [0], area: '', equipment: '' }]);
  detector.score = (_observation, report) => report(0, 0, 20);
  const detectors = [{ name: 'replay', plugin, detector }];
  const engine = createEngine({ detectors, tags, groups: [], thresholds: { replay: { A: { begin: 10, end: 9 } } } });
  const [change] = engine.observe(observeEvent({ type: 'tick', time: 0 }));
  expect(change?.finding).toMatchObject({ signal: true, deliberate: true });
  expect(change?.finding.network).toBeUndefined();
});

test('a score that decays within the deadband ends the finding, one that comes back to the threshold keeps it open', () => {
  const lapsing = [12, ...Array<number>(1_900).fill(9.5)];
  expect(run(engineOf(new Echo(channels)), lapsing).at(-1)).toMatchObject({ change: 'end', finding: { endedAt: 1_800_000 } });
  const recurring = lapsing.map((value, second) => (second % 1_500 === 0 ? 12 : value));
  const engine = engineOf(new Echo(channels));
  const before = run(engine, recurring.slice(0, 40));
  const restored = engineOf(new Echo(channels));
  restored.restore(structuredClone(engine.snapshot()));
  const changes = [...before, ...run(restored, recurring.slice(40), 0, 40)];
  expect(changes.map(({ change }) => change)).not.toContain('end');
});

test('a finding of an adaptive channel does not lapse, because its threshold rises with it', () => {
  const place = { name: 'echo', plugin: { input: 'sample', threshold: 'adaptive' } } as const;
  const engine = engineOf(new Echo(channels), { detectors: [{ ...place, detector: new Echo(channels) }], budgetPerDay: 2.4 });
  const changes = run(engine, Array<number>(1_900).fill(1.2));
  expect(changes.map(({ change }) => change).filter((change) => change !== 'update')).toEqual(['begin']);
  expect(engine.open()[0]?.score).toBeLessThan(1);
});

test('a detector of time starts no finding while the monitor is late; an open one continues', () => {
  const place = { name: 'echo', plugin: { input: 'sample', threshold: 'statistical', timed: true } } as const;
  const engine = engineOf(new Echo(channels), { detectors: [{ ...place, detector: new Echo(channels) }] });
  const late = (time: number, lateMs: number): Observation =>
    observeEvent({ type: 'punctuality', time, lateMs, allowMs: 2 * lateMs, speed: 1, cause: 'polls begin late' });
  expect(run(engine, [3], 1).map(({ change }) => change)).toEqual(['begin']);
  engine.observe(late(1_000, 8_000));
  expect(run(engine, [20, 20, 20], 0, 2)).toEqual([]);
  const restored = engineOf(new Echo(channels), { detectors: [{ ...place, detector: new Echo(channels) }] });
  restored.restore(structuredClone(engine.snapshot()));
  expect(run(restored, [20], 0, 5)).toEqual([]);
  const { lateMs, ...earlier } = engine.snapshot();
  restored.restore({ ...earlier, isLate: true });
  expect([lateMs, run(restored, [20], 0, 5)]).toEqual([8_000, []]);
  restored.restore(earlier);
  expect(run(restored, [20], 0, 5).map(({ change }) => change)).toEqual(['begin']);
  expect(run(engine, [30], 1, 6).map(({ finding }) => finding.peak)).toEqual([15]);
  engine.observe(late(7_000, 0));
  expect(run(engine, [20], 0, 8).map(({ change, finding }) => [change, finding.channel])).toEqual([['begin', 'A']]);
});

test('a finding of a late monitor may have a cause that is older by the delay', () => {
  const engine = engineOf(new Echo(channels));
  engine.observe(
    observeEvent({ type: 'punctuality', time: 0, lateMs: 8_000, allowMs: 16_000, speed: 1, cause: 'polls begin late' }),
  );
  const restored = engineOf(new Echo(channels));
  restored.restore(structuredClone(engine.snapshot()));
  for (const late of [engine, restored]) expect(run(late, [30], 1)[0]?.finding.lookbackMs).toBe(8_000);
  expect(run(engineOf(new Echo(channels)), [30], 1)[0]?.finding).not.toHaveProperty('lookbackMs');
});

test('the first anomalous sample is kept during the hold-off', () => {
  const finding = { ...defaultEngineSettings.finding, holdOff: 3 };
  const engine = engineOf(new Echo(channels), { settings: { ...defaultEngineSettings, finding } });
  const changes = run(engine, [12, 12, 0, 12, 12, 12]);
  expect(changes).toHaveLength(1);
  expect(changes[0]?.finding).toMatchObject({ since: 3_000, beganAt: 5_000 });
});

test('scores below 1 have no explanation', () => {
  const echo = new Echo(channels);
  run(engineOf(echo), [1, 5, 9.99, 3]);
  expect(echo.explained).toBe(0);
});

test('a channel that spans equipments takes that of the tag with the largest contribution', () => {
  const [begin] = run(engineOf(new Echo(channels)), [3], 1);
  expect(begin?.finding).toMatchObject({ equipment: 'pump', tags: ['B'], alarm: undefined });
});

test('values of discrete tags have the names of their states, for any detector', () => {
  const placed = [...channels, { key: 'C', tags: [2], area: 'a1', equipment: 'pump' }];
  const thresholds = { echo: { A: { begin: 10, end: 9 }, C: { begin: 2, end: 1 } } };
  const engine = engineOf(new Echo(placed), { thresholds });
  const told = run(engine, [2, 2, 4, 4, 4, 4, 4, 4, 4], 2).map(({ finding }) => finding.explanation.contributions[0]?.states);
  expect(told).toEqual([
    { measured: 'open', expected: 'closed' },
    { measured: 'stuck', expected: 'closed' },
  ]);
  expect(run(engine, [10], 0, 20)[0]?.finding.explanation.contributions[0]?.states).toBeUndefined();
});

test('a stated rule is its own threshold, and an alarm if the limits are rationalised', () => {
  const detectors = [{ name: 'echo', plugin: { input: 'sample', threshold: 'stated' }, detector: new Echo(channels) }] as const;
  const [begin] = run(engineOf(new Echo(channels), { detectors, thresholds: {} }), [0.5, 1.5], 1);
  expect(begin?.finding).toMatchObject({
    score: 1.5,
    certainty: { kind: 'stated' },
    alarm: { priority: 2, response: 'look at it' },
  });
});

test('the certainty of a finding follows its highest score, and is unknown without a fitted tail', () => {
  // once in 2 days above 10, and e times less often for each 5 more
  const rarity = { base: 10, scale: 5, perDay: 0.5, learnedDays: 3 };
  const engine = engineOf(new Echo(channels), {
    thresholds: { echo: { A: { begin: 10, end: 9, rarity }, B: { begin: 2, end: 1 } } },
  });
  const told = run(engine, [10, 15, 12, 12, 12, 12, 12]).map(({ finding }) => finding.certainty);
  expect(told).toEqual([2, 2 * Math.E].map((onceInDays) => ({ kind: 'calibrated', onceInDays, learnedDays: 3, beyond: false })));
  expect(run(engine, [3], 1, 20)[0]?.finding.certainty).toEqual({ kind: 'learning' });
});

test('a channel without a threshold has no findings, and surprises that are no numbers have no effect', () => {
  const engine = engineOf(new Echo(channels), { thresholds: { echo: { A: { begin: 10, end: 9 } } } });
  expect(run(engine, [100, Number.POSITIVE_INFINITY], 1)).toEqual([]);
  expect(run(engine, [Number.NaN, 1], 0, 10)).toEqual([]);
});

test('a snapshot continues bit for bit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 2, maxLength: 60 }),
      fc.nat(59),
      (values, cut) => {
        const whole = engineOf(new Echo(channels));
        const expected = run(whole, values);
        const at = Math.min(cut, values.length);
        const first = engineOf(new Echo(channels));
        const before = run(first, values.slice(0, at));
        const second = engineOf(new Echo(channels));
        second.restore(structuredClone(first.snapshot()));
        expect([...before, ...run(second, values.slice(at), 0, at)]).toEqual(expected);
        expect(second.snapshot()).toEqual(whole.snapshot());
      },
    ),
    { seed: 7, numRuns: 60 },
  );
});

test('detectors that use ticks receive one per second of stream time, none in the future', () => {
  const ticks: number[] = [];
  const echo = new Echo(channels);
  echo.score = (observation) => {
    if (observation.kind === 'event' && observation.event.type === 'tick') ticks.push(observation.event.time);
  };
  const engine = engineOf(echo);
  engine.observe(sample(0, 500, 1));
  engine.observe(sample(0, 3_600, 1));
  expect(ticks).toEqual([1_500, 2_500, 3_500]);
  engine.observe(observeEvent({ type: 'tick', time: 4_500 }));
  expect(ticks).toEqual([1_500, 2_500, 3_500, 4_500]);
});
