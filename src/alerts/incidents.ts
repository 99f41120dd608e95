import type { Alert } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';
import { inAlarm } from './findings.ts';

/** Greatest time between alerts of one area in one incident, ms. */
const incidentGapMs = 600_000;

/**
 * Finds the incident of a new alert. Both have the same equipment or device, or the same area within a short time. Or they
 * contain tags of the same equipment while the other alert is or recently was in alarm: the effect of one pump is visible at the
 * tank and at the next pump.
 */
export class Incidents {
  readonly #alerts = new Map<string, Alert>();
  readonly #equipmentOf: (tag: string) => string;

  /** @param equipmentOf the equipment of a tag by its name; empty if unknown */
  constructor(equipmentOf: (tag: string) => string) {
    this.#equipmentOf = equipmentOf;
  }

  remember(alert: Alert): void {
    this.#alerts.set(alert.id, alert);
  }

  forget(alert: Alert): void {
    this.#alerts.delete(alert.id);
  }

  /** The incident of the most recent alert that the finding belongs to. */
  of(finding: Finding, time: number): string | undefined {
    const related = [...this.#alerts.values()].filter((alert) => {
      if (finding.device !== undefined || alert.device !== undefined) return finding.device === alert.device;
      if (alert.area === finding.area && (alert.equipment === finding.equipment || time - alert.raisedAt <= incidentGapMs))
        return true;
      const over = inAlarm(alert) ? 0 : time - (alert.returnedAt ?? alert.changedAt);
      return over <= incidentGapMs && this.#concerned(alert).some((equipment) => this.#concerned(finding).includes(equipment));
    });
    return related.sort((a, b) => b.raisedAt - a.raisedAt)[0]?.incident;
  }

  #concerned({ equipment, tags }: Pick<Alert, 'equipment' | 'tags'>): string[] {
    return [equipment, ...tags.map((tag) => this.#equipmentOf(tag))].filter((each) => each !== '');
  }
}
