import { createHash } from 'node:crypto';
import { type Baseline, calibrationVersion } from './format.ts';
import { type DetectionPlan, fingerprint } from '../plan/plan.ts';

/** True if a stored baseline was learned for this plan, and in the form that the engine reads today. */
export function fitsPlan(baseline: Baseline, plan: DetectionPlan): boolean {
  const version: number = baseline.calibration.version;
  return version === calibrationVersion && baseline.fingerprint === fingerprint(plan);
}

/**
 * Names one baseline among all that were learned for the same plan: 64 hexadecimal digits. A snapshot of the detectors holds
 * the baseline it ran under, so it may only be taken back under that one; a new calibration would be undone otherwise.
 */
export function baselineId(baseline: Baseline): string {
  return createHash('sha256').update(JSON.stringify(baseline)).digest('hex');
}
