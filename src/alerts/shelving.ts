import { type Actor, type Alert, isMoreUrgent, isOpen, type ShelfRequest } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';
import { reducedDevice } from '../core/self-device.ts';
import { inAlarm } from './findings.ts';
import { nextState } from './lifecycle.ts';

/** Detector and channel of a finding, by which shelving recognises its recurrence. */
export const findingKey = ({
  detector,
  channel,
  tags,
}: Pick<Finding, 'detector' | 'tags'> & { readonly channel?: string | undefined }): string =>
  `${detector} ${channel ?? tags.join(' ')}`;

/**
 * The alert with a shelf; undefined if it is closed, is about reduced protection, or is shelved `once` with its condition ended.
 * @param unlisted keys of its findings beyond those that it lists
 */
export function shelved(
  alert: Alert,
  { until, once, reason, approvedBy }: ShelfRequest,
  by: Actor,
  at: number,
  unlisted: Iterable<string>,
): Alert | undefined {
  if (!isOpen(alert.state) || (once === true && !inAlarm(alert))) return undefined;
  // nobody hides what is hidden
  if (alert.device === reducedDevice) return undefined;
  const findings = [...new Set([...alert.findings.map(findingKey), ...unlisted])];
  const shelf = {
    at,
    until,
    ...(once === true ? { once } : {}),
    by,
    ...(approvedBy === undefined ? {} : { approvedBy }),
    reason,
    findings,
  };
  const rest = alert.shelf === undefined || alert.shelf.approvedBy !== undefined ? 0 : Math.max(0, alert.shelf.until - at);
  const shelvedMs = (alert.shelvedMs ?? 0) - rest + (approvedBy === undefined ? until - at : 0);
  // an alert out of service stays so
  const state = alert.state === 'I' ? 'I' : nextState(alert.state, 'shelve', inAlarm(alert), { latching: false });
  return { ...alert, state, shelf, shelvedMs };
}

/** True if a finding recurs in a shelved alert without being more urgent than it. */
export const shelfCovers = (alert: Alert, finding: Finding): boolean =>
  alert.shelf?.findings.includes(findingKey(finding)) === true && !isMoreUrgent(finding.alarm?.priority ?? 'A', alert.priority);

/** The alert with its shelving ended; undefined if it is not shelved. */
export function unshelved(alert: Alert): Alert | undefined {
  if (alert.shelf === undefined) return undefined;
  const state = alert.state === 'G' ? nextState('G', 'release', inAlarm(alert), { latching: false }) : alert.state;
  return { ...withoutShelf(alert), state };
}

export function withoutShelf(alert: Alert): Alert {
  const { shelf: _, ...rest } = alert;
  return rest;
}
