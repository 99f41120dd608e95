import type { AuditLine } from '../../../../api/index.ts';

/** An entry of the audit trail. `times` counts it and the earlier ones that it stands for; `since` is the time of the first one. */
export interface FoldedEntry {
  readonly entry: AuditLine;
  readonly times: number;
  readonly since: number;
}

/** Acts of the monitor that recur with the condition of an alert, with a state of the plant or by the clock. */
const recurrent: ReadonlySet<string> = new Set([
  'alert.updated',
  'alert.recurred',
  'alert.returned',
  'alert.cleared',
  'alert.suppressed',
  'alert.unsuppressed',
  'alert.removed',
  'alert.released',
  'alert.unshelved',
  'alert.realarmed',
  'alert.escalated',
  'maintenance.began',
  'maintenance.ended',
]);

/** Folds each recurrence by the monitor itself into the newest one of the same alert. Acts of people are never folded. */
export function foldedEntries(newestFirst: readonly AuditLine[]): readonly FoldedEntry[] {
  const folded = new Map<string, FoldedEntry>();
  newestFirst.forEach((entry, index) => {
    const isFolded = entry.role === 'monitor' && recurrent.has(entry.action);
    const key = isFolded ? `${entry.action} ${entry.object}` : String(index);
    const newer = folded.get(key);
    folded.set(key, { entry: newer?.entry ?? entry, times: (newer?.times ?? 0) + 1, since: entry.time });
  });
  return [...folded.values()];
}
