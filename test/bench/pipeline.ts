import { headlessObservations } from '../../simulators/lab/headless.ts';
import { detectorFactories, type DetectionPlan, fingerprint } from '../../src/detection/plan/plan.ts';
import { DetectionPool } from '../../src/detection/threads/pool.ts';
import type { Batch } from '../../src/core/batch.ts';
import { type Observation, observeBatch, type Vector } from '../../src/core/observation.ts';
import { TagTable } from '../../src/core/tag.ts';
import { applyCalibration } from '../../src/detection/baseline/apply.ts';
import { createEngine, type Engine, type EngineDetector } from '../../src/detection/engine/index.ts';
import { Feed } from '../../src/detection/feed/feed.ts';
import { ObservationStream } from '../../src/ingest/stream.ts';
import { type BenchRow, cpuMs, median } from './row.ts';
import { learnWaterworks, newWaterworks, waterworksPlan } from './waterworks/plant.ts';
import { startTime } from '../support/plants.ts';
import type { Calibration } from '../../src/detection/baseline/format.ts';

/** How much is learned and measured. */
export interface PipelineScale {
  readonly learnedHours: number;
  readonly measuredHours: number;
  readonly rounds: number;
}

const usual: PipelineScale = { learnedHours: 6, measuredHours: 2, rounds: 5 };
/** Scored before the measurement begins: code and running state are warm then. */
const warmHours = 0.25;
const hourMs = 3_600_000;
/** The bare loop is run so many times, or the clock would be too coarse for it. */
const repeats = 100;

/**
 * Cost per sample of version f5c8d95, in bare loops: this bench in a checkout of it, on 2026-11-28. Detection may cost 1.3
 * times as much.
 */
const earlierCost = 136.5;

let sink = 0;

/** What both sides of the ratio go over: polls of the waterworks, and the same as observations. */
interface Measured {
  readonly samples: number;
  readonly batches: readonly Batch[];
  readonly warm: readonly Observation[];
  readonly observations: readonly Observation[];
}

async function recordPolls(plan: DetectionPlan, hours: number): Promise<Measured> {
  const plant = await newWaterworks({ seed: 201, startTime, life: 'ordinary' });
  const warmTo = startTime + warmHours * hourMs;
  const all = [...headlessObservations({ plant, tags: new TagTable(plan.tags), from: startTime, to: warmTo + hours * hourMs })];
  const begin = all.findIndex((batch) => (batch.receiveTime[0] ?? 0) > warmTo);
  const batches = all.slice(begin);
  return {
    samples: batches.reduce((sum, { length }) => sum + length, 0),
    batches,
    warm: all.slice(0, begin).map(observeBatch),
    observations: batches.map(observeBatch),
  };
}

/** The same arrays, only added up. */
function bareLoop(batches: readonly Batch[]): void {
  for (const { tag, value, quality, sourceTime, receiveTime, length } of batches)
    for (let row = 0; row < length; row++)
      sink +=
        (tag[row] as number) +
        (value[row] as number) +
        (quality[row] as number) +
        (sourceTime[row] as number) +
        (receiveTime[row] as number);
}

const observeAll = (engine: Engine, observations: readonly Observation[]): void => {
  for (const observation of observations) sink += engine.observe(observation).length;
};

/** Wall time of the same samples over the observation stream into the detection thread, as the monitor does it, ms. */
async function throughThread(plan: DetectionPlan, calibration: Calibration, measured: Measured): Promise<number> {
  const baseline = { fingerprint: fingerprint(plan), calibration, bands: {} };
  await using pool = await DetectionPool.start({
    plan,
    workers: 1,
    baseline,
    onFindings: (changes) => (sink += changes.length),
    onFollowed: () => {},
  });
  for (const observation of measured.warm) await pool.observe(observation);
  await pool.snapshot();
  const stream = new ObservationStream(1_024);
  const reader = stream.read('detectors');
  const began = performance.now();
  const reading = (async () => {
    for await (const observation of reader) await pool.observe(observation);
  })();
  for (const observation of measured.observations) await stream.publish(observation);
  stream.close();
  await reading;
  // is answered when everything before it is judged
  await pool.snapshot();
  return performance.now() - began;
}

/** Every vector that the groups of the plan make of the observations, with a detector's row of figures each. */
function vectorsOf(plan: DetectionPlan, observations: readonly Observation[]): Vector[] {
  const feed = new Feed(new TagTable(plan.tags), plan.groups);
  const vectors: Vector[] = [];
  for (const observation of observations)
    feed.observe(observation, (made) => {
      if (made.kind === 'vector') vectors.push(made.vector);
    });
  return vectors;
}

function scoreVectors({ detector }: EngineDetector, vectors: readonly Vector[]): void {
  for (const vector of vectors)
    detector.score({ kind: 'vector', vector }, (channel, time, surprise) => {
      sink += channel + time + surprise;
    });
}

function bareVectors(vectors: readonly Vector[]): void {
  for (const { value, age, mask } of vectors)
    for (let i = 0; i < value.length; i++) sink += (mask[i] === 0 ? (value[i] as number) : 0) + (age[i] as number);
}

/**
 * Samples per second through the whole detection path of the waterworks (aligner, ticks, every detector, thresholds,
 * findings) and vectors per second of every detector of vectors, each as a ratio to a bare loop over the same arrays:
 * medians of interleaved rounds in CPU time, each with fresh detectors that know the same calibration.
 */
export async function benchPipeline({ learnedHours, measuredHours, rounds }: PipelineScale = usual): Promise<BenchRow[]> {
  const plan = waterworksPlan();
  const tags = new TagTable(plan.tags);
  const { calibration } = await learnWaterworks(plan, 0x5eed, learnedHours / 24);
  const measured = await recordPolls(plan, measuredHours);
  const factories = detectorFactories(plan);
  const fresh = () => applyCalibration(calibration, factories);
  const vectors = vectorsOf(plan, measured.observations);
  const onVectors = factories.filter(({ plugin }) => plugin.input === 'vector').map(({ name }) => ({ name, ms: [] as number[] }));
  const times = { loop: [] as number[], engine: [] as number[], vectorLoop: [] as number[], thread: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.loop.push(cpuMs(() => Array.from({ length: repeats }, () => bareLoop(measured.batches))) / repeats);
    const engine = createEngine({ ...fresh(), tags, groups: plan.groups });
    observeAll(engine, measured.warm);
    times.engine.push(cpuMs(() => observeAll(engine, measured.observations)));
    times.vectorLoop.push(cpuMs(() => Array.from({ length: repeats }, () => bareVectors(vectors))) / repeats);
    for (const { name, ms } of onVectors) {
      const entry = fresh().detectors.find((one) => one.name === name);
      if (entry !== undefined) ms.push(cpuMs(() => scoreVectors(entry, vectors)));
    }
    times.thread.push(await throughThread(plan, calibration, measured));
  }
  const { samples } = measured;
  const perSecond = (count: number, ms: number): number => Math.round((1_000 * count) / ms);
  const [loop, whole, vectorLoop, thread] = [times.loop, times.engine, times.vectorLoop, times.thread].map(median) as [
    number,
    number,
    number,
    number,
  ];
  const how = `${samples} samples of ${tags.size} tags, median of ${rounds} interleaved rounds`;
  const share = (ms: number, bare: number): string => `${(ms / bare).toFixed(1)} × the bare loop`;
  return [
    { name: 'pipeline: bare loop over the same arrays', value: perSecond(samples, loop), unit: 'samples/s', note: how },
    {
      name: 'pipeline: feed, every detector, thresholds, findings',
      value: perSecond(samples, whole),
      unit: 'samples/s',
      note: share(whole, loop),
    },
    {
      name: 'pipeline: cost per sample against f5c8d95',
      value: Number((whole / loop / earlierCost).toFixed(2)),
      unit: '×',
      note: `${share(whole, loop)} of this run, ${earlierCost} × at f5c8d95`,
    },
    {
      name: 'pipeline: the same over the stream into the thread',
      value: perSecond(samples, thread),
      unit: 'samples/s',
      note: `wall time; ${(samples / measured.batches.length).toFixed(1)} samples a batch`,
    },
    ...onVectors.map(({ name, ms }) => ({
      name: `detectors: ${name}`,
      value: perSecond(vectors.length, median(ms)),
      unit: 'vectors/s',
      note: `${share(median(ms), vectorLoop)}, ${Math.round(mean(vectors.map(({ value }) => value.length)))} tags a vector`,
    })),
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
