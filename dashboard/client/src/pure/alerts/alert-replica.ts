import { isOpen, type Alert, type Headline } from '../../../../../src/core/alert.ts';
import type { ServerMessage } from '../../../../protocol.ts';

type Snapshot = Extract<ServerMessage, { type: 'alert-snapshot' }>;
type Changes = Extract<ServerMessage, { type: 'alert-changes' }>;

/** Next step after a message: draw, wait for the rest of a snapshot, or request the stream again. */
export type ReplicaResult = 'changed' | 'waiting' | 'lost';

/** Copy of the server's alerts of one epoch up to one sequence number, without gaps. */
export class AlertReplica {
  readonly #alerts = new Map<string, Alert>();
  /** Last headline of each incident. It stays when the alert that brought it is forgotten. */
  readonly #headlines = new Map<string, Headline>();
  #epoch: string | undefined;
  #sequence = 0;
  /** Changes up to this sequence are on disk. */
  #saved = Infinity;
  #incoming: { readonly epoch: string; readonly sequence: number; readonly alerts: Alert[] } | undefined;

  /** Where to resume, empty before the first snapshot. */
  get position(): { readonly epoch?: string; readonly sequence?: number } {
    return this.#epoch === undefined ? {} : { epoch: this.#epoch, sequence: this.#sequence };
  }

  /** Each with the last headline of its incident, so that all places name the incident alike. */
  get alerts(): readonly Alert[] {
    return [...this.#alerts.values()].map((alert) => {
      const headline = this.#headlines.get(alert.incident);
      return headline === alert.headline ? alert : { ...alert, headline };
    });
  }

  takeSnapshot(message: Snapshot): ReplicaResult {
    if (message.first) this.#incoming = { epoch: message.epoch, sequence: message.sequence, alerts: [] };
    const incoming = this.#incoming;
    if (incoming === undefined || incoming.epoch !== message.epoch) return this.#lose();
    incoming.alerts.push(...message.alerts);
    if (!message.last) return 'waiting';
    this.#incoming = undefined;
    this.#epoch = message.epoch;
    this.#sequence = message.sequence;
    this.#saved = message.saved ?? Infinity;
    this.#alerts.clear();
    this.#headlines.clear();
    for (const alert of incoming.alerts) this.#set(alert);
    return 'changed';
  }

  takeChanges(message: Changes): ReplicaResult {
    if (message.epoch !== this.#epoch) return this.#lose();
    this.#saved = message.saved ?? Infinity;
    for (const change of message.changes) {
      // overlapping answers repeat changes
      if (change.sequence <= this.#sequence) continue;
      if (change.sequence !== this.#sequence + 1) return this.#lose();
      this.#sequence = change.sequence;
      const mark = change.sequence > this.#saved ? { notSaved: change.sequence } : {};
      this.#set({ ...change.alert, ...mark });
    }
    for (const [id, alert] of this.#alerts)
      if (alert.notSaved !== undefined && alert.notSaved <= this.#saved) this.#alerts.set(id, { ...alert, notSaved: undefined });
    return 'changed';
  }

  /** Adds closed alerts from a query, which the stream does not carry. Never replaces an alert of the stream. */
  addClosed(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      if (!isOpen(alert.state) && !this.#alerts.has(alert.id)) this.#set(alert);
    }
  }

  /** Removes alerts that were cleared before `time`. */
  forgetClosedBefore(time: number): void {
    for (const alert of this.#alerts.values()) {
      if (!isOpen(alert.state) && alert.changedAt < time) this.#alerts.delete(alert.id);
    }
    const incidents = new Set([...this.#alerts.values()].map(({ incident }) => incident));
    for (const incident of this.#headlines.keys()) if (!incidents.has(incident)) this.#headlines.delete(incident);
  }

  #set(alert: Alert): void {
    this.#alerts.set(alert.id, alert);
    const known = this.#headlines.get(alert.incident);
    if (alert.headline !== undefined && alert.headline.at >= (known?.at ?? 0))
      this.#headlines.set(alert.incident, alert.headline);
  }

  #lose(): ReplicaResult {
    this.#incoming = undefined;
    this.#epoch = undefined;
    this.#sequence = 0;
    return 'lost';
  }
}
