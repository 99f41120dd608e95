import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchOf, tagOf } from '../../../test/support/detectors.ts';
import type { Channel, Detector, DetectorSnapshot, Report } from '../../core/detector.ts';
import type { Explanation } from '../../core/finding.ts';
import type { MinorChange } from '../../core/minor.ts';
import { type Observation, observeBatch, observeEvent } from '../../core/observation.ts';
import { TagTable } from '../../core/tag.ts';
import { createEngine, type Engine, type EngineOptions } from './index.ts';

const count = 200;
const tags = new TagTable(Array.from({ length: count }, (_, i) => tagOf(`T${i}`)));
const channels = tags.tags.map((tag, index): Channel => ({ key: tag.name, tags: [index], area: 'Area', equipment: 'Equipment' }));

/** Surprise = value of the tag. */
class Echo implements Detector {
  readonly channels = channels;
  #last: readonly number[] = [];
  learn(): void {}
  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'batch') return;
    const { tag, value, sourceTime, length } = observation.batch;
    this.#last = Array.from(value.slice(0, length));
    for (let row = 0; row < length; row++) report(tag[row] as number, sourceTime[row] as number, value[row] as number);
  }
  explain(channel: number): Explanation {
    const { name } = tags.at(channel);
    return { sentence: `${name} is ${this.#last.at(-1)}`, title: name, contributions: [], normalIf: '', techniques: [] };
  }
  snapshot(): DetectorSnapshot {
    return { baseline: null, running: this.#last };
  }
  restore({ running }: DetectorSnapshot): void {
    this.#last = running as readonly number[];
  }
}

const thresholds = { echo: Object.fromEntries(channels.map(({ key }) => [key, { begin: 1, end: 0.9 }])) };
const plugin = { input: 'sample', threshold: 'statistical' } as const;
const engineOf = (more: Partial<EngineOptions> = {}): Engine =>
  createEngine({
    detectors: [{ name: 'echo', plugin, detector: new Echo() }],
    tags,
    groups: [],
    thresholds,
    minor: true,
    ...more,
  });

const at = (time: number, value: number, tag = 0): Observation => observeBatch(batchOf([{ tag, time, value }]));

/** A change in brief: kind, time in s, figure. */
const brief = (change: MinorChange): string => {
  switch (change.change) {
    case 'begin':
      return `begin ${change.finding.channel} ${change.finding.updatedAt / 1_000} since ${change.finding.since / 1_000}`;
    case 'update':
      return `update ${change.update.updatedAt / 1_000}`;
    case 'end':
      return `${change.end} ${change.update.updatedAt / 1_000} peak ${change.update.peak}`;
  }
};

interface Sample {
  readonly time: number;
  readonly value: number;
}

/** Runs an engine. @returns its minor findings, without updates, and its findings */
function run(engine: Engine, samples: readonly Sample[]) {
  const minor: string[] = [];
  const findings = samples.map(({ time, value }) => {
    const changes = [...engine.observe(at(time, value))];
    minor.push(...engine.minor().map(brief));
    return changes;
  });
  return { minor: minor.filter((text) => !text.startsWith('update')), findings };
}

/** The rule of a channel with a report each second, recomputed from the whole history at each report. */
function twin(samples: readonly Sample[], findings: ReturnType<typeof run>['findings']): string[] {
  const expected: string[] = [];
  let isFinding = false;
  let sweptAt = -Infinity;
  let begun: { readonly since: number; readonly from: number } | undefined;
  let runFrom = 0;
  for (const [i, { time, value }] of samples.entries()) {
    const kinds = findings[i]?.map(({ change }) => change) ?? [];
    if (kinds.includes('begin')) {
      if (begun !== undefined) expected.push(`finding ${time / 1_000} peak ${peakOf(samples, begun.from, i)}`);
      begun = undefined;
      isFinding = true;
    }
    if (kinds.includes('end')) isFinding = false;
    if (isFinding || value < 0.6) runFrom = i + 1;
    const first = samples[runFrom];
    if (begun === undefined && first !== undefined && i - runFrom + 1 >= 3 && time - first.time >= 10_000) {
      begun = { since: first.time, from: runFrom };
      expected.push(`begin T0 ${time / 1_000} since ${first.time / 1_000}`);
    }
    if (time - sweptAt < 60_000) continue;
    sweptAt = time;
    if (begun === undefined) continue;
    const lastHigh = samples.slice(begun.from, i + 1).findLast((sample) => sample.value >= 0.4)?.time ?? 0;
    if (time - lastHigh < 600_000) continue;
    expected.push(`normal ${time / 1_000} peak ${peakOf(samples, begun.from, i + 1)}`);
    begun = undefined;
    runFrom = i + 1;
  }
  return expected;
}

const peakOf = (samples: readonly Sample[], from: number, to: number): number =>
  Math.max(...samples.slice(from, to).map(({ value }) => value));

const course = fc
  .array(
    fc.record({
      gap: fc.constantFrom(1_000, 1_000, 1_000, 5_000, 20_000, 70_000, 400_000),
      value: fc.constantFrom(0.1, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 1, 1.2),
      times: fc.constantFrom(1, 2, 4, 12),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((parts) => {
    let time = 0;
    return parts.flatMap(({ gap, value, times }) =>
      Array.from({ length: times }, (): Sample => ({ time: (time += gap), value })),
    );
  });

test('minor findings begin and end as a twin computes from the whole history, and change no finding', () => {
  let ends = '';
  fc.assert(
    fc.property(course, (samples) => {
      const { minor, findings } = run(engineOf(), samples);
      expect(minor).toEqual(twin(samples, findings));
      expect(run(engineOf({ minor: false }), samples)).toEqual({ minor: [], findings });
      ends += minor.join();
    }),
    { seed: 14, numRuns: 300 },
  );
  expect(ends).toMatch(/begin.*normal.*finding/);
});

test('a snapshot continues bit for bit, and open minor findings are confirmed by updates', () => {
  fc.assert(
    fc.property(course, fc.nat(200), (samples, cut) => {
      const whole = engineOf();
      const expected = run(whole, samples);
      const first = engineOf();
      const before = run(first, samples.slice(0, cut));
      const second = engineOf();
      second.restore(structuredClone(first.snapshot()));
      const confirmed = first.openMinor();
      expect(second.openMinor()).toEqual(confirmed);
      const after = run(second, samples.slice(cut));
      expect([...before.minor, ...after.minor]).toEqual(expected.minor);
      expect(second.snapshot()).toEqual(whole.snapshot());
    }),
    { seed: 15, numRuns: 60 },
  );
});

test('a burst begins at most 60 in a minute, and the others follow', () => {
  const engine = engineOf();
  const begun: number[] = [];
  for (let second = 0; second < 300; second++) {
    engine.observe(observeBatch(batchOf(channels.map((_, tag) => ({ tag, time: second * 1_000, value: 0.7 })))));
    const minute = Math.floor(second / 60);
    begun[minute] = (begun[minute] ?? 0) + engine.minor().filter(({ change }) => change === 'begin').length;
  }
  expect(Math.max(...begun)).toBe(60);
  expect(begun.reduce((sum, one) => sum + one)).toBe(count);
});

test('updates are reported once a minute if the score has changed; their words describe the peak', () => {
  const engine = engineOf();
  const words = [0.7, 0.72, 0.9, 0.65, 0.64, 0.3].flatMap((value, minute) =>
    Array.from({ length: 60 }, (_, second) => {
      engine.observe(at((minute * 60 + second) * 1_000, value));
      return engine.minor().map((change) => {
        if (change.change === 'begin') return change.finding.sentence;
        return `${change.change} ${change.update.score} ${change.update.words?.sentence ?? ''}`;
      });
    }).flat(),
  );
  expect(words).toEqual(['T0 is 0.7', 'update 0.9 T0 is 0.9', 'update 0.65 ', 'update 0.3 ']);
});

test.each(['stated', 'adaptive'] as const)('a detector with a threshold that is %s makes no minor findings', (threshold) => {
  const engine = engineOf({ detectors: [{ name: 'echo', plugin: { input: 'sample', threshold }, detector: new Echo() }] });
  for (let second = 0; second < 100; second++) engine.observe(at(second * 1_000, 0.9));
  expect(engine.minor()).toEqual([]);
});

test('a detector of minor findings never raises a finding, whatever it reports', () => {
  const echo = { name: 'echo', plugin: { input: 'sample', threshold: 'minor' }, detector: new Echo() } as const;
  const engine = engineOf({ detectors: [echo], thresholds: {} });
  const changes = Array.from({ length: 100 }, (_, second) => engine.observe(at(second * 1_000, 5))).flat();
  expect(changes).toEqual([]);
  expect(engine.minor()).toMatchObject([{ change: 'begin', finding: { detector: 'echo', score: 0.99 } }]);
});

test('a detector of events needs one report, and a detector of time waits while the monitor is late', () => {
  const event = engineOf({
    detectors: [{ name: 'echo', plugin: { input: 'event', threshold: 'statistical' }, detector: new OnEvents() }],
  });
  event.observe(observeEvent({ type: 'poll-failed', time: 1_000, device: 'PLC-1', reason: '' } as never));
  expect(event.minor().map(brief)).toEqual(['begin T0 1 since 1']);

  const timed = engineOf({ detectors: [{ name: 'echo', plugin: { ...plugin, timed: true }, detector: new Echo() }] });
  const late = (time: number, lateMs: number): Observation =>
    observeEvent({ type: 'punctuality', time, lateMs, allowMs: 2 * lateMs, speed: 1, cause: 'polls begin late' });
  timed.observe(late(0, 8_000));
  const begins = Array.from({ length: 30 }, (_, second) => {
    if (second === 15) timed.observe(late(15_000, 0));
    timed.observe(at(second * 1_000, 0.9));
    return timed.minor().map(brief);
  }).flat();
  expect(begins).toEqual(['begin T0 25 since 15']);
});

/** Surprise 0.8 of the first channel with each failed poll. */
class OnEvents extends Echo {
  override score(observation: Observation, report: Report): void {
    if (observation.kind === 'event' && observation.event.type === 'poll-failed') report(0, observation.event.time, 0.8);
  }
}

test('what a graded detector has learned makes none, whatever its threshold', () => {
  const begun = (surprise: number, graded?: true): string[] => {
    const detectors = [
      { name: 'echo', plugin: { ...plugin, ...(graded === undefined ? {} : { graded }) }, detector: new Echo() },
    ];
    const higher = { echo: Object.fromEntries(channels.map(({ key }) => [key, { begin: 1.4, end: 0.9 }])) };
    const samples = Array.from({ length: 60 }, (_, i) => ({ time: 1_000 * i, value: surprise }));
    return run(engineOf({ detectors, thresholds: higher }), samples).minor;
  };
  expect([begun(1), begun(1, true)]).toEqual([['begin T0 10 since 0'], []]);
  expect([begun(1.2), begun(1.2, true)]).toEqual([['begin T0 10 since 0'], ['begin T0 10 since 0']]);
});
