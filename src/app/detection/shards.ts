import type { DetectorGroup } from '../../core/detector.ts';
import type { DetectionPlan } from './plan.ts';
import { pluginOf } from './plan.ts';

/** Samples per second that one worker takes with ease: below it a second one only costs memory. */
const easilyPerSecond = 5_000;
/** What judging one sample costs, in multiplications of a vector. */
const sampleCost = 100;
const rowsPerVector = 5;

/** Workers that a plan is worth where the configuration does not say it: one is enough for most sites, and a core is left for the rest. */
export function workersFor(plan: DetectionPlan, cores: number): number {
  const perSecond = plan.tags.reduce((sum, { scanMs }) => sum + 1_000 / scanMs, 0);
  return Math.max(1, Math.min(cores - 1, Math.ceil(perSecond / easilyPerSecond)));
}

/** What is not divided further: a detector, one of its groups where it judges groups, or all detectors that share a threshold. */
interface Part {
  readonly detectors: DetectionPlan['detectors'];
  readonly group?: DetectorGroup;
  readonly cost: number;
}

/**
 * Cuts a plan into at most so many that share its work: every detector is in one of them, those of vectors with some of their
 * groups in each. The same plan is always cut alike. No detector hears of another, so together they find what one would.
 */
export function shardsOf(plan: DetectionPlan, workers: number): DetectionPlan[] {
  if (workers <= 1) return [plan];
  const perSecond = plan.tags.reduce((sum, { scanMs }) => sum + 1_000 / scanMs, 0);
  const shared = plan.detectors.filter(({ type }) => pluginOf(type).threshold === 'adaptive');
  const parts = plan.detectors.flatMap((detector): Part[] => {
    const detectors = shared.includes(detector) ? shared : [detector];
    if (detector !== detectors[0]) return [];
    if (pluginOf(detector.type).input !== 'vector') return [{ detectors, cost: detectors.length * sampleCost * perSecond }];
    return plan.groups.map((group) => ({
      detectors,
      group,
      cost: (group.tags.length ** 2 * rowsPerVector * 1_000) / group.periodMs,
    }));
  });
  const bins = Array.from({ length: Math.min(workers, parts.length) }, () => ({ cost: 0, parts: new Set<Part>() }));
  for (const part of parts.toSorted((a, b) => b.cost - a.cost)) {
    const [bin] = bins.toSorted((a, b) => a.cost - b.cost);
    bin?.parts.add(part);
    if (bin !== undefined) bin.cost += part.cost;
  }
  return bins.map(({ parts: own }) => {
    const kept = parts.filter((part) => own.has(part));
    return {
      ...plan,
      detectors: plan.detectors.filter((detector) => kept.some((part) => part.detectors.includes(detector))),
      groups: plan.groups.filter((group) => kept.some((part) => part.group === group)),
    };
  });
}
