import { isAt } from '../../alerts/places.ts';
import type { Alert } from '../../core/alert.ts';
import { type Batch, BatchBuilder } from '../../core/batch.ts';
import type { MaintenanceWindow } from '../../core/maintenance.ts';
import { Quality } from '../../core/quality.ts';
import type { StateStore } from '../../core/state.ts';
import type { TagTable } from '../../core/tag.ts';

/** A span of a recording in which some tags were not in normal operation. Times in ms UTC, both inclusive. */
export interface Excluded {
  readonly from: number;
  readonly to: number;
  readonly tags: readonly number[];
}

/** Most alerts that are checked for exclusion, newest first. */
const mostAlerts = 10_000;

/** Spans of a recording that must not be learned: tags of its alerts, and parts under maintenance. Times in ms UTC. */
export async function excludedIn(state: Pick<StateStore, 'alerts' | 'maintenance'>, tags: TagTable, from: number, to: number) {
  const found = await state.alerts.find({ to, limit: mostAlerts });
  const alerts = found.filter(({ returnedAt }) => (returnedAt ?? to) >= from);
  const windows = state.maintenance.during(from, to);
  return { alerts, windows, excluded: [...excludedBy(alerts, tags, to), ...excludedByMaintenance(windows, tags)] };
}

/**
 * Spans of alerts: the tags of an alert's equipment and the tags that it names, from its first anomalous sample until its end.
 */
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

/** Spans of parts of the plant under maintenance. */
export const excludedByMaintenance = (windows: readonly MaintenanceWindow[], tags: TagTable): Excluded[] =>
  windows.map(({ place, from, to }) => ({
    from,
    to,
    tags: tags.tags.flatMap((tag, index) => (isAt(tag, place) ? [index] : [])),
  }));

/** Marks samples that must not be learned as out of service. */
export class Exclusion {
  /** Disjoint spans by tag, in order, for any number of overlapping alerts. */
  readonly #byTag = new Map<number, Spans>();

  constructor(excluded: readonly Excluded[]) {
    const sorted = excluded.filter(({ from, to }) => from <= to).toSorted((a, b) => a.from - b.from);
    for (const { from, to, tags } of sorted)
      for (const tag of tags) {
        const spans = this.#byTag.get(tag) ?? { from: [], to: [] };
        if (spans.from.length === 0) this.#byTag.set(tag, spans);
        const last = spans.to.length - 1;
        if (from <= (spans.to[last] ?? Number.NEGATIVE_INFINITY)) spans.to[last] = Math.max(spans.to[last] as number, to);
        else {
          spans.from.push(from);
          spans.to.push(to);
        }
      }
  }

  /** The batch with excluded samples marked; the batch itself if there are none. */
  apply(batch: Batch): Batch {
    if (this.#byTag.size === 0) return batch;
    return outOfService(batch, (row) => {
      const spans = this.#byTag.get(batch.tag[row] as number);
      return spans !== undefined && isWithin(spans, batch.sourceTime[row] as number);
    });
  }
}

interface Spans {
  readonly from: number[];
  readonly to: number[];
}

/** Binary search. */
function isWithin({ from, to }: Spans, time: number): boolean {
  let low = 0;
  for (let high = from.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (time > (to[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return time >= (from[low] ?? Number.POSITIVE_INFINITY);
}

/** The batch with rows marked as out of service; the batch itself if there are none. */
export function outOfService(batch: Batch, isOut: (row: number) => boolean): Batch {
  let row = 0;
  while (row < batch.length && !isOut(row)) row++;
  if (row === batch.length) return batch;
  // from a scan of history: hours of samples that are discarded soon
  const marked = new BatchBuilder(batch.device, batch.length, false);
  for (row = 0; row < batch.length; row++) {
    const quality = isOut(row) ? Quality.BadOutOfService : (batch.quality[row] as number);
    const [tag, value] = [batch.tag[row] as number, batch.value[row] as number];
    marked.add(tag, value, quality, batch.sourceTime[row] as number, batch.receiveTime[row] as number);
  }
  return marked.publish();
}
