import { availableParallelism } from 'node:os';
import { fingerprint } from '../../../src/app/detection/plan.ts';
import { DetectionPool } from '../../../src/app/detection/pool.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { type Observation, observeBatch } from '../../../src/core/observation.ts';
import type { Calibration } from '../../../src/pipeline/calibration/index.ts';
import type { BenchRow } from '../row.ts';
import { planOf, repeated, running, unitTags } from './plant.ts';

const units = 20;
const warmSeconds = 20;

/** Samples per second of wall time that so many threads judge, given as fast as they take them. */
async function judged(calibration: Calibration, workers: number, seconds: number): Promise<number> {
  const plan = planOf(units);
  const baseline = { fingerprint: fingerprint(plan), calibration: repeated(calibration, plan), bands: {} };
  await using pool = await DetectionPool.start({ plan, baseline, workers, onFindings: () => {}, onFollowed: () => {} });
  const observations: Observation[] = [...running(units, calibration.to + 1_000, warmSeconds + seconds, 2)].map(observeBatch);
  const give = async (some: readonly Observation[]): Promise<void> => {
    for (const observation of some.slice(0, -1)) await pool.observe(observation);
    const [last] = some.slice(-1);
    if (last !== undefined) await pool.judge(last);
  };
  await give(observations.slice(0, warmSeconds * units));
  const began = systemClock.monotonic();
  await give(observations.slice(warmSeconds * units));
  return (1_000 * seconds * units * unitTags) / (systemClock.monotonic() - began);
}

/** By how much detection in a thread per core is faster than in one. */
export async function threadsRow(calibration: Calibration, seconds: number): Promise<BenchRow> {
  const cores = availableParallelism();
  const alone = await judged(calibration, 1, seconds);
  const shared = await judged(calibration, cores, seconds);
  return {
    name: 'scale: detection, a thread per core against one',
    value: Number((shared / alone).toFixed(2)),
    unit: '×',
    note: `${cores} cores; ${Math.round(alone)} and ${Math.round(shared)} samples/s of ${units * unitTags} tags, beside the thread that gives them`,
  };
}
