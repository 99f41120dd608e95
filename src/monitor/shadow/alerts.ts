import type { Finding, FindingChange } from '../../core/finding.ts';
import { joinGapMs, joinKey } from '../../core/join.ts';
import type { ShadowAlert } from '../../core/monitor.ts';

/** Shown and remembered for this long after their end, ms of stream time. */
export const rememberedMs = 2 * 86_400_000;
/** The oldest go first beyond it. */
const mostAlerts = 500;

interface Entry {
  readonly key: string;
  alert: ShadowAlert;
  /** Ids of findings that are open. */
  readonly open: Set<string>;
}

/** What findings come to when they are joined as the alert manager joins them: two days of them, kept in memory and told to nobody. */
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
    const said = louder ? { ...alertOf(finding), since: last.alert.since, raisedAt: last.alert.raisedAt } : last.alert;
    last.alert = { ...said, endedAt: last.open.size > 0 ? undefined : finding.updatedAt };
  }

  /** Ends what an engine left open that is there no more, and forgets what is over for long. */
  pass(time: number): void {
    this.#entries = this.#entries.filter(({ alert }) => alert.endedAt === undefined || time - alert.endedAt <= rememberedMs);
  }

  /** In the order in which they were raised. */
  list(): readonly ShadowAlert[] {
    return this.#entries.map(({ alert }) => alert);
  }

  /** Those that have no like in the other: none of the same place at about the same time. */
  without(other: QuietAlerts): readonly ShadowAlert[] {
    return this.#entries
      .filter((entry) => !other.#entries.some(({ key, alert }) => key === entry.key && meet(alert, entry.alert)))
      .map(({ alert }) => alert);
  }

  save(): unknown {
    return this.#entries;
  }

  /** Whatever was open has ended with the run that kept it. */
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
