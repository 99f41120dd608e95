import type { Actor } from '../../src/core/alert.ts';
import type { ApprovalControl } from '../../src/core/approvals.ts';
import type { MonitorView } from '../../src/core/monitor.ts';
import { ApiError } from '../protocol/api-error.ts';

/** Confirms a changed configuration. @throws ScadaError as `ConfigurationControl.confirm` */
export async function confirmConfiguration(
  { configuration }: MonitorView,
  id: string,
  by: Actor,
  reason: string,
  stored: 'first' | 'queued',
): Promise<void> {
  if (configuration === undefined) throw new ApiError('not-found', 'There is no change of the configuration to confirm.');
  await configuration.confirm(id, by, reason, stored);
}

/** True if the confirmation of a changed configuration waits for another user. */
export const isConfirmationWaiting = (approvals: ApprovalControl, id: string): boolean =>
  approvals.waiting().some(({ act }) => act.kind === 'configuration' && act.change === id);

/** Number of changed settings for which nobody has stated a reason. */
export function unconfirmedCount({ configuration }: MonitorView, approvals: ApprovalControl): number {
  const open = configuration?.open();
  return open === undefined || isConfirmationWaiting(approvals, open.id) ? 0 : open.settings.length;
}
