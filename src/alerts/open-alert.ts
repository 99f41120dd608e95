import type { Alert } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';
import { joinGapMs, joinKey } from '../core/join.ts';
import { inAlarm } from './findings.ts';
import { shelfCovers } from './shelving.ts';

/** The open alert of a new finding, by the rule by which the alarm budget counts. @param alerts alerts in memory */
export function openAlertOf(finding: Finding, alerts: Iterable<Alert>, time: number): Alert | undefined {
  const key = joinKey(finding);
  const same = [...alerts].filter((alert) => joinKey(alert) === key);
  const shelf = same.find((alert) => shelfCovers(alert, finding));
  if (shelf !== undefined) return shelf;
  // what was not shelved is annunciated; a later act of a client may have an alert of its own
  return same.findLast(
    (alert) => alert.shelf === undefined && (inAlarm(alert) || time - (alert.returnedAt ?? alert.changedAt) <= joinGapMs),
  );
}
