import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { Detector, DetectorPlugin, DetectorSnapshot, DetectorTarget } from '../../src/core/detector.ts';
import { type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import { Metrics, type PluginContext, silentLogger } from '../../src/core/plugin.ts';
import { Quality } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import { type Tag, TagTable } from '../../src/core/tag.ts';

/** A tag of the test plant: an analog measurement in metres, read each second, unless said otherwise. */
export const tagOf = (name: string, more: Partial<Tag> = {}): Tag => ({
  name,
  description: `Test ${name}`,
  short: name.slice(0, 9),
  area: 'Area',
  equipment: 'Equipment',
  device: 'PLC-1',
  kind: 'analog',
  role: 'measurement',
  unit: 'm',
  range: { low: 0, high: 5 },
  decimals: 3,
  scanMs: 1_000,
  address: {},
  ...more,
});

export function targetOf(tags: readonly Tag[]): DetectorTarget {
  const table = new TagTable(tags);
  const watched = tags.map((_, index) => index);
  const devices = [...new Set(tags.map(({ device }) => device))];
  return { tags: table, watched, groups: [{ name: 'all', tags: watched, periodMs: 1_000 }], devices, timeZone: 'UTC' };
}

export const contextOf = (): PluginContext => ({
  logger: silentLogger,
  clock: new VirtualClock(0),
  random: new Random(1),
  metrics: new Metrics(),
});

/** A detector with the defaults of its schema and the given settings. */
export const make = (plugin: DetectorPlugin, target: DetectorTarget, config: object = {}): Detector =>
  plugin.create(plugin.schema.parse(config), target, contextOf());

export interface Sample {
  readonly tag?: number;
  readonly time: number;
  readonly value: number;
  readonly quality?: number;
}

export function batchOf(samples: readonly Sample[], device = 'PLC-1'): Batch {
  const batch = new BatchBuilder(device, Math.max(1, samples.length), false);
  for (const { tag = 0, time, value, quality = Quality.Good } of samples) batch.add(tag, value, quality, time, time);
  return batch.publish();
}

export const observed = (...samples: readonly Sample[]): Observation => observeBatch(batchOf(samples));

/** One batch per value of one tag, at even times. */
export const series = (values: readonly number[], startMs = 0, periodMs = 1_000, tag = 0): Observation[] =>
  values.map((value, i) => observed({ tag, time: startMs + i * periodMs, value }));

/** A lab at a speed, on time. */
export const paceOf = (speed: number): Observation =>
  observeEvent({ type: 'punctuality', time: 0, lateMs: 0, allowMs: 0, speed, cause: '' });

/** Runs a whole calibration over the observations. */
export function calibrate(plugin: DetectorPlugin, detector: Detector, observations: readonly Observation[]): void {
  const phase = (name: 'begin' | 'pass' | 'end', pass: number): void =>
    detector.learn(observeEvent({ type: 'calibration', time: 0, phase: name, pass }));
  phase('begin', 0);
  for (let pass = 0; pass < plugin.passes; pass++) {
    if (pass > 0) phase('pass', pass);
    for (const observation of observations) detector.learn(observation);
  }
  phase('end', Math.max(0, plugin.passes - 1));
}

/** Returns a function that gives detectors with the same baseline: its first call learns it, and every call restores it. */
export function learnedOnce(create: () => Detector, learn: (detector: Detector) => void): () => Detector {
  let snapshot: DetectorSnapshot | undefined;
  return () => {
    const detector = create();
    if (snapshot === undefined) {
      const first = create();
      learn(first);
      snapshot = first.snapshot();
    }
    detector.restore(structuredClone(snapshot));
    return detector;
  };
}

export interface Reported {
  readonly channel: number;
  readonly time: number;
  readonly surprise: number;
}

/** Everything that a detector reports on the observations, in order. */
export function scored(detector: Detector, observations: readonly Observation[]): Reported[] {
  const all: Reported[] = [];
  for (const observation of observations)
    detector.score(observation, (channel, time, surprise) => all.push({ channel, time, surprise }));
  return all;
}

export const surprises = (detector: Detector, observations: readonly Observation[]): number[] =>
  scored(detector, observations).map(({ surprise }) => surprise);

/** Noise around a slow wave, rounded to the step of a level transmitter. */
export function wave(
  count: number,
  seed = 1,
  { mean = 2, swing = 1, noise = 0.01, step = 0.001, period = 3_600 } = {},
): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const value = mean + swing * Math.sin((2 * Math.PI * i) / period) + noise * random.normal();
    return Math.round(value / step) * step;
  });
}

/** Inputs that have broken streaming algorithms before: name and values with their times. */
export function nastyStreams(seed = 7): Record<string, Sample[]> {
  const random = new Random(seed);
  const at = (values: readonly number[], periodMs = 1_000): Sample[] => values.map((value, i) => ({ time: i * periodMs, value }));
  const noise = (count: number): number[] => Array.from({ length: count }, () => random.normal());
  const poked = (count: number, poke: (i: number) => number | undefined): Sample[] =>
    at(noise(count).map((value, i) => poke(i) ?? value));
  return {
    random: at(noise(600)),
    quantised: at(wave(600, seed, { noise: 0.002, step: 0.01 })),
    constant: at(Array.from({ length: 600 }, () => 3.5)),
    step: at(noise(600).map((value, i) => value + (i < 300 ? 0 : 20))),
    frozen: poked(600, (i) => (i >= 300 && i < 420 ? 1.25 : undefined)),
    nan: poked(600, (i) => (i % 17 === 5 ? Number.NaN : undefined)),
    infinite: poked(600, (i) => (i % 41 === 7 ? Number.POSITIVE_INFINITY : i % 41 === 8 ? Number.NEGATIVE_INFINITY : undefined)),
    huge: poked(600, (i) => (i === 200 ? 1e308 : i === 400 ? -1e308 : undefined)),
    gap: at(noise(600)).map((sample, i) => ({ ...sample, time: sample.time + (i < 250 ? 0 : 60_000) })),
    duplicates: at(noise(600)).map((sample, i) => ({ ...sample, time: 1_000 * Math.floor(i / 2) })),
    backwards: at(noise(600)).map((sample, i) => ({ ...sample, time: i % 50 === 49 ? sample.time - 30_000 : sample.time })),
    bad: at(noise(600)).map((sample, i) => (i % 23 < 3 ? { ...sample, quality: Quality.BadTimeout } : sample)),
    uncertain: at(noise(600)).map((sample, i) => ({
      ...sample,
      quality:
        i % 7 === 0
          ? Quality.UncertainEngineeringUnitsExceeded
          : i % 7 === 1
            ? Quality.UncertainNoCommunicationLastUsableValue
            : 0,
    })),
  };
}

/**
 * The samples that count for a detector of single tags, with a mark for a gap before each. Independent of the product's own code.
 */
export function counting<S extends Sample>(samples: readonly S[], scanMs = 1_000): (S & { readonly gap: boolean })[] {
  const kept: (S & { readonly gap: boolean })[] = [];
  for (const sample of samples) {
    const { time, value, quality = 0 } = sample;
    const last = kept.at(-1);
    const counts = quality === Quality.Good || quality === Quality.UncertainEngineeringUnitsExceeded;
    if (!counts || !Number.isFinite(value) || (last !== undefined && time <= last.time)) continue;
    const clipped = Math.max(-1e100, Math.min(1e100, value));
    kept.push({ ...sample, value: clipped, gap: last === undefined || time - last.time > 3 * scanMs });
  }
  return kept;
}

/** Divides the counted samples into stretches without a gap. */
export function stretches(samples: readonly Sample[], scanMs = 1_000): Sample[][] {
  const parts: Sample[][] = [];
  for (const sample of counting(samples, scanMs)) {
    if (sample.gap) parts.push([]);
    parts.at(-1)?.push(sample);
  }
  return parts;
}

/** Pairs of nasty streams: each is learned, and scored again at a later time. */
export function* twinCases(): Generator<{ readonly name: string; readonly learned: Sample[]; readonly scored: Sample[] }> {
  const streams = Object.entries(nastyStreams(11));
  for (const [first, learned] of streams)
    for (const [second, samples] of streams) {
      const scored = samples.map((sample) => ({ ...sample, time: sample.time + 10_000_000 }));
      yield { name: `${second} after learning ${first}`, learned, scored };
    }
}

/** Reports of a fresh detector of one tag after a calibration. */
export function reportsOf(
  plugin: DetectorPlugin,
  tag: Tag,
  { learned, scored: samples }: { readonly learned: readonly Sample[]; readonly scored: readonly Sample[] },
  config: object = {},
): Reported[] {
  const detector = make(plugin, targetOf([tag]), config);
  calibrate(
    plugin,
    detector,
    learned.map((sample) => observed(sample)),
  );
  return scored(
    detector,
    samples.map((sample) => observed(sample)),
  );
}

/** A detector of one tag that has learned values, one each second. */
export function learnedFrom(plugin: DetectorPlugin, tag: Tag, values: readonly number[]): Detector {
  const detector = make(plugin, targetOf([tag]));
  calibrate(plugin, detector, series(values));
  return detector;
}

/**
 * First difference between a detector and its twin over all pairs of nasty streams, one learned and one scored; empty if there is
 * none.
 */
export function differenceFromTwin(
  plugin: DetectorPlugin,
  twin: (learned: readonly Sample[], scored: readonly Sample[]) => Parameters<typeof sameReports>[1],
  { config = {} }: { readonly config?: object } = {},
): string {
  for (const { name, learned, scored: samples } of twinCases()) {
    const difference = sameReports(reportsOf(plugin, tagOf('A'), { learned, scored: samples }, config), twin(learned, samples));
    if (difference !== '') return `${name}: ${difference}`;
  }
  return '';
}

const octave = (ms: number): number => Math.floor(Math.log2(Math.max(1, ms)));
/**
 * Number of stays in the octave of an extreme one and beyond, or in the next; at least 1, because the extreme may be a stay that is not over.
 * @param direction 1 for the longest stay, −1 for the shortest
 */
export const staysNear = (stays: readonly number[], extreme: number, direction: 1 | -1): number =>
  Math.max(1, stays.filter((ms) => direction * (octave(extreme) - octave(ms)) <= 1).length);

/** Surprise from a ratio to the edge of normal operation. Independent of the product's own code. */
export const twinGrade = (ratio: number): number => Math.min(1e6, ratio > 1 ? 1 + Math.log(ratio) : ratio);

/** Checks that times are equal and surprises differ by rounding only. */
export function sameReports(
  actual: readonly Reported[],
  expected: readonly { readonly time: number; readonly surprise: number }[],
): string {
  if (actual.length !== expected.length) return `${actual.length} reports instead of ${expected.length}`;
  for (const [i, { time, surprise }] of actual.entries()) {
    const twin = expected[i];
    if (twin === undefined || twin.time !== time) return `report ${i} at ${time} instead of ${twin?.time}`;
    if (!(Math.abs(twin.surprise - surprise) <= 1e-6 * Math.max(1, Math.abs(twin.surprise))))
      return `report ${i} at ${time}: ${surprise} instead of ${twin.surprise}`;
  }
  return '';
}

/** The largest sum of a run that ends at the last value, or 0. */
export function largestEnd(values: readonly number[]): number {
  let best = 0;
  let run = 0;
  for (const value of values.toReversed()) best = Math.max(best, (run += value));
  return best;
}
