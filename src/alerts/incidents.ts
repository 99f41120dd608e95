import type { Alert } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';

/** Alerts of one area that come within this time of each other belong to one incident, ms. */
const incidentGapMs = 600_000;

/** Which incident a new alert belongs to: the same equipment or device, or the same area soon after. */
export class Incidents {
  readonly #alerts = new Map<string, Alert>();

  remember(alert: Alert): void {
    this.#alerts.set(alert.id, alert);
  }

  forget(alert: Alert): void {
    this.#alerts.delete(alert.id);
  }

  /** The incident of the alert raised last that the finding belongs with. */
  of(finding: Finding, time: number): string | undefined {
    const related = [...this.#alerts.values()].filter((alert) => {
      if (finding.device !== undefined || alert.device !== undefined) return finding.device === alert.device;
      if (alert.area !== finding.area) return false;
      return alert.equipment === finding.equipment || time - alert.raisedAt <= incidentGapMs;
    });
    return related.sort((a, b) => b.raisedAt - a.raisedAt)[0]?.incident;
  }
}
