import { createHash } from 'node:crypto';
import { type Baseline, calibrationVersion } from './format.ts';
import { type DetectionPlan, fingerprint } from '../plan/plan.ts';

/** True if a stored baseline was learned for this plan and has the present format. */
export function fitsPlan(baseline: Baseline, plan: DetectionPlan): boolean {
  const version: number = baseline.calibration.version;
  return version === calibrationVersion && baseline.fingerprint === fingerprint(plan);
}

/**
 * Identifies a baseline among all that were learned for the same plan: 64 hexadecimal digits. A snapshot contains the baseline of
 * its detectors, so it must only be restored under that one. Otherwise a new calibration would be undone.
 */
export function baselineId(baseline: Baseline): string {
  return createHash('sha256').update(JSON.stringify(baseline)).digest('hex');
}
