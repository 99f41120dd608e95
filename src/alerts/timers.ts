import type { AlarmSettings } from '../core/alarm-settings.ts';
import { type Alert, needsAcknowledgement } from '../core/alert.ts';
import type { Act } from './acts.ts';

/**
 * The alert after the timers that have run out: re-alarm (state C to B) and escalation of an unacknowledged alert. Undefined if
 * none has.
 * @param elapsed time since an event of the alert, ms, which a step of the clock does not change
 */
export function afterTimers(
  alert: Alert,
  { realarm, escalate }: Pick<AlarmSettings, 'realarm' | 'escalate'>,
  now: number,
  elapsed: (since: number) => number,
): Act | undefined {
  const { state, priority, escalated } = alert;
  if (state === 'C') {
    const rule = realarm.find((one) => one.priority === priority);
    if (rule === undefined || elapsed(alert.acknowledgedAt ?? now) < rule.afterMs) return undefined;
    return { alert: { ...alert, state: 'B' }, kind: 'realarmed' };
  }
  if (!needsAcknowledgement(state)) return undefined;
  const waited = elapsed(alert.annunciatedAt ?? alert.raisedAt);
  const rule = escalate.findLast((one) => one.priority === priority && waited >= one.afterMs);
  if (rule === undefined || (escalated !== undefined && escalated.afterMs >= rule.afterMs)) return undefined;
  return { alert: { ...alert, escalated: { at: now, to: rule.to, afterMs: rule.afterMs } }, kind: 'escalated' };
}
