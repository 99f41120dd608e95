import { isOpen, type Alert } from '../../../../src/core/alert.ts';
import type { ServerMessage } from '../../../protocol.ts';

type Snapshot = Extract<ServerMessage, { type: 'alert-snapshot' }>;
type Changes = Extract<ServerMessage, { type: 'alert-changes' }>;

/** What to do after a message: paint, wait for the rest of a snapshot, or ask for the stream anew. */
export type BookResult = 'changed' | 'waiting' | 'lost';

/** The alerts of one epoch up to one sequence: what the alert stream says, without gaps. */
export class AlertBook {
  readonly #alerts = new Map<string, Alert>();
  #epoch: string | undefined;
  #sequence = 0;
  /** Changes up to this sequence are on disk. */
  #saved = Infinity;
  #incoming: { readonly epoch: string; readonly sequence: number; readonly alerts: Alert[] } | undefined;

  /** Where to resume, empty before the first snapshot. */
  get position(): { readonly epoch?: string; readonly sequence?: number } {
    return this.#epoch === undefined ? {} : { epoch: this.#epoch, sequence: this.#sequence };
  }

  get alerts(): readonly Alert[] {
    return [...this.#alerts.values()];
  }

  takeSnapshot(message: Snapshot): BookResult {
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
    for (const alert of incoming.alerts) this.#alerts.set(alert.id, alert);
    return 'changed';
  }

  takeChanges(message: Changes): BookResult {
    if (message.epoch !== this.#epoch) return this.#lose();
    this.#saved = message.saved ?? Infinity;
    for (const change of message.changes) {
      // what was seen already comes again where two answers overlap
      if (change.sequence <= this.#sequence) continue;
      if (change.sequence !== this.#sequence + 1) return this.#lose();
      this.#sequence = change.sequence;
      const mark = change.sequence > this.#saved ? { notSaved: change.sequence } : {};
      this.#alerts.set(change.alert.id, { ...change.alert, ...mark });
    }
    for (const [id, alert] of this.#alerts)
      if (alert.notSaved !== undefined && alert.notSaved <= this.#saved) this.#alerts.set(id, { ...alert, notSaved: undefined });
    return 'changed';
  }

  /** Alerts from a query: they fill what the stream does not carry, and never replace what it said. */
  addClosed(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      if (!isOpen(alert.state) && !this.#alerts.has(alert.id)) this.#alerts.set(alert.id, alert);
    }
  }

  /** Lets go of what has been back to normal since before `time`. */
  forgetClosedBefore(time: number): void {
    for (const alert of this.#alerts.values()) {
      if (!isOpen(alert.state) && alert.changedAt < time) this.#alerts.delete(alert.id);
    }
  }

  #lose(): BookResult {
    this.#incoming = undefined;
    this.#epoch = undefined;
    this.#sequence = 0;
    return 'lost';
  }
}
