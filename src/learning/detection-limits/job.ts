import type { Clock } from '../../core/clock.ts';
import type { MeasuredLimits } from '../../core/detection-limits.ts';
import { formatDuration } from '../../core/format.ts';
import { moduleBeside } from '../../core/module.ts';
import { Random } from '../../core/random.ts';
import { TagTable } from '../../core/tag.ts';
import type { Calibration } from '../../detection/baseline/format.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';
import type { CalibrationSource } from '../job/job.ts';
import { record } from '../job/record.ts';
import { type Progress, runThread } from '../job/thread.ts';
import { measureLimits } from './measure.ts';
import { type Window, wholeMs, windowOf } from './window.ts';

/** Samples of a window, which take about 26 bytes each. */
const mostSamples = 6_000_000;
/** Length of a window that the time does not shorten, ms: a drift of six hours fits into it. */
const shortMs = 12 * 3_600_000;
/** Samples of a longer window per ms of the time for the measurement: each is judged once without a fault first, in about 8 µs. */
const samplesPerMs = 30;
/** Shortest useful window, ms. */
const leastMs = 3_600_000;
/** Fraction of the calibration's time for the limits. */
const timeShare = 0.25;
/** Fraction of the progress for reading. */
const readingShare = 0.1;

/** Normal operation that faults can be injected into. */
export interface WindowSource {
  readonly source: CalibrationSource;
  /** True if the baseline has not learned it. */
  readonly heldOut: boolean;
}

export interface LimitsJob {
  readonly plan: DetectionPlan;
  /** Calibration in force, with the decisions of people applied. */
  readonly calibration: Calibration;
  /** See `windowSources`. */
  readonly sources: readonly WindowSource[];
  /** Time that the measurement may take, ms, see `limitsTime`. */
  readonly budgetMs: number;
}

/** Time for the detection limits of a calibration that took `calibrationMs`. */
export const limitsTime = (calibrationMs: number): number => timeShare * calibrationMs;

/** Length of the window for a plan, ms. @param budgetMs time for the measurement */
export function windowLength({ tags }: DetectionPlan, budgetMs: number): number {
  const perMs = tags.reduce((sum, { scanMs }) => sum + 1 / scanMs, 0);
  const affordable = Math.max(shortMs, (samplesPerMs * budgetMs) / perMs);
  return Math.min(wholeMs, affordable, mostSamples / perMs);
}

/**
 * Normal operation for the faults, the preferred first. A simulated plant gets another random seed. A recording is used after the end
 * of the calibration if it is long enough there; otherwise the last hours of the calibration, which the baseline has learned too.
 * @param budgetMs time for the measurement
 */
export function windowSources(plan: DetectionPlan, source: CalibrationSource, budgetMs: number): WindowSource[] {
  const lengthMs = windowLength(plan, budgetMs);
  const { from, to } = source;
  if (source.type === 'simulate') return [{ source: { ...source, seed: source.seed + 1, from: to - lengthMs }, heldOut: true }];
  return [
    { source: { ...source, from: to, to: to + lengthMs }, heldOut: true },
    { source: { ...source, from: Math.max(from, to - lengthMs) }, heldOut: false },
  ];
}

/**
 * Measures detection limits in a separate thread.
 * @throws AbortError when the signal aborts
 */
export function runLimits(job: LimitsJob, onProgress: Progress, signal: AbortSignal): Promise<MeasuredLimits> {
  const module = moduleBeside(import.meta.url, './worker');
  return runThread(module, 'the measurement of the detection limits', job, onProgress, signal);
}

/** The same in this thread. @param clock measures the time that is spent */
export async function limitsOf(job: LimitsJob, clock: Clock, onProgress: Progress): Promise<MeasuredLimits> {
  const { plan, calibration, budgetMs } = job;
  const began = clock.monotonic();
  const left = (): number => began + budgetMs - clock.monotonic();
  const found = await firstWindow(job, (done, text) => onProgress(done * readingShare, text));
  if (found === undefined)
    return { tags: [], complete: false, text: 'There is too little normal operation to measure detection limits.' };
  const { window, heldOut } = found;
  const text = 'measuring detection limits';
  const measured = measureLimits({
    plan,
    calibration,
    window,
    seed: 1,
    left,
    onProgress: (done) => onProgress(Math.max(readingShare, done, 1 - Math.max(0, left()) / budgetMs), text),
  });
  const origin = heldOut ? 'that were not learned' : 'that were also learned';
  const end = measured.complete ? '' : ` The time for it, ${formatDuration(budgetMs)}, was spent before all faults were tried.`;
  return { ...measured, text: `Measured by faults in ${formatDuration(lengthOf(window))} of normal operation ${origin}.${end}` };
}

/** The first source that is recorded for at least half of its length, or the last one if it is long enough. */
async function firstWindow(
  { plan, sources }: LimitsJob,
  onProgress: Progress,
): Promise<{ readonly window: Window; readonly heldOut: boolean } | undefined> {
  const tags = new TagTable(plan.tags);
  for (const [index, { source, heldOut }] of sources.entries()) {
    const { recording } = await record(source, tags, onProgress);
    const window = windowOf(recording, tags.size, new Random(1));
    const leastLength = index < sources.length - 1 ? (source.to - source.from) / 2 : leastMs;
    if (window !== undefined && lengthOf(window) >= leastLength) return { window, heldOut };
  }
  return undefined;
}

const lengthOf = ({ begins: [from = 0], to }: Window): number => to - from;
