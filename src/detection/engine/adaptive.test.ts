import { describe, expect, it } from 'vitest';
import { BatchBuilder } from '../../core/batch.ts';
import type { Channel, Detector } from '../../core/detector.ts';
import { type Observation, observeBatch } from '../../core/observation.ts';
import { Random } from '../../core/random.ts';
import { type Tag, TagTable } from '../../core/tag.ts';
import { AdaptiveThreshold } from './adaptive.ts';
import { createEngine, type EngineOptions } from './index.ts';

const periodMs = 300_000;
const dayMs = 86_400_000;
const perDay = dayMs / periodMs;

describe('the adaptive threshold', () => {
  it('rises with each finding, and falls by the same step in the budget’s time per finding', () => {
    const threshold = new AdaptiveThreshold(0.1, periodMs);
    expect(threshold.at(0)).toBe(1);
    threshold.raise();
    threshold.raise();
    expect(threshold.at(0)).toBeCloseTo(1.3, 12);
    expect(threshold.at(10 * dayMs)).toBeCloseTo(1.15, 12);
    expect(threshold.at(9 * dayMs)).toBeCloseTo(1.15, 12);
    expect(threshold.at(40 * dayMs)).toBe(1);
  });

  it('starts higher with more tags', () => {
    expect(new AdaptiveThreshold(2.4, periodMs, 1).at(0)).toBe(1);
    expect(new AdaptiveThreshold(2.4, periodMs, 64).at(0)).toBeCloseTo(1.9, 12);
  });

  it('does not fall faster with a large budget than the samples allow', () => {
    const threshold = new AdaptiveThreshold(Number.POSITIVE_INFINITY, periodMs);
    threshold.raise();
    expect(threshold.at(0)).toBeCloseTo(1.15, 12);
    expect(threshold.at(500 * periodMs)).toBeCloseTo(1.1, 12);
    expect(threshold.at(1_500 * periodMs)).toBeCloseTo(1, 12);
  });
});

const tags = new TagTable(
  ['A', 'B'].map(
    (name): Tag => ({
      name,
      description: name,
      short: name,
      area: 'a',
      equipment: name,
      device: 'plc',
      kind: 'analog',
      role: 'measurement',
      unit: 'm',
      decimals: 2,
      scanMs: periodMs,
      address: undefined,
    }),
  ),
);
const channels: readonly Channel[] = tags.tags.map(({ name }, i) => ({ key: name, tags: [i], area: 'a', equipment: name }));

/** Surprise = value of the tag. */
const echo = (): Detector => ({
  channels,
  learn: () => {},
  score: (observation, report) => {
    if (observation.kind !== 'batch') return;
    const { batch } = observation;
    for (let row = 0; row < batch.length; row++)
      report(batch.tag[row] as number, batch.sourceTime[row] as number, batch.value[row] as number);
  },
  explain: () => ({ sentence: '', title: '', contributions: [], normalIf: '', techniques: [] }),
  snapshot: () => ({ baseline: null, running: null }),
  restore: () => {},
});

const engineOf = (more: Partial<EngineOptions> = {}) =>
  createEngine({
    detectors: [{ name: 'echo', plugin: { input: 'sample', threshold: 'adaptive' }, detector: echo() }],
    tags,
    groups: [],
    thresholds: {},
    budgetPerDay: 2.4,
    ...more,
  });

function sample(row: number, values: readonly number[]): Observation {
  const builder = new BatchBuilder('plc', values.length);
  values.forEach((value, tag) => builder.add(tag, value, 0, row * periodMs, row * periodMs));
  return observeBatch(builder.publish());
}

describe('an engine with an adaptive threshold', () => {
  it('keeps the findings of any restless stream within the budget in the long run', () => {
    const random = new Random(1);
    // heavy tails whose scale changes every month
    const value = (row: number): number => Math.min(4, (1 + (Math.floor(row / (30 * perDay)) % 3)) * -Math.log(random.next()));
    const engine = engineOf({ budgetPerDay: 0.2 });
    const days = 400;
    let began = 0;
    for (let row = 0; row < days * perDay; row++)
      began += engine.observe(sample(row, [value(row)])).filter(({ change }) => change === 'begin').length;
    // a surprise is at most 4, so the threshold lags by at most (4 − 1) / 0.15 findings
    expect(began).toBeLessThanOrEqual(0.2 * days + 21);
    expect(began).toBeGreaterThan(0.5 * 0.2 * days);
  });

  it('treats a finding that starts during an open one as the same cause', () => {
    const heard: number[] = [];
    const engine = engineOf({ onScore: (_detector, channel, _time, score) => heard.push(channel === 1 ? score : 0) });
    for (const [row, values] of [
      [2, 0],
      [2, 1.4],
    ].entries())
      engine.observe(sample(row, values));
    expect(engine.open().map(({ channel }) => channel)).toEqual(['A', 'B']);
    // one step, minus its decrease in a period
    expect(heard[3]).toBeCloseTo(1.4 / (1.3 - 0.15 / 1_500), 12);
  });

  it('starts another finding only clearly beyond an open one', () => {
    const heard: number[] = [];
    const engine = engineOf({ onScore: (_detector, _channel, _time, score) => heard.push(score) });
    const changes = [2, 2, 2.5, 4].flatMap((value, row) => [...engine.observe(sample(row, [value]))]);
    expect(changes.filter(({ change }) => change === 'begin')).toHaveLength(1);
    expect(heard.map((score) => score >= 1)).toEqual([true, false, false, true]);
  });

  it('continues bit for bit from a snapshot', () => {
    const random = new Random(2);
    const rows = Array.from({ length: 3_000 }, () => [random.next() < 0.01 ? 4 * random.next() : 0]);
    const whole = engineOf();
    const first = engineOf();
    rows.slice(0, 1_500).forEach((values, row) => {
      whole.observe(sample(row, values));
      first.observe(sample(row, values));
    });
    const resumed = engineOf();
    resumed.restore(first.snapshot());
    rows.slice(1_500).forEach((values, row) => {
      expect(resumed.observe(sample(1_500 + row, values))).toEqual(whole.observe(sample(1_500 + row, values)));
    });
    expect(resumed.snapshot()).toEqual(whole.snapshot());
  });
});
