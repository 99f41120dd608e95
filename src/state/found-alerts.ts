import { type Alert, isOpen } from '../core/alert.ts';
import type { AlertQuery, Awaitable } from '../core/state.ts';
import type { Operation } from './writer/operation.ts';

/** The newest unsaved state of each alert. */
export function unsavedAlerts(waiting: readonly Operation[]): Map<string, Alert> {
  const alerts = new Map<string, Alert>();
  for (const operation of waiting)
    if (operation.store === 'alerts') alerts.set(operation.args[0].alert.id, operation.args[0].alert);
  return alerts;
}

/**
 * Alerts of a query, read from the disk without the waiting writes and merged with these. In a flood thousands of them wait, and a
 * reader would wait for them too.
 * @param unsaved what waits for the disk now
 * @param newest the newest state of an open alert
 * @param stored reads the disk
 */
export async function foundAlerts(
  query: AlertQuery,
  unsaved: () => ReadonlyMap<string, Alert>,
  newest: (id: string) => Alert | undefined,
  stored: (query: AlertQuery) => Awaitable<readonly Alert[]>,
): Promise<Alert[]> {
  const before = unsaved();
  // rows that a waiting write moves make room for as many others
  const rows = new Map((await stored({ ...query, limit: query.limit + before.size })).map((alert) => [alert.id, alert]));
  const after = unsaved();
  const { from = -Infinity, to = Infinity, area, tag, incident } = query;
  for (const [id, was] of [...before, ...after]) {
    const row = rows.get(id);
    // what was written meanwhile may be newer on the disk
    const alert = after.get(id) ?? newest(id) ?? (isOpen(was.state) ? (row ?? was) : was);
    const isTagged = tag === undefined || row !== undefined || alert.tags.includes(tag);
    const matches = (area ?? alert.area) === alert.area && (incident ?? alert.incident) === alert.incident;
    if (isTagged && matches && alert.raisedAt >= from && alert.raisedAt < to) rows.set(id, alert);
    else rows.delete(id);
  }
  return [...rows.values()].toSorted((a, b) => b.raisedAt - a.raisedAt || (a.id < b.id ? 1 : -1)).slice(0, query.limit);
}
