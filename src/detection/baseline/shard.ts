import type { Json } from '../../core/detector.ts';
import type { Calibration } from './format.ts';
import { type DetectionPlan, detectorFactories } from '../plan/plan.ts';

/** The part of a calibration that a share of its plan needs. Detectors of some tags have no entries for others. */
export function calibrationOfShard(calibration: Calibration, share: DetectionPlan): Calibration {
  const partial = share.detectors.filter(({ tags }) => tags !== undefined);
  const own = detectorFactories({ ...share, detectors: partial }).map((factory) => {
    const { name } = factory;
    const keys = new Set(factory.create().channels.map(({ key }) => key));
    const known = calibration.detectors[name];
    return known === undefined ? [] : [[name, { ...known, baseline: entriesOf(known.baseline, keys) }] as const];
  });
  return { ...calibration, detectors: { ...calibration.detectors, ...Object.fromEntries(own.flat()) } };
}

/** Entries of a baseline for these channels only. */
function entriesOf(baseline: Json, keys: ReadonlySet<string>): Json {
  if (!isObject(baseline)) return baseline;
  const some = (entries: Json | undefined): Json =>
    isObject(entries) ? Object.fromEntries(Object.entries(entries).filter(([key]) => keys.has(key))) : {};
  return { ...baseline, tags: some(baseline['tags']), learning: some(baseline['learning']) };
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
