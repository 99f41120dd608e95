import { availableParallelism } from 'node:os';
import { learnPlan, learnShard } from '../../src/learning/job/shards.ts';
import type { DetectionPlan } from '../../src/detection/plan/plan.ts';
import { shardsOf } from '../../src/detection/threads/shards.ts';
import type { Calibration } from '../../src/detection/baseline/format.ts';
import { systemClock } from '../../src/core/clock.ts';
import { Random } from '../../src/core/random.ts';
import { limitsTime, windowLength } from '../../src/learning/detection-limits/job.ts';
import { measureLimits } from '../../src/learning/detection-limits/measure.ts';
import { windowOf } from '../../src/learning/detection-limits/window.ts';
import { calibrationOf } from '../../src/learning/calibration/index.ts';
import { Recording } from '../../src/learning/job/recording.ts';
import type { BenchRow } from './row.ts';
import { planOf, running, unitTags } from './scale/plant.ts';

const units = 2;
const daySeconds = 86_400;
/** Threads between which a calibration is shared. */
const threads = [2, 4, 8];

/** CPU time of all threads and wall time of a run, s. */
interface Took {
  readonly cpuS: number;
  readonly wallS: number;
}

async function timed(work: () => Promise<unknown>): Promise<Took> {
  const began = process.cpuUsage();
  const beganAt = systemClock.monotonic();
  await work();
  const { user, system } = process.cpuUsage(began);
  return { cpuS: (user + system) / 1e6, wallS: (systemClock.monotonic() - beganAt) / 1_000 };
}

/** Every tag each second; a month of it is 2 GB. */
function recorded(days: number): Recording {
  const recording = new Recording();
  for (const batch of running(units, 0, days * daySeconds, 1)) recording.append(batch);
  return recording;
}

/** Learns in so many threads and sets thresholds. */
async function calibrated(plan: DetectionPlan, recording: Recording, workers: number) {
  let calibration: Calibration | undefined;
  const took = await timed(async () => {
    calibration = calibrationOf(await learnPlan(plan, recording, workers, () => {}), { ...plan, description: 'a bench' });
  });
  return { ...took, calibration: calibration as Calibration };
}

/** Measures the detection limits of a calibration by faults in other normal operation, in the time that the calibration allows. */
async function limited(plan: DetectionPlan, calibration: Calibration, calibrationMs: number) {
  const budgetMs = limitsTime(calibrationMs);
  const seconds = Math.floor(windowLength(plan, budgetMs) / 1_000);
  const recording = new Recording();
  for (const batch of running(units, calibration.to + 1_000, seconds, 2)) recording.append(batch);
  const began = systemClock.monotonic();
  const window = windowOf(recording, plan.tags.length, new Random(1));
  if (window === undefined) throw new Error('there is no normal operation to measure limits with');
  const left = (): number => began + budgetMs - systemClock.monotonic();
  const { tags } = measureLimits({ plan, calibration, window, seed: 1, left });
  return { wallS: (systemClock.monotonic() - began) / 1_000, tags: tags.length };
}

/** CPU s of the share of so many that takes longest. */
async function busiestOf(plan: DetectionPlan, recording: Recording, count: number): Promise<number> {
  let most = 0;
  for (const share of shardsOf(plan, count)) {
    const { cpuS } = await timed(() => learnShard(share, recording, () => {}));
    most = Math.max(most, cpuS);
  }
  return most;
}

/**
 * Time of a calibration of 100 tags over 30 days, with samples each second and groups each ten seconds, from a recording in
 * memory, and of the detection limits after it. Also the gain of one thread per core on a day of it, and the balance of the load
 * between threads.
 */
export async function benchCalibration(quick = false): Promise<BenchRow[]> {
  const days = quick ? 1 : 30;
  const plan = planOf(units);
  const cores = availableParallelism();
  const day = recorded(1);
  const alone = await calibrated(plan, day, 1);
  const shared = await calibrated(plan, day, cores);
  const busiest: number[] = [];
  for (const count of threads) busiest.push(alone.cpuS / (await busiestOf(plan, day, count)));
  const month = quick ? shared : await calibrated(plan, recorded(days), cores);
  const limits = await limited(plan, month.calibration, 1_000 * month.wallS);
  return [
    {
      name: `calibration: ${units * unitTags} tags × ${days} days at 1 s`,
      value: Number((month.wallS / 60).toFixed(1)),
      unit: 'min',
      note: `wall time of ${cores} cores; ${(month.cpuS / 60).toFixed(1)} CPU min; reading the historian is not in it`,
    },
    {
      name: 'calibration: time of the detection limits, of that of the calibration',
      value: Number((limits.wallS / month.wallS).toFixed(2)),
      unit: '×',
      note: `wall time, ${limits.wallS.toFixed(1)} s in one thread; limits of ${limits.tags} tags; reading is not in it`,
    },
    {
      name: 'calibration: a thread per core against one',
      value: Number((alone.wallS / shared.wallS).toFixed(2)),
      unit: '×',
      note: `wall time on ${cores} cores: ${alone.wallS.toFixed(1)} s and ${shared.wallS.toFixed(1)} s for ${day.length} samples`,
    },
    ...threads.map((count, i) => ({
      name: `calibration: CPU time of one thread ÷ that of the busiest of ${count}`,
      value: Number((busiest[i] ?? Number.NaN).toFixed(2)),
      unit: '×',
      note: 'shards learned one after the other; what threads wait for each other, and their start, is not in it',
    })),
  ];
}
