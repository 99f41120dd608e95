import type { Finding } from '../../core/finding.ts';
import { joinGapMs, joinKey } from '../../core/join.ts';

/** An alert of findings at one place, by the rule of the alert manager. Times in ms UTC. */
export interface JudgedAlert {
  readonly key: string;
  /** First anomalous sample. */
  readonly since: number;
  readonly raisedAt: number;
  /** Last row at which one of its findings was open. */
  readonly until: number;
  /** The first findings in the order of their begin, each at its highest score. */
  readonly findings: readonly Finding[];
}

interface Joined {
  key: string;
  since: number;
  raisedAt: number;
  until: number;
  findings: Map<string, Finding>;
}

/** Most alerts that are kept with their findings; further alerts are only counted. */
const mostAlerts = 200;
const mostFindings = 12;

/** Combines the findings that are open at each row into alerts, as the alert manager does, and counts alerts per day. */
export class AlertBook {
  readonly #latest = new Map<string, Joined>();
  readonly #kept: Joined[] = [];
  readonly #raised: number[] = [];
  /** Time of the previous row, ms UTC. */
  #before = Number.NaN;

  /**
   * Adds the next row. An alert that was open at the previous row continues whatever the time between the rows: a row may cover
   * an hour.
   */
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

  /** Times at which alerts were raised, ms UTC, ascending. */
  get raised(): readonly number[] {
    return this.#raised;
  }

  /** The first alerts. */
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
