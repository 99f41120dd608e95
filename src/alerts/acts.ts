import {
  type Actor,
  type Alert,
  type AlertChangeKind,
  type AlertState,
  isHidden,
  isOpen,
  needsAcknowledgement,
} from '../core/alert.ts';
import { inAlarm } from './findings.ts';
import { nextState } from './lifecycle.ts';
import { withoutShelf } from './shelving.ts';

/** An alert after a change, and the kind of the change. */
export interface Act {
  readonly alert: Alert;
  readonly kind: AlertChangeKind;
}

/** The alert after an acknowledgement at a time, ms UTC; undefined if its state needs none. A hidden alert needs none. */
export function acknowledged(alert: Alert, at: number, by: Actor): Act | undefined {
  const state = nextState(alert.state, 'acknowledge', inAlarm(alert), latchingOf(alert));
  if (state === alert.state) return undefined;
  return { alert: { ...alert, state, acknowledgedAt: at, acknowledgedBy: by }, kind: state === 'A' ? 'cleared' : 'acknowledged' };
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
  const { chattering: _, returnWait: __, ...calm } = ends ? withoutShelf(alert) : alert;
  const after = { ...calm, state, returnedAt };
  if (state !== 'A') return { alert: after, kind: 'returned' };
  return { alert: after, kind: alert.state === 'G' ? 'unshelved' : 'cleared' };
}

/** Reasons to hide an alert, beside its shelf. */
export interface Hiding {
  readonly isOutOfService: boolean;
  /** The time of its shelf is over. */
  readonly isShelfOver: boolean;
  /** Cause of suppression by design. */
  readonly cause: string | undefined;
}

/**
 * The alert in the state that the reasons to hide it require at a time; undefined if nothing changes. Out of service precedes
 * suppressed, which precedes shelved. Without a reason, the state of the process decides.
 */
export function afterHiding(alert: Alert, { isOutOfService, isShelfOver, cause }: Hiding, now: number): Act | undefined {
  if (!isOpen(alert.state)) return undefined;
  const after = withCause(isShelfOver ? withoutShelf(alert) : alert, cause, now);
  if (!isOutOfService && after === alert && cause === undefined && after.shelf === undefined && !isHidden(alert.state))
    return undefined;
  const step = isOutOfService
    ? 'remove-from-service'
    : cause !== undefined
      ? 'suppress'
      : after.shelf === undefined
        ? 'release'
        : 'shelve';
  const state = nextState(alert.state, step, inAlarm(alert), latchingOf(alert));
  if (state !== alert.state) return { alert: { ...after, state }, kind: kindOf(alert.state, state) };
  if (after === alert) return undefined;
  return { alert: after, kind: isShelfOver ? 'unshelved' : cause === undefined ? 'unsuppressed' : 'suppressed' };
}

function withCause(alert: Alert, cause: string | undefined, at: number): Alert {
  if (alert.suppressed?.cause === cause) return alert;
  const { suppressed: _, ...rest } = alert;
  return cause === undefined ? rest : { ...rest, suppressed: { at, cause } };
}

const hides = { G: 'shelved', H: 'suppressed', I: 'removed' } as const;
const releases = { G: 'unshelved', H: 'unsuppressed', I: 'released' } as const;

function kindOf(before: AlertState, state: AlertState): AlertChangeKind {
  if (isHidden(state)) return hides[state];
  return isHidden(before) ? releases[before] : 'updated';
}

/** The alert with the time from which it waits for an acknowledgement; an earlier escalation is over then. */
export function annunciated(before: Alert | undefined, alert: Alert, at: number): Alert {
  if (before === undefined || !needsAcknowledgement(alert.state) || needsAcknowledgement(before.state)) return alert;
  const { escalated: _, ...rest } = alert;
  return { ...rest, annunciatedAt: at };
}

/** Configured behaviour of an alert in the state machine. */
export const latchingOf = ({ latching }: Pick<Alert, 'latching'>): { readonly latching: boolean } => ({
  latching: latching === true,
});
