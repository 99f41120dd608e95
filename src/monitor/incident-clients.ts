import type { Alert } from '../core/alert.ts';
import { Lru } from '../core/lru.ts';
import type { AlertFeed } from '../core/monitor.ts';
import { clientsOfAlert } from '../siem/index.ts';

/** Incidents whose clients are known, and clients of each. */
const mostIncidents = 2_000;
const mostClients = 20;

/** Knows which clients acted in an incident. */
export class IncidentClients {
  readonly #clients = new Lru<string, readonly string[]>(mostIncidents);

  /** @param earlier alerts of earlier runs, oldest first */
  constructor(feed: Pick<AlertFeed, 'subscribe'>, earlier: readonly Alert[]) {
    for (const alert of earlier) this.#take(alert);
    feed.subscribe(({ alert }) => this.#take(alert));
  }

  /** Clients of the alert's incident; none if the alert names clients itself. */
  of(alert: Alert): readonly string[] {
    return clientsOfAlert(alert).length > 0 ? [] : (this.#clients.get(alert.incident) ?? []);
  }

  #take(alert: Alert): void {
    const own = clientsOfAlert(alert);
    if (own.length === 0) return;
    const known = this.#clients.get(alert.incident) ?? [];
    if (own.every((client) => known.includes(client))) return;
    this.#clients.set(alert.incident, [...new Set([...known, ...own])].slice(0, mostClients));
  }
}
