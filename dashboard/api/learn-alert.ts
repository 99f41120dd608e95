import { type Actor, firstAlertId } from '../../src/core/alert.ts';
import type { ReducingAct } from '../../src/core/approvals.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { Services } from './services.ts';

/** Reads what learning an alert changes. Must precede it, so that all of the act is in one turn and one transaction. */
export async function readForLearning({ view: { alerts } }: Services, id: string): Promise<void> {
  const alert = await alerts.read(id);
  if (alert !== undefined) await alerts.read(firstAlertId(alert.incident));
}

/** Learns an alert as normal, and says so in its incident. @throws ScadaError as `ThresholdReview.learn` */
export async function learnAlert(
  { baseline, view: { alerts } }: Services,
  { alert: id, raises }: Extract<ReducingAct, { kind: 'learn' }>,
  by: Actor,
  reason: string,
  stored: 'first' | 'queued',
): Promise<void> {
  if (baseline?.learned() === undefined) throw new ApiError('not-found', 'There is no baseline to change.');
  const alert = alerts.get(id);
  await baseline.learn(id, raises, by, reason, stored);
  // the request of a second person can outlive the alert
  if (alert !== undefined) alerts.comment(alert.incident, by, `${id} learned as normal: ${reason}`);
}
