import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchBuilder } from '../../core/batch.ts';
import { type Observation, observeBatch, observeEvent, type Vector } from '../../core/observation.ts';
import { Quality } from '../../core/quality.ts';
import { type Tag, TagTable } from '../../core/tag.ts';
import { Feed } from './feed.ts';

const tagOf = (name: string, device: string): Tag => ({
  name,
  description: '',
  short: name,
  area: 'a',
  equipment: 'e',
  device,
  kind: 'analog',
  role: 'measurement',
  unit: '',
  decimals: 1,
  scanMs: 1_000,
  address: undefined,
});

const tags = new TagTable([tagOf('A', 'd1'), tagOf('B', 'd1'), tagOf('C', 'd2')]);
const groups = [{ name: 'g', tags: [2, 0, 1], periodMs: 5_000 }];
const settings = { tickMs: 1_000, staleAfter: 10, pace: 'period' } as const;

interface Sample {
  readonly tag: number;
  readonly time: number;
  readonly value: number;
  readonly quality: number;
}

function batchOf({ tag, time, value, quality }: Sample): Observation {
  const builder = new BatchBuilder(tags.at(tag).device, 1);
  builder.add(tag, value, quality, time, time);
  return observeBatch(builder.publish());
}

function vectorsOf(observations: readonly Observation[], end: number, feed = new Feed(tags, groups, settings)): Vector[] {
  const vectors: Vector[] = [];
  const take = (observation: Observation): void => {
    if (observation.kind === 'vector') vectors.push(observation.vector);
  };
  for (const observation of observations) feed.observe(observation, take);
  feed.observe(observeEvent({ type: 'tick', time: end }), take);
  return vectors;
}

/** The same without state: searches all samples for each instant. */
function bruteForce(samples: readonly Sample[], end: number): Vector[] {
  const first = samples[0]?.time ?? 0;
  const vectors: Vector[] = [];
  for (let time = first; time <= end; time += 5_000) {
    const value = new Float64Array(3).fill(Number.NaN);
    const mask = new Uint8Array(3).fill(1);
    const age = new Float64Array(3).fill(Number.NaN);
    groups[0]?.tags.forEach((tag, i) => {
      const past = samples.filter((sample) => sample.time <= time);
      const own = past.filter((sample) => sample.tag === tag);
      const good = own.filter(({ quality }) => quality === Quality.Good);
      const heard = past
        .filter((sample) => tags.at(sample.tag).device === tags.at(tag).device && sample.quality === Quality.Good)
        .at(-1);
      const last = good.at(-1);
      if (last !== undefined) age[i] = time - last.time;
      const decisive = own.filter(({ quality }) => quality !== Quality.UncertainNoCommunicationLastUsableValue).at(-1);
      if (last === undefined || decisive !== last || heard === undefined || time - heard.time > 10_000) return;
      value[i] = last.value;
      mask[i] = 0;
    });
    if (mask.includes(0)) vectors.push({ group: 'g', time, value, age, mask });
  }
  return vectors;
}

test('vectors equal the result of a search through all samples', () => {
  const sample = fc.record({
    tag: fc.nat(2),
    step: fc.oneof(fc.nat(4_000), fc.constantFrom(0, 5_000, 30_000)),
    value: fc.double({ min: -10, max: 10, noNaN: true }),
    quality: fc.constantFrom(Quality.Good, Quality.Good, Quality.BadTimeout, Quality.UncertainNoCommunicationLastUsableValue),
  });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 60 }), (steps) => {
      let time = 1_000_000;
      const samples = steps.map(({ step, ...rest }) => ({ ...rest, time: (time += step) }));
      const end = time + 20_000;
      expect(vectorsOf(samples.map(batchOf), end)).toEqual(bruteForce(samples, end));
    }),
    { seed: 11, numRuns: 200 },
  );
});

test('a device that is down masks its tags at once', () => {
  const observations = [
    batchOf({ tag: 0, time: 0, value: 1, quality: Quality.Good }),
    batchOf({ tag: 2, time: 0, value: 2, quality: Quality.Good }),
    observeEvent({ type: 'device', time: 1_000, device: 'd1', state: 'down', reason: 'gone' }),
  ];
  expect(vectorsOf(observations, 5_000).map(({ mask }) => [...mask])).toEqual([
    [0, 0, 1],
    [0, 1, 1],
  ]);
});

test('a long gap is skipped without vectors', () => {
  const year = 365 * 86_400_000;
  const vectors = vectorsOf(
    [
      batchOf({ tag: 0, time: 0, value: 1, quality: Quality.Good }),
      batchOf({ tag: 0, time: year, value: 2, quality: Quality.Good }),
    ],
    year,
  );
  expect(vectors.length).toBeLessThan(40);
  expect(vectors.at(-1)).toMatchObject({ time: year, value: Float64Array.of(Number.NaN, 2, Number.NaN) });
});

test('measurements are masked while their equipment starts, also over a restart, and in an undefined mode', () => {
  const modes = { tag: 'RUN', of: { 0: 'stopped', 1: 'running' }, settleMs: 10_000 };
  const pump = new TagTable([{ ...tagOf('RUN', 'd1'), kind: 'discrete' }, { ...tagOf('AMP', 'd1'), modes }, tagOf('LT', 'd1')]);
  const all = [{ name: 'g', tags: [0, 1, 2], periodMs: 5_000 }];
  const feedOf = (): Feed => new Feed(pump, all, settings);
  const at = (time: number, run: number): Observation => {
    const batch = new BatchBuilder('d1', 3);
    [run, 50, 3].forEach((value, tag) => batch.add(tag, value, Quality.Good, time, time));
    return observeBatch(batch.publish());
  };
  const seconds = (from: number, count: number, run: number) =>
    Array.from({ length: count }, (_, i) => at(from + 1_000 * i, run));
  const masks = (vectors: readonly Vector[]): string[] =>
    vectors.map(({ time, mask }) => `${time / 1_000}: ${[...mask].join('')}`);
  const [first, second] = [seconds(0, 23, 0), [...seconds(23_000, 20, 1), ...seconds(43_000, 10, 2)]];
  // unknown at the start, then stopped and settled; started at 23 s, and after the start-up in a defined mode from 43 s on
  const expected = ['010', '010', '000', '000', '000', '010', '010', '000', '000', '010', '010'];
  const whole = feedOf();
  const vectors = [...vectorsOf(first, 22_000, whole), ...vectorsOf(second, 52_000, whole)];
  expect(masks(vectors)).toEqual(expected.map((mask, i) => `${5 * i}: ${mask}`));
  const [begun, resumed] = [feedOf(), feedOf()];
  const before = [...vectorsOf(first, 22_000, begun), ...vectorsOf(second.slice(0, 4), 26_000, begun)];
  resumed.restore(structuredClone(begun.snapshot()));
  expect([...before, ...vectorsOf(second.slice(4), 52_000, resumed)]).toEqual(vectors);
});
