import type { Alert, AlertChange } from '../../src/core/alert.ts';
import type { AlertLife } from '../../src/core/report.ts';
import { type AlertQuery, type AlertStore, type AnomalyCount, type ChangePage, recentChanges } from '../../src/core/state.ts';

/** An alert store in memory, for campaigns that only count alerts. Checks that the numbers of appended changes have no gaps. */
export class MemoryAlerts implements AlertStore {
  readonly changes: AlertChange[] = [];

  all(): Alert[] {
    return [...new Map(this.changes.map(({ alert }) => [alert.id, alert])).values()];
  }
  open(): { alerts: Alert[]; sequence: number; recent: AlertChange[] } {
    const alerts = this.all().filter(({ state }) => state !== 'A');
    return { alerts, sequence: this.changes.length, recent: this.changes.slice(-recentChanges) };
  }
  get(id: string): Alert | undefined {
    return this.changes.findLast(({ alert }) => alert.id === id)?.alert;
  }
  append(change: AlertChange): void {
    if (change.sequence !== this.changes.length + 1)
      throw new RangeError(`change ${change.sequence} after ${this.changes.length}`);
    this.changes.push(change);
  }
  changesAfter(sequence: number, limit: number): AlertChange[] {
    return this.changes.slice(sequence, sequence + limit);
  }
  changesOf(id: string, { before = Infinity, limit }: ChangePage = { limit: Infinity }): AlertChange[] {
    return this.changes.filter(({ alert, sequence }) => alert.id === id && sequence < before).slice(-limit);
  }
  actsOf(incident: string, { before = Infinity, limit }: ChangePage): AlertChange[] {
    return this.changes
      .filter(({ alert, kind, sequence }) => alert.incident === incident && kind !== 'updated' && sequence < before)
      .slice(-limit);
  }
  idsDuring(): string[] {
    throw new Error('a campaign has no report');
  }
  lives(): AlertLife[] {
    throw new Error('a campaign has no report');
  }
  countAnomalies(from: number): AnomalyCount[] {
    const counted = this.all().filter(({ raisedAt, state, priority }) => raisedAt >= from && state !== 'I' && priority === 'A');
    const groups = Map.groupBy(counted, ({ area, verdict }) => `${verdict?.word ?? ''} ${area}`);
    return [...groups.values()].flatMap((group) =>
      group.slice(0, 1).map(({ area, verdict }) => ({ area, verdict: verdict?.word, count: group.length })),
    );
  }
  find({ from = -Infinity, to = Infinity, area, tag, incident, limit = Infinity }: Partial<AlertQuery> = {}): Alert[] {
    return this.all()
      .filter(({ raisedAt }) => raisedAt >= from && raisedAt < to)
      .filter((alert) => (area === undefined || alert.area === area) && (incident === undefined || alert.incident === incident))
      .filter(({ tags }) => tag === undefined || tags.includes(tag))
      .toSorted((a, b) => b.raisedAt - a.raisedAt)
      .slice(0, limit);
  }
}
