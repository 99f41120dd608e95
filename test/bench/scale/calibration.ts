import { availableParallelism } from 'node:os';
import { learnPlan, learnShare } from '../../../src/app/calibration/shares.ts';
import { type DetectionPlan, detectorFactories, pluginOf } from '../../../src/app/detection/plan.ts';
import { shardsOf } from '../../../src/app/detection/shards.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { calibrationOf, enoughSamples, type Learned, learn } from '../../../src/pipeline/calibration/index.ts';
import { Recording } from '../../../src/pipeline/recording.ts';
import type { BenchRow } from '../row.ts';
import { planOf, running, unitTags } from './plant.ts';

/** What is learned for the extrapolation. */
export interface CalibrationScale {
  /** Seconds of the short and of the long running of every sample. */
  readonly seconds: readonly [number, number];
  /** Vectors of the short and of the long running of groups: more than a detector of groups keeps to learn from. */
  readonly vectors: readonly [number, number];
}

const units = 2;
const days = 30;
const daySeconds = 86_400;
const vectorSeconds = 10;
/** Running that threads share. */
const sharedSeconds = 7_200;
const folds = 3;
const threads = [2, 4, 8];

const isVector = ({ type }: DetectionPlan['detectors'][number]): boolean => pluginOf(type).input === 'vector';

/** The plant's running, a batch of each unit every so many seconds. */
function recorded(of: number, rows: number, everySeconds: number): Recording {
  const recording = new Recording();
  for (const batch of running(of, 0, rows, 1, everySeconds)) recording.append(batch);
  return recording;
}

/** What a run took, s of CPU time of all threads and of wall time. */
interface Took {
  readonly cpuS: number;
  readonly wallS: number;
}

/** Learns in so many threads and sets thresholds. */
const learnedIn = (plan: DetectionPlan, recording: Recording, workers: number): Promise<Took> =>
  calibratedIn(plan, () => learnPlan(plan, recording, workers, () => {}));

/** The same in this thread from an excerpt that is so large a share of the recording as it would be of the whole calibration. */
function excerptedIn(plan: DetectionPlan, recording: Recording, rows: number): Promise<Took> {
  const { groups } = plan;
  const enough = Math.floor((rows * enoughSamples) / (days * daySeconds));
  const detectors = detectorFactories(plan);
  return calibratedIn(plan, () =>
    learn({ detectors, source: () => recording, tags: new TagTable(plan.tags), groups, folds, enough }),
  );
}

async function calibratedIn(plan: DetectionPlan, learned: () => Promise<Learned>): Promise<Took> {
  const began = process.cpuUsage();
  const beganAt = systemClock.monotonic();
  calibrationOf(await learned(), { ...plan, description: 'a bench' });
  const { user, system } = process.cpuUsage(began);
  return { cpuS: (user + system) / 1e6, wallS: (systemClock.monotonic() - beganAt) / 1_000 };
}

/**
 * What a calibration of 100 tags × 30 days takes, each second and by groups each ten: from how much longer it takes for more samples,
 * and for more vectors than are kept to learn from; what is usual is learned from as large a share of them as it would be then. Code that is
 * run for the first time is slower, so one run comes before. Then by how much more threads are faster.
 */
export async function calibrationRows({ seconds, vectors }: CalibrationScale): Promise<BenchRow[]> {
  const whole = planOf(units);
  const bySample = { ...whole, detectors: whole.detectors.filter((detector) => !isVector(detector)) };
  const one = planOf(1);
  const byVector = { ...one, detectors: one.detectors.filter(isVector) };
  await sampled(bySample, seconds[0]);
  const [short, long] = [await sampled(bySample, seconds[0]), await sampled(bySample, seconds[1])];
  const perSecond = (long.cpuS - short.cpuS) / (seconds[1] - seconds[0]);
  await grouped(byVector, vectors[0]);
  const [few, many] = [await grouped(byVector, vectors[0]), await grouped(byVector, vectors[1])];
  const perVector = (many.cpuS - few.cpuS) / (vectors[1] - vectors[0]);
  const fitS = units * Math.max(0, few.cpuS - perVector * vectors[0]);
  const vectorsS = units * perVector * days * (daySeconds / vectorSeconds);
  const samplesS = perSecond * days * daySeconds;
  const cores = availableParallelism();
  const recording = recorded(units, sharedSeconds, 1);
  const alone = await learnedIn(whole, recording, 1);
  const shared = await learnedIn(whole, recording, cores);
  const busiest: number[] = [];
  for (const count of threads) busiest.push(alone.cpuS / (await busiestOf(whole, recording, count)));
  const million = (perSecond * 1e6) / (units * unitTags);
  return [
    {
      name: `scale: calibration of ${units * unitTags} tags × ${days} days at 1 s`,
      value: Number(((samplesS + vectorsS + fitS) / 60).toFixed(1)),
      unit: 'CPU min',
      note: `extrapolated: ${million.toFixed(2)} CPU s per million samples, ${vectorsS.toFixed(0)} s for vectors, ${fitS.toFixed(0)} s to fit ${units} groups; ${folds} folds; an excerpt of ${((100 * enoughSamples) / (days * daySeconds)).toFixed(1)} % teaches what is usual`,
    },
    {
      name: 'scale: calibration, a thread per core against one',
      value: Number((alone.wallS / shared.wallS).toFixed(2)),
      unit: '×',
      note: `wall time on ${cores} cores: ${alone.wallS.toFixed(1)} s and ${shared.wallS.toFixed(1)} s for ${recording.length} samples`,
    },
    ...threads.map((count, i) => ({
      name: `scale: calibration, CPU time of one thread ÷ that of the busiest of ${count}`,
      value: Number((busiest[i] ?? Number.NaN).toFixed(2)),
      unit: '×',
      note: 'shares learned one after the other; what threads wait for each other, and their start, is not in it',
    })),
  ];
}

/** CPU s of the share of so many that takes longest. */
async function busiestOf(plan: DetectionPlan, recording: Recording, count: number): Promise<number> {
  let most = 0;
  for (const share of shardsOf(plan, count)) {
    const began = process.cpuUsage();
    await learnShare(share, recording, () => {});
    const { user, system } = process.cpuUsage(began);
    most = Math.max(most, (user + system) / 1e6);
  }
  return most;
}

const sampled = (plan: DetectionPlan, count: number) => excerptedIn(plan, recorded(units, count, 1), count);
const grouped = (plan: DetectionPlan, count: number) => excerptedIn(plan, recorded(1, count, vectorSeconds), count);
