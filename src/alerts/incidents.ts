import type { Alert, JoinReason } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';
import type { Influence } from '../core/influence.ts';
import { beginOf, JoiningIndex, JoiningSite, type JoiningSiteOptions } from './joining/index.ts';

/** The incident that a finding joins, and why. */
export interface Joined {
  readonly incident: string;
  readonly joined: JoinReason;
}

/** Alerts in memory by incident, and the incident of a new alert by the declared rules of `joining`. */
export class Incidents {
  readonly #alerts = new Map<string, Alert>();
  readonly #members = new Map<string, Set<string>>();
  readonly #site: JoiningSite;
  readonly #index: JoiningIndex;

  /** @param windowMs greatest time between the begins of two findings of one incident, ms */
  constructor(site: JoiningSiteOptions, windowMs: number) {
    this.#site = new JoiningSite(site);
    this.#index = new JoiningIndex(this.#site, windowMs);
  }

  /** Uses the influences of another baseline from now on. */
  use(learned: readonly Influence[]): void {
    this.#site.use(learned);
    for (const alert of this.#alerts.values()) this.file(alert);
  }

  remember(alert: Alert): void {
    this.#alerts.set(alert.id, alert);
    const members = this.#members.get(alert.incident);
    if (members === undefined) this.#members.set(alert.incident, new Set([alert.id]));
    else members.add(alert.id);
  }

  /** Notes a finding that begins in an alert, or an act of a client of which more is known. */
  note(id: string, finding: Finding): void {
    this.#index.file(id, finding, beginOf(finding));
  }

  /** @returns true if it was the last alert of its incident */
  forget({ id, incident }: Alert): boolean {
    this.#alerts.delete(id);
    this.#index.remove(id);
    const members = this.#members.get(incident);
    members?.delete(id);
    if (members !== undefined && members.size > 0) return false;
    this.#members.delete(incident);
    return true;
  }

  /** The incident of the latest alert that the finding belongs to. */
  of(finding: Finding): Joined | undefined {
    const found = this.#index.of(finding, (id) => this.#alerts.get(id));
    return found && { incident: found.alert.incident, joined: { ...found.reason, to: found.alert.id } };
  }

  /** Tags to which something may happen because of what an alert states. */
  consequencesOf(alert: Alert): ReadonlySet<string> {
    return this.#site.consequencesOf(alert);
  }

  /** Files an alert anew, such as one of an earlier run. */
  file(alert: Alert): void {
    const begins = alert.findings.map(({ since, beganAt, lastBeganAt }) =>
      lastBeganAt === undefined ? { since, beganAt } : { since: lastBeganAt, beganAt: lastBeganAt },
    );
    const last = begins.reduce((a, b) => (b.beganAt > a.beganAt ? b : a), { since: alert.since, beganAt: alert.since });
    this.#index.file(alert.id, alert, beginOf(last));
  }
}
