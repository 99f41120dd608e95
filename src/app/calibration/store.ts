import { ScadaError } from '../../core/errors.ts';
import type { BaselineStore } from '../../core/state.ts';
import type { Json } from '../../core/detector.ts';
import type { Baseline } from '../detection/messages.ts';
import { type DetectionPlan, fingerprint } from '../detection/plan.ts';

/** Name under which the site's baseline is kept, version by version. */
const name = 'site';

/** The newest baseline if it was learned for this plan. */
export function loadBaseline(store: BaselineStore, plan: DetectionPlan): Baseline | undefined {
  const stored = store.latest(name);
  if (stored === undefined) return undefined;
  const baseline = stored.content as unknown as Baseline;
  return baseline.fingerprint === fingerprint(plan) ? baseline : undefined;
}

/** Like `loadBaseline`, for those who can not go on without. @throws ScadaError BASELINE_MISMATCH */
export function requireBaseline(store: BaselineStore, plan: DetectionPlan): Baseline {
  const baseline = loadBaseline(store, plan);
  if (baseline !== undefined) return baseline;
  throw new ScadaError('config', 'BASELINE_MISMATCH', 'there is no baseline for this configuration', {
    hint: 'run `scadawatch calibrate` with it',
  });
}

/** @returns the version it got */
export function saveBaseline(store: BaselineStore, baseline: Baseline, time: number): number {
  return store.add({ name, createdAt: time, source: baseline.calibration.source, content: baseline as unknown as Json });
}
