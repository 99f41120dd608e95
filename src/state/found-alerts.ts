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
  const { from = -Infinity, to = Infinity, area, tag, incident, limit } = query;
  // by a tag that it had earlier, an alert is found on the disk alone
  for (let asked = limit + (tag === undefined ? 0 : unsaved().size); ; asked *= 2) {
    const before = unsaved();
    const page = await stored({ ...query, limit: asked });
    const after = unsaved();
    const rows = new Map(page.map((alert) => [alert.id, alert]));
    for (const [id, was] of [...before, ...after]) {
      const row = rows.get(id);
      // what was written meanwhile may be newer on the disk
      const alert = after.get(id) ?? newest(id) ?? (isOpen(was.state) ? (row ?? was) : was);
      const isTagged = tag === undefined || row !== undefined || alert.tags.includes(tag);
      const matches = (area ?? alert.area) === alert.area && (incident ?? alert.incident) === alert.incident;
      if (isTagged && matches && alert.raisedAt >= from && alert.raisedAt < to) rows.set(id, alert);
      else rows.delete(id);
    }
    const found = [...rows.values()].toSorted(latestFirst).slice(0, limit);
    const [last, end] = [found.at(-1), page.at(-1)];
    const isWhole =
      end === undefined || page.length < asked || (found.length === limit && last !== undefined && latestFirst(last, end) <= 0);
    if (isWhole) return found;
  }
}

const latestFirst = (a: Alert, b: Alert): number => b.raisedAt - a.raisedAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
