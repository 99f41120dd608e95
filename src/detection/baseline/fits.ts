import { createHash } from 'node:crypto';
import type { DetectorPlugin } from '../../core/detector.ts';
import { type Baseline, calibrationVersion } from './format.ts';
import { type DetectionPlan, fingerprint, pluginOf } from '../plan/plan.ts';

/**
 * True if a stored baseline has the present format and was learned for this plan, or for this plan without what an upgrade adds:
 * statistical detectors that the baseline does not contain, and groups across areas. These are inactive until the next calibration. Some detectors need no baseline (`needsNoBaseline`).
 */
export function fitsPlan(baseline: Baseline, plan: DetectionPlan): boolean {
  const { version, detectors }: { readonly version: number; readonly detectors: object } = baseline.calibration;
  if (version !== calibrationVersion) return false;
  const known = plan.detectors.filter(({ type }) => Object.hasOwn(detectors, type) || !isAdded(pluginOf(type)));
  const areas = plan.groups.filter(({ acrossAreas }) => acrossAreas !== true);
  const earlier = [plan, { ...plan, detectors: known }].flatMap((one) => [one, { ...one, groups: areas }]);
  return earlier.some((one) => fingerprint(one) === baseline.fingerprint);
}

/** True for detectors that an upgrade may add to a baseline: inactive ones, and those that need none. */
const isAdded = (plugin: DetectorPlugin): boolean => plugin.threshold === 'statistical' || needsNoBaseline(plugin);

/** True for detectors that judge without a baseline: those of minor findings, and stated rules that learn nothing. */
export const needsNoBaseline = ({ threshold, passes }: Pick<DetectorPlugin, 'threshold' | 'passes'>): boolean =>
  threshold === 'minor' || (threshold === 'stated' && passes === 0);

/**
 * Identifies a baseline among all that were learned for the same plan: 64 hexadecimal digits. A snapshot contains the baseline of
 * its detectors, so it must only be restored under that one. Otherwise a new calibration would be undone.
 */
export function baselineId(baseline: Baseline): string {
  return createHash('sha256').update(JSON.stringify(baseline)).digest('hex');
}
