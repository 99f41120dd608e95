import type { Clock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { StateStore } from '../../core/state.ts';
import { TagTable } from '../../core/tag.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';
import { runLimits, windowSources } from './job.ts';
import { excludedIn } from '../job/exclude.ts';
import type { CalibrationSource } from '../job/job.ts';
import type { Progress } from '../job/thread.ts';
import { saveLimits } from './stored.ts';
import { loadBaseline } from '../baselines/store.ts';

export interface MeasureAndStore {
  readonly plan: DetectionPlan;
  /** Source of the calibration. */
  readonly source: CalibrationSource;
  readonly budgetMs: number;
  readonly state: Pick<StateStore, 'baselines' | 'alerts' | 'maintenance'>;
  readonly clock: Clock;
  readonly onProgress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Measures the detection limits of the baseline in force in a separate thread, and stores them with its version.
 * @throws AbortError when the signal aborts
 */
export async function measureAndStore(options: MeasureAndStore): Promise<void> {
  const { plan, budgetMs, state, clock, onProgress, signal } = options;
  const baseline = loadBaseline(state.baselines, plan);
  if (baseline === undefined) throw new ScadaError('fatal', 'INTERNAL', 'there is no baseline whose limits could be measured');
  const tags = new TagTable(plan.tags);
  const sources = await Promise.all(
    windowSources(plan, options.source, budgetMs).map(async ({ source, heldOut }) => {
      if (source.type === 'simulate') return { source, heldOut };
      const { excluded } = await excludedIn(state, tags, source.from, source.to);
      return { source: { ...source, excluded }, heldOut };
    }),
  );
  const job = { plan, calibration: baseline.calibration, sources, budgetMs };
  saveLimits(state.baselines, plan, await runLimits(job, onProgress, signal), clock.now());
}
