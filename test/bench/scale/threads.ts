import { availableParallelism } from 'node:os';
import { fingerprint } from '../../../src/detection/plan/plan.ts';
import { DetectionPool } from '../../../src/detection/threads/pool.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { type Observation, observeBatch } from '../../../src/core/observation.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';
import { type BenchRow, median } from '../row.ts';
import { planOf, repeated, running, unitTags } from './plant.ts';

const units = 20;
/** Each thread compiles its detectors anew: before that it is several times as slow, and two threads compile twice. */
const warmSeconds = 300;
const seconds = 900;
const rounds = 3;

interface Judged {
  /** Of wall time. */
  readonly samplesPerS: number;
  /** Of the whole process, the thread that gives the samples included. */
  readonly cpuMs: number;
}

/** CPU time of a number of threads for samples that arrive as fast as the threads accept them. */
async function judged(calibration: Calibration, workers: number): Promise<Judged> {
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
  const cpu = process.cpuUsage();
  await give(observations.slice(warmSeconds * units));
  const { user, system } = process.cpuUsage(cpu);
  const samplesPerS = (1_000 * seconds * units * unitTags) / (systemClock.monotonic() - began);
  return { samplesPerS, cpuMs: (user + system) / 1_000 };
}

/** By how much detection in a thread per core is faster than in one, median of interleaved rounds. */
export async function threadsRow(calibration: Calibration): Promise<BenchRow> {
  const cores = availableParallelism();
  const [alone, shared]: [Judged[], Judged[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    alone.push(await judged(calibration, 1));
    shared.push(await judged(calibration, cores));
  }
  const ratioOf = (figure: (one: Judged) => number): number =>
    median(shared.map((one, round) => figure(one) / figure(alone[round] as Judged)));
  const rateOf = (all: readonly Judged[]): number => Math.round(median(all.map(({ samplesPerS }) => samplesPerS)));
  return {
    name: 'scale: detection, a thread per core against one',
    value: Number(ratioOf(({ samplesPerS }) => samplesPerS).toFixed(2)),
    unit: '×',
    note:
      `${cores} cores; ${rateOf(alone)} and ${rateOf(shared)} samples/s of ${units * unitTags} tags, beside the thread that gives them; ` +
      `${ratioOf(({ cpuMs }) => cpuMs).toFixed(2)} times the CPU time`,
  };
}
