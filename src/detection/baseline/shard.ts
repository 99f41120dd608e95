import type { DetectorFactory, Json } from '../../core/detector.ts';
import { type DetectionPlan, detectorFactories } from '../plan/plan.ts';
import type { CalibratedDetector, Calibration } from './format.ts';

/**
 * The parts of a calibration that the detectors of a share of its plan need, by name. Detectors of some tags get no entries for others;
 * for all other detectors it is the same object for every share.
 */
export function detectorsOfShard(
  detectors: Calibration['detectors'],
  share: DetectionPlan,
): readonly (readonly [name: string, part: CalibratedDetector])[] {
  return detectorFactories(share).flatMap((factory, index) => {
    const known = detectors[factory.name];
    if (known === undefined) return [];
    const part = share.detectors[index]?.tags === undefined ? known : partOf(known, factory);
    return [[factory.name, part] as const];
  });
}

function partOf({ baseline, thresholds, edited }: CalibratedDetector, factory: DetectorFactory): CalibratedDetector {
  const keys = new Set(factory.create().channels.map(({ key }) => key));
  return { baseline: entriesOf(baseline, keys), thresholds: someOf(thresholds, keys), edited };
}

/** Entries of a baseline for these channels only. */
function entriesOf(baseline: Json, keys: ReadonlySet<string>): Json {
  if (!isObject(baseline)) return baseline;
  const some = (entries: Json | undefined): Json => (isObject(entries) ? someOf(entries, keys) : {});
  return { ...baseline, tags: some(baseline['tags']), learning: some(baseline['learning']) };
}

const someOf = <T>(entries: Readonly<Record<string, T>>, keys: ReadonlySet<string>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(entries).filter(([key]) => keys.has(key)));

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
