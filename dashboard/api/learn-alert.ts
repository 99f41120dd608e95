import type { Actor } from '../../src/core/alert.ts';
import type { ReducingAct } from '../../src/core/approvals.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { Services } from './services.ts';

/** Learns an alert as normal, and says so in its incident. @throws ScadaError as `ThresholdReview.learn` */
export async function learnAlert(
  { baseline, view: { alerts } }: Services,
  { alert: id, raises }: Extract<ReducingAct, { kind: 'learn' }>,
  by: Actor,
  reason: string,
  stored: 'first' | 'queued',
): Promise<void> {
  if (baseline?.learned() === undefined) throw new ApiError('not-found', 'There is no baseline to change.');
  await baseline.learn(id, raises, by, reason, stored);
  const alert = alerts.get(id);
  // the request of a second person can outlive the alert
  if (alert !== undefined) alerts.comment(alert.incident, by, `${id} learned as normal: ${reason}`);
}
