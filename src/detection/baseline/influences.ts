import type { Influence } from '../../core/influence.ts';
import { TagTable } from '../../core/tag.ts';
import { type DetectionPlan, pluginOf } from '../plan/plan.ts';
import type { Baseline } from './format.ts';

/** Everything that a baseline knows about which tags follow each other. */
export function influencesOf({ calibration }: Baseline, plan: DetectionPlan): readonly Influence[] {
  const tags = new TagTable(plan.tags);
  const types = [...new Set(plan.detectors.map(({ type }) => type))];
  return types.flatMap((type) => {
    const learned = calibration.detectors[type];
    return learned === undefined ? [] : (pluginOf(type).influences?.(learned.baseline, tags) ?? []);
  });
}
