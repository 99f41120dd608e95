import type { MinorFinding } from '../core/minor.ts';
import type { DirectStateStore } from '../core/state.ts';
import type { WriteQueue } from './writer/queue.ts';

/** Minor findings of a running monitor. Writes go into the queue; reads combine the rows on disk with waiting writes. */
export function queuedMinor(disk: DirectStateStore['minor'], queue: WriteQueue): DirectStateStore['minor'] {
  const combined = (rows: readonly MinorFinding[]): MinorFinding[] => {
    const all = new Map(rows.map((finding) => [finding.id, finding]));
    for (const operation of queue.pending())
      if (operation.store === 'minor' && operation.method === 'save') all.set(operation.args[0].id, operation.args[0]);
    return [...all.values()];
  };
  return {
    open: () =>
      combined(disk.open())
        .filter(({ endedAt }) => endedAt === undefined)
        .toSorted((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1)),
    save: (finding) => {
      if (queue.hasRoom('minor')) queue.put({ store: 'minor', method: 'save', args: [finding] }, 'minor');
    },
    ended: (query) => {
      const { from, to = Infinity, equipment, limit } = query;
      return combined(disk.ended(query))
        .filter(({ endedAt = -Infinity, since }) => endedAt > from && since < to)
        .filter((finding) => equipment === undefined || equipment.includes(finding.equipment))
        .toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0) || (a.id < b.id ? -1 : 1))
        .slice(0, limit);
    },
    trim: (limits) => {
      if (queue.hasRoom('minor')) queue.put({ store: 'minor', method: 'trim', args: [limits] }, 'minor');
    },
  };
}
