import type { BaselineStore } from '../../core/state.ts';
import type { Json } from '../../core/detector.ts';
import { fitsPlan } from '../detection/baseline.ts';
import type { Baseline } from '../detection/messages.ts';
import type { DetectionPlan } from '../detection/plan.ts';

/** Name under which the site's baseline is kept, version by version. */
const name = 'site';

/** The newest baseline if it can be used with this plan. */
export function loadBaseline(store: BaselineStore, plan: DetectionPlan): Baseline | undefined {
  const stored = store.latest(name);
  if (stored === undefined) return undefined;
  const baseline = stored.content as unknown as Baseline;
  return fitsPlan(baseline, plan) ? baseline : undefined;
}

/** @returns the version it got */
export function saveBaseline(store: BaselineStore, baseline: Baseline, time: number): number {
  return store.add({ name, createdAt: time, source: baseline.calibration.source, content: baseline as unknown as Json });
}
