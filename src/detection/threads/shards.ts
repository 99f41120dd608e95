import type { DetectorGroup } from '../../core/detector.ts';
import type { Tag } from '../../core/tag.ts';
import { type DetectionPlan, detectorFactories, type PlannedDetector, pluginOf } from '../plan/plan.ts';

/** Samples per second that one worker processes easily. Below this rate, a second worker only costs memory. */
const easilyPerSecond = 5_000;

/** Default number of workers of a plan. One is enough for most sites; one core remains for other work. */
export function workersFor(plan: DetectionPlan, cores: number): number {
  const perSecond = plan.tags.reduce((sum, { scanMs }) => sum + 1_000 / scanMs, 0);
  return Math.max(1, Math.min(cores - 1, Math.ceil(perSecond / easilyPerSecond)));
}

/**
 * The smallest unit of distribution: a detector, a group of the detectors of vectors, some tags of a detector by tag, or all
 * detectors that share a threshold.
 */
interface Part {
  readonly detectors: readonly PlannedDetector[];
  readonly group?: DetectorGroup;
  readonly tags?: readonly number[];
  readonly cost: number;
}

/**
 * Divides a plan into at most `workers` parts of similar work. Every detector is in one of them; a detector of vectors is in each
 * part with some of its groups, a detector by tag with some of its tags. The same plan is always divided equally. Detectors are
 * independent, so the parts together find the same as the whole.
 */
export function shardsOf(plan: DetectionPlan, workers: number): DetectionPlan[] {
  if (workers <= 1) return [plan];
  const parts = partsOf(plan, workers);
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
      detectors: plan.detectors.flatMap((detector) => {
        const mine = kept.filter((part) => part.detectors.includes(detector));
        const tags = mine.flatMap((part) => part.tags ?? []);
        return mine.length === 0 ? [] : [tags.length === 0 ? detector : { ...detector, tags }];
      }),
      groups: plan.groups.filter((group) => kept.some((part) => part.group === group)),
    };
  });
}

function partsOf(plan: DetectionPlan, workers: number): Part[] {
  const rateOf = (tags: readonly Tag[]): number => tags.reduce((sum, { scanMs }) => sum + 1_000 / scanMs, 0);
  const perSecond = rateOf(plan.tags);
  const shared = plan.detectors.filter(({ type }) => pluginOf(type).threshold === 'adaptive');
  const ofVectors = plan.detectors.filter(({ type }) => pluginOf(type).input === 'vector');
  const vectorCost = ofVectors.reduce((sum, { type }) => sum + (pluginOf(type).cost ?? 1), 0);
  // a thread has all vector detectors of its groups, because they share the groups of its plan
  const groups = plan.groups.map(
    (group): Part => ({
      detectors: ofVectors,
      group,
      cost: (vectorCost * group.tags.length * 1_000) / group.periodMs,
    }),
  );
  return [
    ...groups,
    ...plan.detectors.flatMap((detector): Part[] => {
      const { input, byTag, cost = 1 } = pluginOf(detector.type);
      const detectors = shared.includes(detector) ? shared : [detector];
      if (detector !== detectors[0]) return [];
      if (input === 'vector') return [];
      if (byTag !== true) return [{ detectors, cost: input === 'event' ? 0 : detectors.length * cost * perSecond }];
      const judged = judgedBy(detector, plan);
      if (judged.length === 0) return [{ detectors, cost: 0 }];
      const size = Math.ceil(judged.length / workers);
      return Array.from({ length: Math.ceil(judged.length / size) }, (_, i): Part => {
        const tags = judged.slice(i * size, (i + 1) * size);
        return { detectors, tags, cost: cost * rateOf(tags.map((tag) => plan.tags[tag] as Tag)) };
      });
    }),
  ];
}

/** Indices of the tags that a detector judges, of all its possible tags. */
function judgedBy(detector: PlannedDetector, plan: DetectionPlan): number[] {
  const [factory] = detectorFactories({ ...plan, detectors: [detector] });
  return [...new Set(factory?.create().channels.flatMap(({ tags }) => tags))].toSorted((a, b) => a - b);
}
