import type { Finding } from '../../core/finding.ts';
import { joinGapMs, joinKey } from '../../core/join.ts';

/** What the findings of one place add up to: an alert by the rule of the alert manager. Times in ms UTC. */
export interface JudgedAlert {
  readonly key: string;
  /** First anomalous sample. */
  readonly since: number;
  readonly raisedAt: number;
  /** Last row at which one of its findings was open. */
  readonly until: number;
  /** Each as it was at its worst, in the order in which they began; the first ones of many. */
  readonly findings: readonly Finding[];
}

interface Joined {
  key: string;
  since: number;
  raisedAt: number;
  until: number;
  findings: Map<string, Finding>;
}

/** Alerts that are kept whole; more are only counted. */
const mostAlerts = 200;
const mostFindings = 12;

/** Joins the findings that are open row by row into alerts, as the alert manager does, and counts them by day. */
export class AlertBook {
  readonly #latest = new Map<string, Joined>();
  readonly #kept: Joined[] = [];
  readonly #raised: number[] = [];
  /** ms UTC of the row before. */
  #before = Number.NaN;

  /** Takes the next row. An alert that was open at the row before goes on, however long ago that was: a row may be an hour. */
  see(time: number, open: readonly Finding[]): void {
    for (const finding of open) {
      const key = joinKey(finding);
      const last = this.#latest.get(key);
      const goesOn = last !== undefined && (last.until >= this.#before || time - last.until <= joinGapMs);
      if (goesOn) this.#join(last, time, finding);
      else this.#raise(key, time, finding);
    }
    this.#before = time;
  }

  /** ms UTC at which each was raised, in order. */
  get raised(): readonly number[] {
    return this.#raised;
  }

  /** The first ones of many. */
  alerts(): readonly JudgedAlert[] {
    return this.#kept.map(({ findings, ...alert }) => ({ ...alert, findings: [...findings.values()] }));
  }

  #raise(key: string, time: number, finding: Finding): void {
    const alert = { key, since: finding.since, raisedAt: time, until: time, findings: new Map([[finding.id, finding]]) };
    this.#latest.set(key, alert);
    this.#raised.push(time);
    if (this.#kept.length < mostAlerts) this.#kept.push(alert);
  }

  #join(alert: Joined, time: number, finding: Finding): void {
    alert.until = time;
    const known = alert.findings.get(finding.id);
    if (known === undefined ? alert.findings.size < mostFindings : finding.peak > known.peak)
      alert.findings.set(finding.id, finding);
  }
}
