import { isAt } from '../../alerts/maintenance.ts';
import type { Alert } from '../../core/alert.ts';
import { type Batch, BatchBuilder } from '../../core/batch.ts';
import type { MaintenanceWindow } from '../../core/maintenance.ts';
import { Quality } from '../../core/quality.ts';
import type { StateStore } from '../../core/state.ts';
import type { TagTable } from '../../core/tag.ts';

/** A span of recorded running in which some tags were not normal. Times in ms UTC, both inclusive. */
export interface Excluded {
  readonly from: number;
  readonly to: number;
  readonly tags: readonly number[];
}

/** Alerts that are looked at for what must not be learned, the newest first. */
const mostAlerts = 10_000;

/** What must not be learned of a recorded span: what its alerts were about, and what people worked on. Times in ms UTC. */
export function excludedIn(state: Pick<StateStore, 'alerts' | 'maintenance'>, tags: TagTable, from: number, to: number) {
  const alerts = state.alerts.find({ to, limit: mostAlerts }).filter(({ returnedAt }) => (returnedAt ?? to) >= from);
  const windows = state.maintenance.during(from, to);
  return { alerts, windows, excluded: [...excludedBy(alerts, tags, to), ...excludedByMaintenance(windows, tags)] };
}

/** What must not be learned: the tags of an alert's equipment, and those it names, from its first anomalous sample until it was over. */
export function excludedBy(alerts: readonly Alert[], tags: TagTable, to: number): Excluded[] {
  return alerts.map((alert) => ({
    from: alert.since,
    to: alert.returnedAt ?? to,
    tags: tags.tags.flatMap((tag, index) => {
      const concerned =
        (alert.equipment !== '' && tag.equipment === alert.equipment) ||
        tag.device === alert.device ||
        alert.tags.includes(tag.name);
      return concerned ? [index] : [];
    }),
  }));
}

/** What was recorded of parts of the plant while people worked on them. */
export const excludedByMaintenance = (windows: readonly MaintenanceWindow[], tags: TagTable): Excluded[] =>
  windows.map(({ place, from, to }) => ({
    from,
    to,
    tags: tags.tags.flatMap((tag, index) => (isAt(tag, place) ? [index] : [])),
  }));

/** The batch with what must not be learned marked as out of service; the batch itself where there is nothing of that kind. */
export function withoutExcluded(batch: Batch, excluded: readonly Excluded[]): Batch {
  if (excluded.length === 0) return batch;
  const isExcluded = (row: number): boolean => {
    const time = batch.sourceTime[row] as number;
    return excluded.some(({ from, to, tags }) => time >= from && time <= to && tags.includes(batch.tag[row] as number));
  };
  return outOfService(batch, isExcluded);
}

/** The batch with the rows that are out of service marked so; the batch itself where there are none. */
export function outOfService(batch: Batch, isOut: (row: number) => boolean): Batch {
  const rows = Array.from({ length: batch.length }, (_, row) => isOut(row));
  if (!rows.includes(true)) return batch;
  const marked = new BatchBuilder(batch.device, batch.length);
  rows.forEach((out, row) => {
    const quality = out ? Quality.BadOutOfService : (batch.quality[row] as number);
    const [tag, value] = [batch.tag[row] as number, batch.value[row] as number];
    marked.add(tag, value, quality, batch.sourceTime[row] as number, batch.receiveTime[row] as number);
  });
  return marked.publish();
}
