import { type Alert, type AlertChange, isOpen } from '../core/alert.ts';
import { type AlertQuery, type AnomalyCount, type ChangePage, type DirectStateStore, recentChanges } from '../core/state.ts';
import type { WaitingEntries } from './queued-audit.ts';
import type { WriteQueue } from './writer/queue.ts';

/** Alert store of a running monitor. Writes go into the queue; reads combine the rows on disk with waiting writes. */
export function queuedAlerts(
  disk: DirectStateStore['alerts'],
  queue: WriteQueue,
  entries: WaitingEntries,
): DirectStateStore['alerts'] {
  let sequence = disk.open().sequence;
  /** Changes that may not be on disk, oldest first, and the last one of each alert. */
  let unsaved: AlertChange[] = [];
  const latest = new Map<string, AlertChange>();
  queue.subscribe(() => {
    const { savedSequence } = queue;
    unsaved = unsaved.filter((change) => change.sequence > savedSequence);
    for (const [id, change] of latest) if (change.sequence <= savedSequence) latest.delete(id);
  });
  // the writer may already have written some of the unsaved changes: rows on disk take precedence
  const after = (rows: AlertChange[], from: number, fits: (change: AlertChange) => boolean): AlertChange[] => {
    const last = rows.at(-1)?.sequence ?? from;
    return [...rows, ...unsaved.filter((change) => change.sequence > last && fits(change))];
  };

  const changesAfter = (from: number, limit: number): AlertChange[] => {
    const rows = from < sequence - unsaved.length ? disk.changesAfter(from, limit) : [];
    return after(rows, from, () => true).slice(0, limit);
  };
  const get = (id: string): Alert | undefined => latest.get(id)?.alert ?? disk.get(id);

  return {
    open: () => {
      const alerts = new Map(disk.open().alerts.map((alert) => [alert.id, alert]));
      for (const [id, { alert }] of latest) alerts.set(id, alert);
      const open = [...alerts.values()].filter(({ state }) => isOpen(state));
      return {
        alerts: open.toSorted((a, b) => a.raisedAt - b.raisedAt || (a.id < b.id ? -1 : 1)),
        sequence,
        recent: changesAfter(sequence - recentChanges, recentChanges),
      };
    },
    get,
    append: (change) => {
      if (change.sequence !== sequence + 1) throw new RangeError(`alert change ${change.sequence} cannot follow ${sequence}`);
      const kind = change.by.role === 'monitor' ? 'change' : 'act';
      queue.admit(kind);
      entries.note(change, get);
      sequence = change.sequence;
      unsaved.push(change);
      latest.set(change.alert.id, change);
      queue.put({ store: 'alerts', method: 'append', args: [change] }, kind);
    },
    changesAfter,
    changesOf: (id, page = { limit: Infinity }) =>
      lastOf(
        after(disk.changesOf(id, page), 0, ({ alert }) => alert.id === id),
        page,
      ),
    actsOf: (incident, page) =>
      lastOf(
        after(disk.actsOf(incident, page), 0, ({ kind, alert }) => alert.incident === incident && kind !== 'updated'),
        page,
      ),
    idsDuring: (from, to, limit) => disk.idsDuring(from, to, limit),
    lives: (ids, before) => disk.lives(ids, before),
    countAnomalies: (from) => recounted(disk.countAnomalies(from), latest.values(), from, disk),
    find: (query) => {
      const found = new Map(disk.find(query).map((alert) => [alert.id, alert]));
      for (const [id, { alert }] of latest) if (found.has(id) || fits(alert, query)) found.set(id, alert);
      return [...found.values()].toSorted((a, b) => b.raisedAt - a.raisedAt || (a.id < b.id ? 1 : -1)).slice(0, query.limit);
    },
  };
}

const lastOf = (changes: AlertChange[], { before = Infinity, limit }: ChangePage): AlertChange[] =>
  changes.filter(({ sequence }) => sequence < before).slice(-limit);

const fits = (alert: Alert, { from = -Infinity, to = Infinity, area, tag, incident }: AlertQuery): boolean =>
  alert.raisedAt >= from &&
  alert.raisedAt < to &&
  (area === undefined || alert.area === area) &&
  (tag === undefined || alert.tags.includes(tag)) &&
  (incident === undefined || alert.incident === incident);

/** Counts of the disk, with each waiting alert counted in its present state. */
function recounted(
  counts: AnomalyCount[],
  waiting: Iterable<AlertChange>,
  from: number,
  disk: DirectStateStore['alerts'],
): AnomalyCount[] {
  const keyOf = ({ area, verdict }: Pick<AnomalyCount, 'area' | 'verdict'>): string => `${verdict ?? ''} ${area}`;
  const all = new Map(counts.map((one) => [keyOf(one), one]));
  const add = (alert: Alert | undefined, by: number): void => {
    if (alert === undefined || alert.raisedAt < from || alert.state === 'I' || alert.priority !== 'A') return;
    const group = { area: alert.area, verdict: alert.verdict?.word };
    all.set(keyOf(group), { ...group, count: (all.get(keyOf(group))?.count ?? 0) + by });
  };
  for (const { alert } of waiting) {
    add(disk.get(alert.id), -1);
    add(alert, 1);
  }
  return [...all.values()].filter(({ count }) => count > 0);
}
