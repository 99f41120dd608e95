import { createHash } from 'node:crypto';
import { type Baseline, calibrationVersion } from './format.ts';
import { type DetectionPlan, fingerprint, pluginOf } from '../plan/plan.ts';

/**
 * True if a stored baseline has the present format and was learned for this plan, or for this plan without statistical detectors that the
 * baseline does not contain: an upgrade adds detectors. These are inactive until the next calibration.
 */
export function fitsPlan(baseline: Baseline, plan: DetectionPlan): boolean {
  const { version, detectors }: { readonly version: number; readonly detectors: object } = baseline.calibration;
  if (version !== calibrationVersion) return false;
  const known = plan.detectors.filter(({ type }) => Object.hasOwn(detectors, type) || pluginOf(type).threshold !== 'statistical');
  return baseline.fingerprint === fingerprint(plan) || baseline.fingerprint === fingerprint({ ...plan, detectors: known });
}

/**
 * Identifies a baseline among all that were learned for the same plan: 64 hexadecimal digits. A snapshot contains the baseline of
 * its detectors, so it must only be restored under that one. Otherwise a new calibration would be undone.
 */
export function baselineId(baseline: Baseline): string {
  return createHash('sha256').update(JSON.stringify(baseline)).digest('hex');
}
