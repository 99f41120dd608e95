import { type Alert, type AlertChangeKind, isHidden, isOpen } from '../core/alert.ts';
import { inAlarm } from './findings.ts';
import { nextState } from './lifecycle.ts';
import { withoutShelf } from './shelving.ts';

/** An alert after a change, and the kind of the change. */
export interface Act {
  readonly alert: Alert;
  readonly kind: AlertChangeKind;
}

/** The alert after an acknowledgement at a time, ms UTC; undefined if its state needs none. A hidden alert needs none. */
export function acknowledged(alert: Alert, at: number): Act | undefined {
  const state = nextState(alert.state, 'acknowledge', inAlarm(alert), latchingOf(alert));
  if (state === alert.state) return undefined;
  return { alert: { ...alert, state, acknowledgedAt: at }, kind: state === 'A' ? 'cleared' : 'acknowledged' };
}

/** The alert after a reset; undefined in any state other than F. */
export function afterReset(alert: Alert): Act | undefined {
  const state = nextState(alert.state, 'reset', inAlarm(alert), latchingOf(alert));
  return state === alert.state ? undefined : { alert: { ...alert, state }, kind: 'reset' };
}

/** The alert with its condition ended; one-shot shelving ends with it. */
export function afterReturn(alert: Alert, returnedAt: number): Act {
  const ends = alert.shelf?.once === true;
  const step = ends && alert.state === 'G' ? 'release' : 'return';
  const state = nextState(alert.state, step, false, latchingOf(alert));
  const after = { ...(ends ? withoutShelf(alert) : alert), state, returnedAt };
  if (state !== 'A') return { alert: after, kind: 'returned' };
  return { alert: after, kind: alert.state === 'G' ? 'unshelved' : 'cleared' };
}

/**
 * The alert in the state that its reasons to hide it require at a time; undefined if it is in that state. Out of service precedes
 * shelved. Without a reason, the state of the process decides.
 */
export function afterHiding(alert: Alert, isOutOfService: boolean, now: number): Act | undefined {
  if (!isOpen(alert.state)) return undefined;
  const isOver = alert.shelf !== undefined && alert.shelf.until <= now;
  const after = isOver ? withoutShelf(alert) : alert;
  const step = isOutOfService ? 'remove-from-service' : after.shelf === undefined ? 'release' : 'shelve';
  const state = nextState(alert.state, step, inAlarm(alert), latchingOf(alert));
  if (state === alert.state) return isOver ? { alert: after, kind: 'unshelved' } : undefined;
  return { alert: { ...after, state }, kind: kindOf(alert, state) };
}

function kindOf(before: Alert, state: Alert['state']): AlertChangeKind {
  if (isHidden(state)) return state === 'I' ? 'removed' : 'shelved';
  return before.state === 'G' ? 'unshelved' : 'released';
}

/** Configured behaviour of an alert in the state machine. */
export const latchingOf = ({ latching }: Pick<Alert, 'latching'>): { readonly latching: boolean } => ({
  latching: latching === true,
});
