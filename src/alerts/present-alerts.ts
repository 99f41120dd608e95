import type { Alert } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';
import { Drivers } from './drivers.ts';
import { Incidents } from './incidents.ts';
import type { JoiningSiteOptions } from './joining/index.ts';
import { OpenAlerts } from './open-alerts.ts';
import { LostDevices } from './suppression.ts';

/**
 * Alerts that are open, or closed for less than the join gap, with the indices by which the alert path asks for others of them. No question
 * looks at all alerts: in a flood there are thousands.
 */
export class PresentAlerts {
  readonly incidents: Incidents;
  readonly #alerts = new Map<string, Alert>();
  readonly #open = new OpenAlerts();
  readonly #drivers = new Drivers();
  readonly #lost = new LostDevices();

  constructor(site: JoiningSiteOptions, joinMs: number) {
    this.incidents = new Incidents(site, joinMs);
  }

  get(id: string): Alert | undefined {
    return this.#alerts.get(id);
  }

  has(id: string): boolean {
    return this.#alerts.has(id);
  }

  values(): MapIterator<Alert> {
    return this.#alerts.values();
  }

  remember(alert: Alert): void {
    this.#alerts.set(alert.id, alert);
    this.incidents.remember(alert);
    this.#open.remember(alert);
    this.#drivers.remember(alert);
    this.#lost.remember(alert);
  }

  /** @returns true if it was the last alert of its incident */
  forget(alert: Alert): boolean {
    this.#alerts.delete(alert.id);
    this.#open.forget(alert);
    this.#drivers.forget(alert);
    this.#lost.forget(alert);
    return this.incidents.forget(alert);
  }

  /** The open alert that a new finding joins. */
  ofNew(finding: Finding, time: number): Alert | undefined {
    return this.#open.of(finding, time);
  }

  /** True while another alert of the incident keeps this one in alarm. */
  isDriven(alert: Alert): boolean {
    return this.#drivers.drive(alert);
  }

  /** True while an alert states that a device does not answer. */
  isLost(device: string): boolean {
    return this.#lost.has(device);
  }
}
