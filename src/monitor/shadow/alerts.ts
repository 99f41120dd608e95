import type { Finding, FindingChange } from '../../core/finding.ts';
import { joinGapMs, joinKey } from '../../core/join.ts';
import type { ShadowAlert } from '../../core/monitor.ts';

/** Time for which alerts are kept after their end, ms of stream time. */
export const rememberedMs = 2 * 86_400_000;
/** Most alerts; the oldest are removed first. */
const mostAlerts = 500;

interface Entry {
  readonly key: string;
  alert: ShadowAlert;
  /** Ids of findings that are open. */
  readonly open: Set<string>;
}

/** Joins findings to alerts like the alert manager. Keeps two days of them in memory, without notifications. */
export class QuietAlerts {
  #entries: Entry[] = [];

  take({ change, finding }: FindingChange): void {
    const key = joinKey(finding);
    const last = this.#entries.findLast((entry) => entry.key === key);
    const joins = last !== undefined && finding.beganAt - (last.alert.endedAt ?? Number.POSITIVE_INFINITY) <= joinGapMs;
    if (!joins) {
      if (change === 'end') return;
      this.#entries.push({ key, alert: alertOf(finding), open: new Set([finding.id]) });
      if (this.#entries.length > mostAlerts) this.#entries.shift();
      return;
    }
    if (change === 'end') last.open.delete(finding.id);
    else last.open.add(finding.id);
    const louder = finding.peak > last.alert.peak;
    const latest = louder ? { ...alertOf(finding), since: last.alert.since, raisedAt: last.alert.raisedAt } : last.alert;
    last.alert = { ...latest, endedAt: last.open.size > 0 ? undefined : finding.updatedAt };
  }

  /** Ends findings of a replaced engine, and removes alerts that ended long ago. */
  pass(time: number): void {
    this.#entries = this.#entries.filter(({ alert }) => alert.endedAt === undefined || time - alert.endedAt <= rememberedMs);
  }

  /** Alerts in the order in which they were raised. */
  list(): readonly ShadowAlert[] {
    return this.#entries.map(({ alert }) => alert);
  }

  /** Alerts without a counterpart in the other detection: none of the same place at about the same time. */
  without(other: QuietAlerts): readonly ShadowAlert[] {
    return this.#entries
      .filter((entry) => !other.#entries.some(({ key, alert }) => key === entry.key && meet(alert, entry.alert)))
      .map(({ alert }) => alert);
  }

  save(): unknown {
    return this.#entries;
  }

  /** Open alerts have ended with the run that stored them. */
  load(saved: unknown): void {
    this.#entries = (saved as Entry[]).map((entry) => ({
      ...entry,
      alert: { ...entry.alert, endedAt: entry.alert.endedAt ?? entry.alert.updatedAt },
      open: new Set(),
    }));
  }
}

function meet(a: ShadowAlert, b: ShadowAlert): boolean {
  const end = ({ endedAt = Number.POSITIVE_INFINITY }: ShadowAlert): number => endedAt + joinGapMs;
  return a.since <= end(b) && b.since <= end(a);
}

function alertOf({ detector, area, equipment, device, since, beganAt, updatedAt, peak, explanation }: Finding): ShadowAlert {
  return { detector, area, equipment, device, since, raisedAt: beganAt, updatedAt, endedAt: undefined, peak, explanation };
}
