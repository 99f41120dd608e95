import { hasReturned, isHidden, type Alert } from '../../../../../src/core/alert.ts';
import { shared } from '../../text.ts';
import { incidentsOf } from './incidents.ts';

/** Time in alarm from which an alert is stale, ms. */
const staleMs = 86_400_000;
/** Longest time in alarm of a fleeting alert, ms. */
const fleetingMs = 10_000;

/** Ids of the alerts that were the first of their incident, of incidents with several alerts. */
export const firstOuts = (alerts: readonly Alert[]): ReadonlySet<string> =>
  new Set(incidentsOf(alerts).flatMap(({ alerts: members, first }) => (members.length > 1 ? [first.id] : [])));

/** Properties of an alert that its row names: first-out, chattering, fleeting, stale. */
export function marksOf(alert: Alert, first: ReadonlySet<string>, now: number): readonly string[] {
  const { mark } = shared.note;
  const marks: string[] = [];
  if (first.has(alert.id)) marks.push(mark.firstOut);
  if (alert.chattering === true) marks.push(mark.chattering);
  else if (isFleeting(alert)) marks.push(mark.fleeting);
  if (isStale(alert, now)) marks.push(mark.stale);
  return marks;
}

/** It was over within seconds, by itself and once. */
function isFleeting({ state, raisedAt, returnedAt, acknowledgedAt, findings }: Alert): boolean {
  if (!hasReturned(state) || returnedAt === undefined || acknowledgedAt !== undefined) return false;
  return returnedAt - raisedAt <= fleetingMs && findings.every(({ times }) => times === undefined);
}

function isStale({ state, findings }: Alert, now: number): boolean {
  const open = findings.filter(({ endedAt }) => endedAt === undefined).map(({ lastBeganAt, beganAt }) => lastBeganAt ?? beganAt);
  return !isHidden(state) && open.length > 0 && now - Math.min(...open) >= staleMs;
}
